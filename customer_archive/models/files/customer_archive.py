from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import past_field, today_here
from ..common.roles import SEES_MASKED, SEES_RECORD
from ..common.sentinel import as_system, is_system
from ..common.values import label
from ..common.windows import open_form

ENDED = ("closed", "destroyed")
MASK = "****"
# What of a file decides which papers are asked for.
ASKS = {"cooperation_term", "is_core", "relation_stage", "signatory_id"}


class CustomerArchive(models.Model):
    """The file on a customer or supplier 客户档案."""

    _name = "customer.archive"
    _description = "Customer File"
    _inherit = ["customer.archive.approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    state = fields.Selection(
        [
            ("draft", "Collecting"),
            ("review", "Under Review"),
            ("registering", "To Register"),
            ("active", "On Record"),
            ("closed", "Closed"),
            ("destroyed", "Destroyed"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
        group_expand="_group_expand_states",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer/Supplier",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False), ('company_id', 'in', (False, company_id))]",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    category_id = fields.Many2one(
        "customer.archive.category",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    side = fields.Selection(related="category_id.side")
    is_person = fields.Boolean(related="category_id.is_person")
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        index=True,
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Account Manager",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    custodian_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", tracking=True
    )
    relation_stage = fields.Selection(
        [
            ("prospect", "Prospect"),
            ("intended", "Intended"),
            ("cooperating", "Cooperating"),
            ("terminated", "Terminated"),
        ],
        string="Relationship Stage",
        required=True,
        default="prospect",
        tracking=True,
        group_expand=True,
    )
    relation_stage_date = fields.Date(
        string="Stage Since",
        readonly=True,
        copy=False,
        default=today_here,
    )
    cooperation_term = fields.Selection(
        [("long", "Long-term"), ("project", "Project")],
        string="Type of Cooperation",
        tracking=True,
    )
    is_core = fields.Boolean(
        string="Core Party",
        tracking=True,
        help=(
            "Management also approves the file, and its items are also kept on paper."
        ),
    )
    cooperation_content = fields.Char(string="Content of Cooperation")
    main_products = fields.Char(string="Main Products in Cooperation")
    note = fields.Text(string="Remarks")
    document_ids = fields.One2many(
        "customer.archive.document", "archive_id", string="Items"
    )
    document_count = fields.Integer(
        compute="_compute_document_count", string="Items Received"
    )
    is_decision_overdue = past_field(
        "is_decision_overdue", "approval_deadline", string="Decision Overdue"
    )
    bank_account = fields.Char(
        compute="_compute_bank_account",
        help="Bank and account number; at most the last digits are shown.",
    )
    grant_ids = fields.One2many(
        "customer.archive.grant", "archive_id", string="Access Grants", readonly=True
    )
    key_id = fields.Char(
        string="Data Key",
        groups=fields.NO_ACCESS,
        copy=False,
        index="btree_not_null",
        help=(
            "Encrypts the items and values of this file; the key itself is stored "
            "outside the database."
        ),
    )
    secret_ids = fields.One2many(
        "customer.archive.secret",
        "archive_id",
        string="Sensitive Values",
        groups=SEES_MASKED,
    )
    log_ids = fields.One2many(
        "customer.archive.log",
        "archive_id",
        string="Access Record",
        readonly=True,
        groups=SEES_RECORD,
    )

    _open_file = models.UniqueIndex(
        "(partner_id, company_id) WHERE state NOT IN ('closed', 'destroyed')",
        "This customer or supplier already has a file in this company.",
    )

    @api.model
    def _group_expand_states(self, states, domain):
        """Show the way of a file in its order; ended states only if they hold files."""
        return [
            state
            for state in self._fields["state"].get_values(self.env)
            if state not in ENDED or state in states
        ]

    # Computed fields

    @api.depends("category_id", "company_id", "user_id")
    def _compute_department_id(self):
        for archive in self:
            kept = archive.department_id
            # What was submitted moves with its category, which takes a decision, and
            # not with whoever looks after it.
            moves = archive.state == "draft" or not kept
            category = archive.category_id.with_company(archive.company_id)
            own = archive._own_department() if moves else category.department_id
            archive.department_id = own or kept

    def _own_department(self):
        """Return the department that the category says, or the account manager's."""
        self.ensure_one()
        category = self.category_id.with_company(self.company_id)
        manager = self.user_id.sudo().with_company(self.company_id)
        return category.department_id or manager.employee_id.department_id

    @api.depends("document_ids.is_received")
    def _compute_document_count(self):
        for archive in self:
            archive.document_count = len(archive.document_ids.filtered("is_received"))

    @api.depends(
        "partner_id.bank_ids.acc_number", "secret_ids.kind", "secret_ids.label"
    )
    @api.depends_context("uid")
    def _compute_bank_account(self):
        for archive in self:
            bank, sealed = archive._form_bank()
            if bank:
                # Who may read the file may read this much of the account: its end.
                parts = (bank.bank_id.name, bank._archive_masked())
            else:
                # That there is one, to whom may know of it: no digit of what is sealed.
                known = sealed.with_env(self.env)._filtered_access("read")
                parts = (sealed.label, MASK) if known else ()
            archive.bank_account = " ".join(filter(None, parts)) or False

    def _form_bank(self):
        """Return the account that the forms show, as superuser.

        Account managers enter it in the file; only accountants on the contact.

        :return: the account of the contact, and without one, that of the file
        """
        bank = self.partner_id.sudo().bank_ids[:1]
        # Whoever reads the form: the callers mask it, or have checked the role.
        sealed = self.sudo().secret_ids.filtered(lambda s: s.kind == "bank_account")
        return bank, sealed[: 0 if bank else 1]

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for archive in self:
            number, party = archive.name or "", archive.partner_id.display_name or ""
            # The party of a destroyed file is called by the file's number.
            party = party.removesuffix(number).rstrip()
            archive.display_name = " ".join(filter(None, [number, party]))

    @api.model
    def _search_display_name(self, operator, value):
        if operator in fields.Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return fields.Domain("name", operator, value) | fields.Domain(
            "partner_id", operator, value
        )

    # Constraints

    @api.constrains("partner_id")
    def _check_partner(self):
        for archive in self:
            if archive.partner_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: open the file "
                        "for %(company)s.",
                        contact=archive.partner_id.name,
                        company=archive.partner_id.parent_id.name,
                    )
                )
        self.partner_id._check_archive_duplicate()

    @api.constrains("user_id", "category_id")
    def _check_side(self):
        for archive in self:
            if archive.side not in archive.category_id._sides_of(archive.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s can't be the account manager of a file in "
                        "category “%(category)s”: customers are handled by sales "
                        "staff, suppliers by purchasing staff.",
                        user=archive.user_id.name,
                        category=archive.category_id.name,
                    )
                )

    # Create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        if not is_system(self.env):
            archives._check_department_given(
                [vals.get("department_id") for vals in vals_list]
            )
        # Who may open a file, which was checked, opens it with its category's list:
        # clerks do so for account managers, whose items they don't write.
        archives.sudo()._sync_checklist()
        return archives

    def write(self, vals):
        if not is_system(self.env):
            self._check_writable(vals)
        stage = vals.get("relation_stage")
        moved = self.filtered(lambda file: stage and file.relation_stage != stage)
        asks = ASKS & set(vals)
        required = self._required_by_file() if asks else {}
        submitted = self._submitted_by(vals)
        result = super().write(vals)
        if moved:
            for company, files in moved.grouped("company_id").items():
                today = company._archive_today()
                as_system(files).write({"relation_stage_date": today})
        if "category_id" in vals:
            self._sync_checklist()
        if asks:
            self._set_new_due_dates(required)
        # Their values are the system's to compare, whoever may see them.
        if values := submitted.sudo().secret_ids:
            values._compare()
        return result

    def _submitted_by(self, vals):
        if vals.get("state", "draft") == "draft":
            return self.browse()
        return self.filtered(lambda file: file.state == "draft")

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about the party in its file isn't meant for the party.
        return []

    def unlink(self):
        self._unlink_only_unsubmitted()
        # Not by the database's cascade: their electronic copies go along.
        self.document_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsubmitted(self):
        for archive in self:
            if archive.state != "draft" or archive.approval_round:
                raise UserError(
                    self.env._(
                        "%s can't be deleted: it has been submitted, and files "
                        "only end by disposal.",
                        archive.display_name,
                    )
                )

    def copy_data(self, default=None):
        raise UserError(
            self.env._(
                "Files can't be duplicated: open one for the other customer or "
                "supplier."
            )
        )

    @api.model
    def _protected(self):
        today = today_here(self)
        given = {"grant_ids": []}
        return {**super()._protected(), **given, "relation_stage_date": today}

    def _state_label(self):
        return label(self, "state")

    # Approval

    def _approval_archive(self):
        return self

    def _approval_check(self):
        if (
            any(archive.user_id != self.env.user for archive in self)
            and not self.env.su
        ):
            raise self._refusal(
                self.env._("Files are submitted by their account managers."), "submit"
            )
        self._check_submission()
        self._check_registrable()
        self.partner_id._check_archive_duplicate()

    # Actions of the screen

    def action_open_partner(self):
        """Return the action that shows the customer or supplier."""
        self.ensure_one()
        return open_form(self.partner_id)

    def action_open_decision(self):
        """Return the dialog to decide, or to return a file unregistered."""
        action = super().action_open_decision()
        action["context"]["default_is_return"] = self.state == "registering"
        return action
