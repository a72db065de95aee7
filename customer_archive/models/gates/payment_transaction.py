from odoo import api, models


class PaymentTransaction(models.Model):
    """No money is taken for an order that can't be confirmed, by whatever link."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        # Who pays sees neither the order nor what is asked of its party.
        transactions.sudo().sale_order_ids._archive_check_payable()
        return transactions

    def _check_amount_and_confirm_order(self):
        confirmed = super()._check_amount_and_confirm_order()
        # A link of before, or a transfer: the money is there, and the order isn't.
        for transaction in self:
            left = transaction.sale_order_ids - confirmed
            left.sudo()._archive_tell_of_payment(transaction)
        return confirmed
