from odoo import api, models


class SaleOrder(models.Model):
    """Confirmed orders move the files of their customers."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # By what they are: a status may come as a default.
        orders._archive_note()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "sale":
            self._archive_note()
        return result

    def _archive_note(self):
        confirmed = self.filtered(lambda order: order.state == "sale")
        pairs = {(order.partner_id.id, order.company_id.id) for order in confirmed}
        self.env["customer.archive.clock"]._note(pairs, is_new=True)
