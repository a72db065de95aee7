from odoo import api, fields, models
from odoo.tools.i18n import format_list

from . import amounts
from .seen import BOUGHT, PURCHASES, SALES, SOLD, sees_moves, sees_orders


def _amount(label, compute, **options):
    options = {"currency_field": "company_currency_id", **options}
    return fields.Monetary(string=label, compute=compute, **options)


class CustomerArchiveAgreement(models.Model):
    """What became of an agreement in the ERP: of the orders that are linked to it.

    Requirement A6. With taxes, in the company's currency, as of this moment, and of
    the documents that the reader may see.
    """

    _inherit = "customer.archive.agreement"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    shows_sales = fields.Boolean(
        compute="_compute_shows", export_string_translation=False
    )
    shows_purchases = fields.Boolean(
        compute="_compute_shows", export_string_translation=False
    )
    shows_invoices = fields.Boolean(
        compute="_compute_shows", export_string_translation=False
    )
    shows_bills = fields.Boolean(
        compute="_compute_shows", export_string_translation=False
    )
    hidden_figures = fields.Char(
        compute="_compute_shows", export_string_translation=False
    )
    sale_ordered = _amount("Ordered", "_compute_ordered")
    sale_delivered = _amount("Delivered", "_compute_ordered")
    sale_invoiced = _amount("Invoiced", "_compute_invoiced")
    sale_paid = _amount("Paid by the Party", "_compute_invoiced")
    sale_open = _amount("Open from the Party", "_compute_invoiced")
    purchase_ordered = _amount("Ordered by Us", "_compute_ordered")
    purchase_delivered = _amount("Goods Received", "_compute_ordered")
    purchase_invoiced = _amount("Billed", "_compute_invoiced")
    purchase_paid = _amount("Paid by Us", "_compute_invoiced")
    purchase_open = _amount("Open to the Party", "_compute_invoiced")

    @api.depends("sale_order_count", "purchase_order_count")
    @api.depends_context("lang", "uid")
    def _compute_shows(self):
        shows = {
            "shows_sales": sees_orders(self.env, SALES),
            "shows_purchases": sees_orders(self.env, PURCHASES),
            "shows_invoices": sees_moves(self.env, SOLD),
            "shows_bills": sees_moves(self.env, BOUGHT),
        }
        for name, shown in shows.items():
            self[name] = shown
        for agreement in self:
            agreement.hidden_figures = agreement._hidden_words()

    def _hidden_words(self):
        """Return why figures of the linked orders aren't shown; nothing if all are."""
        words = {
            "shows_sales": self.env._("sales orders"),
            "shows_invoices": self.env._("customer invoices"),
        }
        bought = {
            "shows_purchases": self.env._("purchase orders"),
            "shows_bills": self.env._("vendor bills"),
        }
        words = words if self.sale_order_count else {}
        words |= bought if self.purchase_order_count else {}
        hidden = [each for name, each in words.items() if not self[name]]
        hidden = format_list(self.env, hidden) if hidden else False
        return hidden and self.env._(
            "“—”: you have no access to %s in the ERP.", hidden
        )

    @api.depends("sale_order_ids", "purchase_order_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_ordered(self):
        for side, model in (("sale", SALES), ("purchase", PURCHASES)):
            shown = sees_orders(self.env, model)
            found = amounts.ordered(self, model) if shown else {}
            for agreement in self:
                ordered, delivered = found.get(agreement._origin.id, (0, 0))
                agreement[f"{side}_ordered"] = ordered
                agreement[f"{side}_delivered"] = delivered

    @api.depends("sale_order_ids", "purchase_order_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_invoiced(self):
        for side, kinds in (("sale", SOLD), ("purchase", BOUGHT)):
            shown = sees_moves(self.env, kinds)
            found = amounts.invoiced(self, kinds) if shown else {}
            for agreement in self:
                invoiced, paid = found.get(agreement._origin.id, (0, 0))
                agreement[f"{side}_invoiced"] = invoiced
                agreement[f"{side}_paid"] = paid
                agreement[f"{side}_open"] = invoiced - paid
