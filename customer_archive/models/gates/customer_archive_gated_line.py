from odoo import api, models

from ..common.sentinel import is_mark
from .customer_archive_gated import MAKING
from .reckoned import check_not_reckoned

# What can make a confirmed order more than it was.
GROWS = {
    *("discount", "order_id", "price_unit", "product_id", "product_qty"),
    *("product_uom_id", "product_uom_qty", "tax_ids"),
}
# Marks what a vendor's bill passes on.
REINVOICED = "customer_archive_reinvoiced"


class CustomerArchiveGatedLine(models.AbstractModel):
    """A line of an order: what is added to a confirmed one is confirmed by that."""

    _name = "customer.archive.gated.line"
    _description = "Line of an Order Subject to Conditions"

    # What an inheriting model says: its quantity.
    _archive_quantity = ""

    @api.model_create_multi
    def create(self, vals_list):
        check_not_reckoned(self, vals_list)
        lines = super().create(vals_list)
        if is_mark(self.env.context.get(REINVOICED)):
            return lines
        asked = lines
        if is_mark(self.env.context.get(MAKING)):
            # They come with an order, which is asked as a whole once it is there; one
            # of before may be given some meanwhile.
            made = lines.order_id._archive_are_new()
            asked = lines.filtered(lambda line: line.order_id not in made)
        # Sections, notes and down payments add nothing.
        added = asked.filtered(
            lambda line: any(size > 0 for size in line._archive_size())
        )
        added.order_id._archive_pass(added.order_id)
        return lines

    def write(self, vals):
        check_not_reckoned(self, [vals])
        asked = self if GROWS & vals.keys() else self.browse()
        before = {line: (line.order_id, line._archive_size()) for line in asked}
        result = super().write(vals)
        grown = asked.filtered(lambda line: line._archive_has_grown(*before[line]))
        grown.order_id._archive_pass(grown.order_id)
        return result

    def _archive_has_grown(self, order, sizes):
        """Whether this line is more than it was, or new to its order."""
        sizes = sizes if self.order_id == order else (0, 0)
        pairs = zip(self._archive_size(), sizes, strict=True)
        return any(new > old for new, old in pairs)

    def _archive_size(self):
        """Return the amount, and the quantity in the product's own unit."""
        self.ensure_one()
        quantity, unit = self[self._archive_quantity], self.product_id.uom_id
        if unit and self.product_uom_id:
            quantity = self.product_uom_id._compute_quantity(
                quantity, unit, round=False, raise_if_failure=False
            )
        return self.price_total, quantity
