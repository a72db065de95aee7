from odoo import api, models

from .customer_archive_gate import PURCHASE


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "customer.archive.gated"]

    _archive_kind = PURCHASE
    _archive_confirmed = ("to approve", "purchase")
    # Where stock is delivered straight to a customer.
    _archive_addresses = ("dest_address_id",)

    @api.depends("dest_address_id")
    def _compute_archive_warning(self):
        return super()._compute_archive_warning()


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "customer.archive.gated.line"]

    _archive_quantity = "product_qty"
