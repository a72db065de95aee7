from odoo import api, models

ORDER = "sale.order"


class PaymentLinkWizard(models.TransientModel):
    """No link asks for money for a quotation that can't be confirmed.

    It is refused when it is asked for, with the reasons and the way on; whoever pays
    would learn of it only afterwards.
    """

    _inherit = "payment.link.wizard"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        self._archive_check_payable([values])
        return values

    @api.model_create_multi
    def create(self, vals_list):
        self._archive_check_payable(vals_list)
        return super().create(vals_list)

    def _compute_link(self):
        # Of what was made or typed for another order, too.
        stopped = self.filtered(lambda each: each._archive_is_stopped())
        stopped.link = False
        return super(PaymentLinkWizard, self - stopped)._compute_link()

    def _archive_is_stopped(self):
        order = self._archive_orders(
            [{"res_model": self.res_model, "res_id": self.res_id}]
        )
        return bool(order) and order.sudo()._archive_is_offered_in_vain()

    @api.model
    def _archive_check_payable(self, vals_list):
        """Check that the quotations of new links can be confirmed.

        :raise UserError: with the reasons, which are recorded
        """
        orders = self._archive_orders(vals_list)
        # Whether the party meets the conditions decides, also where who asks doesn't
        # see its file; the order they do see.
        orders.sudo()._archive_check_payable()

    @api.model
    def _archive_orders(self, vals_list):
        """Return the orders that links are for, as far as the user reads them."""
        ids = [
            values.get("res_id")
            for values in vals_list
            if values.get("res_model") == ORDER
        ]
        orders = self.env[ORDER].browse(filter(None, ids)).exists()
        return orders._filtered_access("read")
