from odoo import api, models


class CustomerArchiveGatedLine(models.AbstractModel):
    """A line of an order: what is added to a confirmed one is confirmed by that."""

    _name = "customer.archive.gated.line"
    _description = "Line of an Order Subject to Conditions"

    # What an inheriting model says: its quantity.
    _archive_quantity = ""

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._archive_pass(keep=False)
        return lines

    def write(self, vals):
        # What makes a confirmed order more than it was, if it is raised.
        grows = {"price_unit", "product_id", self._archive_quantity} & vals.keys()
        before = {line: line._archive_size() for line in self} if grows else {}
        result = super().write(vals)
        grown = [
            line.id
            for line, sizes in before.items()
            if any(
                new > old for new, old in zip(line._archive_size(), sizes, strict=True)
            )
        ]
        self.browse(grown).order_id._archive_pass(keep=False)
        return result

    def _archive_size(self):
        return self.price_subtotal, self[self._archive_quantity]
