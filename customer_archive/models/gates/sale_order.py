from odoo import models

from .customer_archive_gate import SALE


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.archive.gated"]

    _archive_kind = SALE
    _archive_confirmed = ("sale",)

    # What isn't to be confirmed isn't offered for it either: a payment would be taken
    # and not be booked.

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._archive_is_stopped()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._archive_is_stopped()

    def _is_confirmation_amount_reached(self):
        reached = super()._is_confirmation_amount_reached()
        return reached and not self._archive_is_stopped()


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "customer.archive.gated.line"]

    _archive_quantity = "product_uom_qty"

    def _archive_size(self):
        # What we pass on of our own expenses is posted by a vendor's bill.
        return (0, 0) if self.is_expense else super()._archive_size()
