from odoo import models

from .customer_archive_gate import SALE


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.archive.gated"]

    _archive_kind = SALE
    _archive_confirmed = ("sale",)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "customer.archive.gated.line"]

    _archive_quantity = "product_uom_qty"
