from odoo import api, fields, models
from odoo.tools.i18n import format_list

from ..common.company_day import today_at
from ..events.customer_archive import NOTES
from ..events.customer_archive_event_steps import ASKED
from . import figures
from .seen import BOUGHT, PURCHASES, SALES, SOLD, sees_moves, sees_orders

PERFORMANCE = "customer.archive.agreement.performance"
FACTS = "customer.archive.credit.fact"
LATE = ("delivered_late", "paid_late")


def _amount(label, compute, **options):
    options = {"currency_field": "company_currency_id", **options}
    return fields.Monetary(string=label, compute=compute, **options)


class CustomerArchive(models.Model):
    """What the ERP says of the party of a file, as of this moment 往来情况.

    Requirements A6, A7, D6. Nothing of it is typed or stored: it is reckoned when it is
    shown, for all files at once, of the documents that the reader may see.
    """

    _inherit = "customer.archive"

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
    last_sale_date = fields.Date(string="Last Sale", compute="_compute_sales")
    quotation_count = fields.Integer(string="Open Quotations", compute="_compute_sales")
    last_purchase_date = fields.Date(
        string="Last Purchase", compute="_compute_purchases"
    )
    request_count = fields.Integer(
        string="Open Requests for Quotation", compute="_compute_purchases"
    )
    sold_this_year = _amount("Sold This Year", "_compute_turnover")
    sold_last_year = _amount("Sold Last Year", "_compute_turnover")
    sold_year_before = _amount("Sold the Year Before", "_compute_turnover")
    bought_this_year = _amount("Bought This Year", "_compute_turnover")
    bought_last_year = _amount("Bought Last Year", "_compute_turnover")
    bought_year_before = _amount("Bought the Year Before", "_compute_turnover")
    overdue_amount = _amount(
        "Overdue from the Party",
        "_compute_overdue",
        help="What the party should have paid before today, and hasn't.",
    )
    overdue_days = fields.Integer(
        string="Days Overdue by the Party", compute="_compute_overdue"
    )
    owed_amount = _amount(
        "Overdue to the Party",
        "_compute_overdue",
        help="What we should have paid before today, and haven't.",
    )
    owed_days = fields.Integer(string="Days Overdue by Us", compute="_compute_overdue")
    paid_invoice_count = fields.Integer(
        string="Paid Invoices in a Year", compute="_compute_days_to_pay"
    )
    days_to_pay = fields.Float(
        string="Average Days to Pay",
        digits=(9, 1),
        compute="_compute_days_to_pay",
        help=(
            "From the invoice to its last payment, of invoices of the last 365 days "
            "that are paid."
        ),
    )
    paid_bill_count = fields.Integer(
        string="Paid Bills in a Year", compute="_compute_days_to_pay"
    )
    days_we_pay = fields.Float(
        string="Average Days We Pay",
        digits=(9, 1),
        compute="_compute_days_to_pay",
        help=(
            "From the bill to its last payment, of bills of the last 365 days that "
            "are paid."
        ),
    )
    complaint_count = fields.Integer(string="Complaints", compute="_compute_complaints")
    open_complaint_count = fields.Integer(
        string="Complaints to Answer", compute="_compute_complaints"
    )
    breach_count = fields.Integer(string="Breaches", compute="_compute_breaches")
    dispute_count = fields.Integer(string="Disputes", compute="_compute_breaches")
    late_count = fields.Integer(
        string="Late Deliveries and Payments", compute="_compute_breaches"
    )
    credit_fact_ids = fields.One2many(
        FACTS, "archive_id", string="Credit Facts", readonly=True, copy=False
    )

    # What is shown at all

    @api.depends_context("lang", "uid")
    def _compute_shows(self):
        shows = {
            "shows_sales": (sees_orders(self.env, SALES), self.env._("sales orders")),
            "shows_purchases": (
                sees_orders(self.env, PURCHASES),
                self.env._("purchase orders"),
            ),
            "shows_invoices": (
                sees_moves(self.env, SOLD),
                self.env._("customer invoices"),
            ),
            "shows_bills": (sees_moves(self.env, BOUGHT), self.env._("vendor bills")),
        }
        for name, (shown, _words) in shows.items():
            self[name] = shown
        hidden = [words for shown, words in shows.values() if not shown]
        words = format_list(self.env, hidden) if hidden else False
        self.hidden_figures = words and self.env._(
            "“—”: you have no access to %s in the ERP.", words
        )

    # Figures

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sales(self):
        shown = sees_orders(self.env, SALES)
        found = figures.orders(self, SALES) if shown else {}
        for file in self:
            its = found.get(_key(file), figures.Orders())
            file.last_sale_date = file.company_id._archive_day(its.last)
            file.quotation_count = its.open

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_purchases(self):
        shown = sees_orders(self.env, PURCHASES)
        found = figures.orders(self, PURCHASES) if shown else {}
        for file in self:
            its = found.get(_key(file), figures.Orders())
            file.last_purchase_date = file.company_id._archive_day(its.last)
            file.request_count = its.open

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_turnover(self):
        kinds = {SOLD: "sold", BOUGHT: "bought"}
        shown = [each for each in kinds if sees_moves(self.env, each)]
        first = min((_year(file) for file in self), default=0) - 2
        found = figures.turnover(self, f"{first}-01-01") if shown else {}
        for file in self:
            for kind, name in kinds.items():
                for back, year in enumerate(("this_year", "last_year", "year_before")):
                    key = (*_key(file), kind, _year(file) - back)
                    file[f"{name}_{year}"] = found.get(key, 0) if kind in shown else 0

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_overdue(self):
        shown = {
            figures.RECEIVABLE: sees_moves(self.env, SOLD),
            figures.PAYABLE: sees_moves(self.env, BOUGHT),
        }
        found = figures.overdue(self) if any(shown.values()) else {}
        for file in self:
            for kind, amount, days in (
                (figures.RECEIVABLE, "overdue_amount", "overdue_days"),
                (figures.PAYABLE, "owed_amount", "owed_days"),
            ):
                its = found.get((*_key(file), kind)) if shown[kind] else None
                file[amount] = its.amount if its else 0
                late = its and its.since
                file[days] = (today_at(file) - its.since).days if late else 0

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_days_to_pay(self):
        shown = {
            "out_invoice": sees_moves(self.env, SOLD),
            "in_invoice": sees_moves(self.env, BOUGHT),
        }
        found = figures.paid(self) if any(shown.values()) else {}
        for file in self:
            for kind, count, days in (
                ("out_invoice", "paid_invoice_count", "days_to_pay"),
                ("in_invoice", "paid_bill_count", "days_we_pay"),
            ):
                its = found.get((*_key(file), kind), figures.Paid())
                its = its if shown[kind] else figures.Paid()
                file[count], file[days] = its.count, its.days

    @api.depends("event_ids.state")
    @api.depends_context("uid")
    def _compute_complaints(self):
        """Of the notes that the reader sees; a correction takes the place of one."""
        groups = self.env[NOTES]._read_group(
            [
                ("archive_id", "in", self.ids),
                ("type_id.is_complaint", "=", True),
                # What another complaint took the place of is called off.
                ("state", "in", ASKED),
            ],
            ["archive_id", "state"],
            ["__count"],
        )
        found = {(file.id, state): count for file, state, count in groups}
        for file in self:
            own = file._origin.id
            file.open_complaint_count = found.get((own, "open"), 0)
            file.complaint_count = sum(found.get((own, state), 0) for state in ASKED)

    @api.depends("performance_ids")
    @api.depends_context("uid")
    def _compute_breaches(self):
        groups = self.env[PERFORMANCE]._read_group(
            [("archive_id", "in", self.ids), ("correction_ids", "=", False)],
            ["archive_id", "kind"],
            ["__count"],
        )
        found = {(file.id, kind): count for file, kind, count in groups}
        for file in self:
            own = file._origin.id
            file.breach_count = found.get((own, "breach"), 0)
            file.dispute_count = found.get((own, "dispute"), 0)
            file.late_count = sum(found.get((own, kind), 0) for kind in LATE)

    # What is recorded, and what opens the file

    @api.model
    def _protected(self):
        return {**super()._protected(), "credit_fact_ids": []}

    @api.model
    def _names_only(self):
        shown = {"breach_count", "complaint_count", "credit_fact_ids", "dispute_count"}
        return super()._names_only() - shown - {"late_count", "open_complaint_count"}


def _key(file):
    return file.partner_id.commercial_partner_id.id, file.company_id.id


def _year(file):
    return today_at(file).year
