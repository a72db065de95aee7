from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import today_here
from ..common.sentinel import as_system, is_system
from ..common.values import differs, label
from ..common.windows import open_form, open_list
from ..files.customer_archive import ENDED

# What of an agreement moves the day until which its file is kept.
MOVES_RETENTION = {"date_end", "is_endless", "state"}
# What of an agreement stays open once it is signed.
OPEN_ONCE_SIGNED = {"note", "sale_order_ids", "purchase_order_ids", "activity_ids"}
SEES_SALES = "sales_team.group_sale_salesman"
SEES_PURCHASES = "purchase.group_purchase_user"


class CustomerArchiveAgreement(models.Model):
    """What was agreed with a party, from when to when 合作协议.

    Orders aren't typed again: those of the ERP are linked. The paper itself is an
    item of the file.
    """

    _name = "customer.archive.agreement"
    _description = "Agreement"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.validity",
        "customer.archive.opened",
    ]
    _order = "date_end desc, id desc"
    _rec_names_search = ["name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char(
        string="Number", copy=False, help="Leave empty for the next number."
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
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
            ("signed", "Signed"),
            ("ended", "Ended"),
            ("terminated", "Terminated"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        group_expand=True,
    )
    date_start = fields.Date(string="From", default=today_here)
    date_end = fields.Date(
        string="Until", index="btree_not_null", help="The last day of validity."
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
            party = agreement.archive_id.partner_id
            for orders in (agreement.sale_order_ids, agreement.purchase_order_ids):
                for order in orders:
                    if (
                        order.partner_id.commercial_partner_id != party
                        or order.company_id != agreement.company_id
                    ):
                        raise ValidationError(
                            self.env._(
                                "%(order)s isn't an order of %(party)s in %(company)s.",
                                order=order.name,
                                party=party.name,
                                company=agreement.company_id.name,
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

    def write(self, vals):
        if not is_system(self.env):
            self._check_editable(vals)
        before = {record: record.state for record in self if "state" in vals}
        result = super().write(vals)
        self._record_states(before)
        if MOVES_RETENTION & vals.keys():
            # Until when a file is kept doesn't depend on who ends an agreement.
            self.archive_id.sudo()._update_retention()
        return result

    def _record_states(self, before):
        log = self.env["customer.archive.log"]
        changed = self.filtered(lambda each: before.get(each, each.state) != each.state)
        for (old, new), records in changed.grouped(
            lambda each: (before[each], each.state)
        ).items():
            log._record("state", records, f"{old} > {new}")

    def _check_editable(self, vals):
        self._check_file_open()
        # The guard refuses what is recorded, and records who tried.
        names = vals.keys() - OPEN_ONCE_SIGNED - self._protected().keys()
        for agreement in self:
            file = agreement.archive_id.id
            if vals.get("archive_id", file) != file:
                raise UserError(
                    self.env._(
                        "An agreement can't be moved to another file: create a new "
                        "one there."
                    )
                )
            locked = {
                name
                for name in names
                if agreement.is_locked and differs(agreement.sudo(), name, vals[name])
            }
            if locked:
                raise UserError(
                    self.env._(
                        "%(agreement)s is locked (%(state)s): only its remarks and "
                        "orders can be changed. Renew it, or terminate it.",
                        agreement=agreement.display_name,
                        state=label(agreement, "state"),
                    )
                )

    def _check_file_open(self):
        for archive in self.archive_id:
            if archive.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(file)s is locked (%(state)s): its agreements "
                        "can't be changed now.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        for agreement in self:
            if agreement.state != "draft":
                raise UserError(
                    self.env._(
                        "%s can't be deleted because it was signed. Terminate it "
                        "instead.",
                        agreement.display_name,
                    )
                )

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
        """Which agreements there are, and until when."""
        return super()._names_only() | {"date_end", "kind", "name", "state"}
