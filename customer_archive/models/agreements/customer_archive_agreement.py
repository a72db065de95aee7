from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.company_day import today_here
from ..common.sentinel import as_system
from ..common.windows import open_form, open_list

# States in which both sides have signed.
SIGNED = ("signed", "ended", "terminated")
SEES_SALES = "sales_team.group_sale_salesman"
SEES_PURCHASES = "purchase.group_purchase_user"


class CustomerArchiveAgreement(models.Model):
    """What was agreed with a party, from when to when 合作协议.

    Its terms are approved before both sides sign. Orders aren't typed again: those of
    the ERP are linked. The paper itself is an item of the file.
    """

    _name = "customer.archive.agreement"
    _description = "Agreement"
    _inherit = [
        "customer.archive.approval.mixin",
        "customer.archive.validity",
        "customer.archive.opened",
    ]
    _order = "date_end desc, id desc"
    _rec_names_search = ["name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char(
        string="Number", copy=False, help="Leave empty for the next number."
    )
    # Of the same company in any case: the company is the file's. To have it checked
    # would offer no file at all as long as none is chosen.
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        related="archive_id.department_id", store=True, index=True
    )
    user_id = fields.Many2one(
        related="archive_id.user_id", string="Account Manager", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("framework", "Framework"),
            ("sales", "Sales"),
            ("purchase", "Purchase"),
            ("service", "Service"),
            ("confidentiality", "Confidentiality"),
            ("other", "Other"),
        ],
        string="Type",
        required=True,
        default="framework",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("approved", "Ready to Sign"),
            ("signed", "Signed"),
            ("ended", "Ended"),
            ("terminated", "Terminated"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
        group_expand=True,
    )
    date_start = fields.Date(string="Valid from", default=today_here)
    date_end = fields.Date(
        string="Expiry Date", index="btree_not_null", help="The last day of validity."
    )
    is_endless = fields.Boolean(
        string="Indefinite", help="Valid until it is terminated."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(help="The agreed amount for the whole term.")
    content = fields.Text(help="The mutual obligations.")
    delivery_terms = fields.Text()
    payment_term_id = fields.Many2one(
        "account.payment.term", string="Payment Terms", check_company=True
    )
    settlement = fields.Text(help="How it is paid, in addition to the payment terms.")
    breach_liability = fields.Text(
        help="What either side owes the other if it doesn't do what was agreed."
    )
    our_signatory_id = fields.Many2one(
        "res.users",
        string="Signed for Us by",
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    their_signatory_id = fields.Many2one(
        "res.partner",
        string="Signed for Other Party by",
        domain="[('id', 'child_of', partner_id)]",
        ondelete="restrict",
    )
    signed_on = fields.Date(string="Signing Recorded on", readonly=True, copy=False)
    terminated_on = fields.Date(string="Terminated on", readonly=True, copy=False)
    termination_reason = fields.Text(readonly=True, copy=False)
    note = fields.Text(string="Remarks", copy=False)
    document_ids = fields.Many2many(
        "customer.archive.document",
        "customer_archive_agreement_document_rel",
        "agreement_id",
        "document_id",
        string="Items",
        copy=False,
        domain="[('archive_id', '=', archive_id)]",
    )
    performance_ids = fields.One2many(
        "customer.archive.agreement.performance",
        "agreement_id",
        string="Performance Record",
        copy=False,
    )
    performance_summary = fields.Char(
        string="Performance",
        compute="_compute_performance_summary",
        help="How often what was recorded; entries that were corrected don't count.",
    )
    # Orders are shown to those who see them in the ERP; the rest see how many.
    sale_order_ids = fields.Many2many(
        "sale.order",
        "customer_archive_agreement_sale_rel",
        "agreement_id",
        "order_id",
        string="Sales Orders",
        copy=False,
        groups=SEES_SALES,
    )
    purchase_order_ids = fields.Many2many(
        "purchase.order",
        "customer_archive_agreement_purchase_rel",
        "agreement_id",
        "order_id",
        string="Purchase Orders",
        copy=False,
        groups=SEES_PURCHASES,
    )
    sale_order_count = fields.Integer(
        compute="_compute_order_count", compute_sudo=True, string="Sales"
    )
    purchase_order_count = fields.Integer(
        compute="_compute_order_count", compute_sudo=True, string="Purchases"
    )
    renews_id = fields.Many2one(
        "customer.archive.agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    renewed_by_id = fields.Many2one(
        "customer.archive.agreement",
        string="Renewed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_locked = fields.Boolean(
        compute="_compute_is_locked", export_string_translation=False
    )

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "An agreement with this number already exists.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "An agreement can't end before it begins.",
    )

    @api.depends("sale_order_ids", "purchase_order_ids")
    def _compute_order_count(self):
        for agreement in self:
            agreement.sale_order_count = len(agreement.sale_order_ids)
            agreement.purchase_order_count = len(agreement.purchase_order_ids)

    @api.depends("performance_ids.kind", "performance_ids.is_corrected")
    @api.depends_context("lang")
    def _compute_performance_summary(self):
        for agreement in self:
            counted = agreement.performance_ids.filtered(lambda e: not e.is_corrected)
            agreement.performance_summary = counted._summary()

    @api.depends("state")
    def _compute_is_locked(self):
        for agreement in self:
            agreement.is_locked = agreement.state != "draft"

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for agreement in self:
            parts = (agreement.name, agreement.partner_id.name)
            agreement.display_name = " ".join(filter(None, parts))

    # Constraints

    @api.constrains("sale_order_ids", "purchase_order_ids", "archive_id")
    def _check_orders(self):
        # Of whom an order is isn't asked as the user, who named it.
        for agreement in self.sudo():
            for orders in (agreement.sale_order_ids, agreement.purchase_order_ids):
                for order in orders:
                    agreement._check_own_order(order)

    def _check_own_order(self, order):
        """Check that an order, if any, is one of this party in this company."""
        party = self.archive_id.partner_id
        if order and (
            order.partner_id.commercial_partner_id != party
            or order.company_id != self.company_id
        ):
            raise ValidationError(
                self.env._(
                    "%(order)s isn't an order of %(party)s in %(company)s.",
                    order=order.name,
                    party=party.name,
                    company=self.company_id.name,
                )
            )

    @api.constrains("document_ids", "archive_id")
    def _check_documents(self):
        for agreement in self.sudo():
            if agreement.document_ids.archive_id - agreement.archive_id:
                raise ValidationError(
                    self.env._(
                        "Agreement items must be items of the agreement's own file."
                    )
                )

    @api.constrains("their_signatory_id", "archive_id")
    def _check_signatory(self):
        for agreement in self.sudo():
            signatory = agreement.their_signatory_id
            if signatory and (
                signatory.commercial_partner_id != agreement.archive_id.partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s isn't a contact of %(party)s.",
                        person=signatory.name,
                        party=agreement.archive_id.partner_id.name,
                    )
                )

    # Create, write, delete

    @api.model
    def _protected(self):
        recorded = (
            "signed_on",
            "terminated_on",
            "termination_reason",
            "renews_id",
            "renewed_by_id",
        )
        related = ("partner_id", "company_id", "department_id", "user_id")
        return {
            **super()._protected(),
            **self._validity_protected(),
            **dict.fromkeys(recorded, False),
            **dict.fromkeys(related),
            "ending_date": None,
            "state": "draft",
        }

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._check_file_open()
        # Numbers are given here: nobody else draws them (ir_sequence.py).
        sequences = self.env["ir.sequence"].sudo()
        for agreement in agreements.filtered(lambda each: not each.name):
            sequence = sequences.with_company(agreement.company_id)
            as_system(agreement).name = as_system(sequence).next_by_code(self._name)
        return agreements

    # Actions of the screen

    def action_open_file(self):
        """Return the action that shows the file."""
        self.ensure_one()
        self.archive_id.check_access("read")
        return open_form(self.archive_id)

    def action_open_sales(self):
        """Return the action that shows the linked sales orders."""
        return self._open_orders("sale_order_ids", self.env._("Sales Orders"))

    def action_open_purchases(self):
        """Return the action that shows the linked purchase orders."""
        return self._open_orders("purchase_order_ids", self.env._("Purchase Orders"))

    def _open_orders(self, name, title):
        self.ensure_one()
        self.check_access("read")
        orders = self[name]
        return open_list(
            orders._name, title, [("id", "in", orders.ids)], context={"create": False}
        )

    @api.model
    def _names_only(self):
        """Which agreements there are, until when, and who decides on them."""
        own = {"date_end", "kind", "name", "state"}
        return super()._names_only() | own | {"approval_deadline", "approver_ids"}
