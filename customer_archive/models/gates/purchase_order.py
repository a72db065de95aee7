from odoo import models

from .customer_archive_gate import PURCHASE


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "customer.archive.gated"]

    _archive_kind = PURCHASE
    _archive_confirmed = ("to approve", "purchase")


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "customer.archive.gated.line"]

    _archive_quantity = "product_qty"
