from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .engine import as_engine, is_engine

# Chatter and activities are kept on a file in every state.
ALWAYS_WRITABLE = {
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
    "message_partner_ids",
    "website_message_ids",
}
# What stays editable in the states after collection (in "draft" everything is).
WRITABLE = {
    "registering": {"custodian_id"},
    "active": {
        "relation_stage",
        "custodian_id",
        "cooperation_content",
        "main_products",
        "note",
        "user_id",
        "document_ids",
    },
}
ENDED = ("closed", "destroyed")


class CustomerArchive(models.Model):
    """The file on a customer or supplier 客户档案."""

    _name = "customer.archive"
    _description = "Customer File"
    _inherit = ["customer.archive.approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="File Number", readonly=True, copy=False, tracking=True)
    number_prefix = fields.Char(readonly=True, copy=False)
    number_index = fields.Integer(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Collecting"),
            ("review", "Under Review"),
            ("registering", "To Register"),
            ("active", "On File"),
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
        string="Category",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    side = fields.Selection(related="category_id.side")
    is_person = fields.Boolean(related="category_id.is_person")
    department_id = fields.Many2one(
        "hr.department",
        string="Department",
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
        "res.users", string="Custodian", domain="[('share', '=', False)]", tracking=True
    )
    relation_stage = fields.Selection(
        [
            ("prospect", "Prospect"),
            ("intended", "Intended"),
            ("cooperating", "Cooperating"),
            ("terminated", "Terminated"),
        ],
        required=True,
        default="prospect",
        tracking=True,
        group_expand=True,
    )
    relation_stage_date = fields.Date(
        string="Stage since",
        readonly=True,
        copy=False,
        default=fields.Date.context_today,
    )
    cooperation_term = fields.Selection(
        [("long", "Long-term"), ("project", "Project")], string="Cooperation"
    )
    is_core = fields.Boolean(
        string="Core Party",
        tracking=True,
        help="Management also approves the file, and its papers are kept on paper as well.",
    )
    security_level = fields.Selection(
        [
            ("internal", "Internal"),
            ("confidential", "Confidential"),
            ("secret", "Secret"),
        ],
        required=True,
        default="internal",
        tracking=True,
    )
    cooperation_content = fields.Char(string="Content of Cooperation")
    main_products = fields.Char()
    note = fields.Text(string="Remarks")
    document_ids = fields.One2many(
        "customer.archive.document", "archive_id", string="Items"
    )
    document_count = fields.Integer(
        compute="_compute_document_count", string="Items Received"
    )
    completeness = fields.Integer(
        compute="_compute_completeness",
        store=True,
        aggregator="avg",
        help="Required papers received, in per cent.",
    )
    missing_type_ids = fields.Many2many(
        "customer.archive.document.type",
        compute="_compute_missing_type_ids",
        string="Missing",
    )
    submission_problems = fields.Text(
        compute="_compute_submission_problems", export_string_translation=False
    )
    contact_id = fields.Many2one(
        "res.partner", compute="_compute_contact_id", string="Contact"
    )
    bank_account = fields.Char(
        compute="_compute_bank_account",
        help="Bank and account, of which only the end is shown.",
    )
    opening_date = fields.Date(string="Filed on", readonly=True, copy=False)

    _open_file = models.UniqueIndex(
        "(partner_id, company_id) WHERE state NOT IN ('closed', 'destroyed')",
        "This customer or supplier has a file in this company already.",
    )
    _number = models.UniqueIndex(
        "(company_id, number_prefix, number_index) WHERE number_index > 0",
        "This file number is taken.",
    )
    _name_search = models.Index("(name) WHERE name IS NOT NULL")

    @api.model
    def _group_expand_states(self, states, domain):
        """Show the way of a file in its order, also where no file is; ended ones only if there are any."""
        return [
            state
            for state in self._fields["state"].get_values(self.env)
            if state not in ENDED or state in states
        ]

    # Computed fields

    @api.depends("category_id", "company_id", "user_id")
    def _compute_department_id(self):
        for archive in self:
            category = archive.category_id.with_company(archive.company_id)
            employee = (
                archive.user_id.sudo().with_company(archive.company_id).employee_id
            )
            archive.department_id = (
                category.department_id
                or archive.department_id
                or employee.department_id
            )

    @api.depends("document_ids.is_received")
    def _compute_document_count(self):
        for archive in self:
            archive.document_count = len(archive.document_ids.filtered("is_received"))

    @api.depends(
        "category_id.document_type_ids.requirement",
        "document_ids.is_complete",
        "document_ids.type_id",
        "is_core",
        "relation_stage",
    )
    def _compute_completeness(self):
        for archive in self:
            required = archive._required_types()
            complete = required & archive.document_ids.filtered("is_complete").type_id
            archive.completeness = (
                round(100 * len(complete) / len(required)) if required else 100
            )

    @api.depends(
        "category_id.document_type_ids.requirement",
        "document_ids.is_complete",
        "document_ids.type_id",
        "is_core",
        "relation_stage",
    )
    def _compute_missing_type_ids(self):
        for archive in self:
            complete = archive.document_ids.filtered("is_complete").type_id
            archive.missing_type_ids = archive._required_types() - complete

    @api.depends(
        "state",
        "missing_type_ids",
        "document_ids.valid_until",
        "document_ids.number",
        "partner_id",
        "department_id",
    )
    def _compute_submission_problems(self):
        for archive in self:
            problems = (
                archive._problems()
                if archive.state == "draft" and archive.partner_id
                else []
            )
            archive.submission_problems = "\n".join(
                f"• {problem}" for problem in problems
            )

    @api.depends("partner_id.child_ids", "partner_id.legal_representative_id")
    def _compute_contact_id(self):
        for archive in self:
            partner = archive.partner_id
            contacts = partner.child_ids.filtered(lambda child: child.type == "contact")
            others = contacts - partner.legal_representative_id
            archive.contact_id = (others or contacts)[:1]

    @api.depends("partner_id.bank_ids.acc_number")
    def _compute_bank_account(self):
        for archive in self:
            # Who may read the file may read this much of the account: its last four digits.
            bank = archive.partner_id.sudo().bank_ids[:1]
            archive.bank_account = (
                " ".join(filter(None, [bank.bank_id.name, bank._archive_masked()]))
                if bank
                else False
            )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for archive in self:
            archive.display_name = " ".join(
                filter(None, [archive.name, archive.partner_id.display_name])
            )

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
                        "%(contact)s is a contact of %(company)s: open the file on %(company)s.",
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
                        "%(user)s can't be account manager of a file in category “%(category)s”: customers are looked after "
                        "by sales staff, suppliers by purchasing staff.",
                        user=archive.user_id.name,
                        category=archive.category_id.name,
                    )
                )

    # Create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        archives._sync_checklist()
        return archives

    def write(self, vals):
        if not is_engine(self.env):
            self._check_writable(set(vals))
        result = super().write(vals)
        if "relation_stage" in vals:
            as_engine(self).write(
                {"relation_stage_date": fields.Date.context_today(self)}
            )
        if "category_id" in vals:
            self._sync_checklist()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsubmitted(self):
        for archive in self:
            if archive.state != "draft" or archive.approval_round:
                raise UserError(
                    self.env._(
                        "%s can't be deleted: it has been submitted, and files end by disposal only.",
                        archive.display_name,
                    )
                )

    def copy(self, default=None):
        raise UserError(
            self.env._(
                "Files aren't copied: open one on the other customer or supplier."
            )
        )

    @api.model
    def _approval_protected(self):
        return super()._approval_protected() | {
            "name",
            "number_prefix",
            "number_index",
            "opening_date",
            "relation_stage_date",
        }

    def _is_initial(self, name, value):
        return super()._is_initial(name, value) or name == "relation_stage_date"

    def _check_writable(self, names):
        """Check that ``names`` may be written in the present states.

        :raise UserError: naming the fields that are locked
        """
        for archive in self:
            if archive.state == "draft":
                continue
            locked = names - ALWAYS_WRITABLE - WRITABLE.get(archive.state, set())
            if locked:
                labels = ", ".join(
                    sorted(
                        self._fields[name]._description_string(self.env)
                        for name in locked
                    )
                )
                raise UserError(
                    self.env._(
                        "%(file)s is locked (%(state)s): %(fields)s can't be changed now.",
                        file=archive.display_name,
                        state=archive._state_label(),
                        fields=labels,
                    )
                )

    def _check_items_open(self):
        """Check that items may be added: while collecting, and once the file is kept.

        :raise UserError: naming the file that is locked
        """
        for archive in self:
            if archive.state not in ("draft", "active"):
                raise UserError(
                    self.env._(
                        "%(file)s is locked (%(state)s): no item can be added now.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    # Checklist

    def _required_types(self):
        """Return the item types that this file must hold at its present stage."""
        self.ensure_one()
        wanted = {"always"}
        if self.relation_stage == "cooperating":
            wanted.add("cooperating")
        if self.is_core:
            wanted |= {"core"}
        return self.category_id.document_type_ids.filtered(
            lambda kind: kind.requirement in wanted
        )

    def _sync_checklist(self):
        """Give each file one empty item per row of its checklist; drop empty rows of another category."""
        values, obsolete = [], self.env["customer.archive.document"]
        for archive in self.filtered(lambda archive: archive.state == "draft"):
            types = archive.category_id.document_type_ids
            obsolete |= archive.document_ids.filtered(
                lambda item, types=types: item.type_id not in types and item._is_blank()
            )
            values += [
                {"archive_id": archive.id, "type_id": kind.id}
                for kind in types - archive.document_ids.type_id
            ]
        obsolete.unlink()
        self.env["customer.archive.document"].create(values)

    # Submission

    def _problems(self):
        """Return, as sentences, what has to be done before the file can be submitted."""
        self.ensure_one()
        problems = self._data_problems() + self.partner_id._archive_format_problems()
        for kind in self.missing_type_ids:
            problems.append(self.env._("Item “%s” is missing.", kind.name))
        for item in self.document_ids.filtered("is_received"):
            problems += item._problems()
        return problems

    def _data_problems(self):
        problems = []
        partner = self.partner_id
        for field in self.category_id.sudo().required_field_ids:
            if not partner[field.name]:
                problems.append(
                    self.env._(
                        "%s is not filled in on the contact.", field.field_description
                    )
                )
        contacts = partner.child_ids.filtered(lambda child: child.type == "contact")
        wanted = (
            self.category_id.minimum_contacts
            if self.relation_stage == "cooperating"
            else 0
        )
        if len(contacts) < wanted:
            problems.append(
                self.env._(
                    "A cooperating party needs %(wanted)s contacts; there are %(found)s.",
                    wanted=wanted,
                    found=len(contacts),
                )
            )
        if not self.department_id:
            problems.append(
                self.env._(
                    "No department is responsible: choose one, or have it set on the category."
                )
            )
        elif not self.department_id.archive_code:
            problems.append(
                self.env._(
                    "Department “%s” has no code for file numbers; an administrator sets it.",
                    self.department_id.name,
                )
            )
        return problems

    def _approval_archive(self):
        return self

    def _approval_check(self):
        problems = [(archive, archive._problems()) for archive in self]
        texts = [
            f"{archive.display_name}\n" + "\n".join(f"• {text}" for text in found)
            for archive, found in problems
            if found
        ]
        if texts:
            raise UserError(
                self.env._(
                    "Not yet complete, nothing was lost:\n%s", "\n\n".join(texts)
                )
            )
        self.partner_id._check_archive_duplicate()

    def _approval_completed(self):
        """The reviews are done: the clerks have three working days to register the file."""
        clerks = self.env.ref("customer_archive.group_clerk").all_user_ids
        clerks = clerks.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        as_engine(self).write({"state": "registering"})
        row = as_engine(self.env["customer.archive.approval"]).create(
            {
                **self._row_base(self.approval_round),
                "requester_id": self.requester_id.id,
                "name": self.env._("Registration"),
                "kind": "task",
                "sequence": 1000,
                "approver_ids": clerks.ids,
                "days": 3,
            }
        )
        self._make_current(row)

    # Registration

    def action_register(self):
        """Enter reviewed files under the next numbers of their departments.

        :raise AccessError: unless the user is a records clerk
        :raise UserError: unless the file was approved
        """
        self.check_access("read")
        if not self.env.user.has_group("customer_archive.group_clerk"):
            raise AccessError(self.env._("Files are registered by a records clerk."))
        for archive in self.sorted("id"):
            if archive.state != "registering":
                raise UserError(
                    self.env._(
                        "%(file)s can't be registered (%(state)s): it has to be approved first, and is registered once.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )
            row = archive._rows("pending")
            row._decide("approved", False)
            archive._finish_activities(False)
            archive._clear_current()
            prefix, index, name = archive._next_number()
            # The clerk's role and the state were checked above.
            as_engine(archive.sudo()).write(
                {
                    "state": "active",
                    "number_prefix": prefix,
                    "number_index": index,
                    "name": name,
                    "opening_date": fields.Date.context_today(archive),
                    "custodian_id": archive.custodian_id.id or self.env.uid,
                }
            )
        return True

    def _next_number(self):
        """Return prefix, index and name of the next number: no gaps, no duplicates.

        Clerks who register at once queue at a lock that is held until their
        transactions end. Behind it the highest number is read through another
        connection, because this transaction's snapshot may be older than the
        last holder's commit. A rollback or a crash uses no number up.
        """
        self.ensure_one()
        prefix = self.company_id._archive_number_prefix(self.department_id)
        key = f"customer.archive/{self.company_id.id}/{prefix}"
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", key)
        )
        highest = SQL(
            "SELECT COALESCE(MAX(number_index), 0) FROM customer_archive WHERE company_id = %s AND number_prefix = %s",
            self.company_id.id,
            prefix,
        )
        self.flush_model(["number_index", "number_prefix", "company_id"])
        [(own,)] = self.env.execute_query(highest)
        with self.env.registry.cursor() as cr:
            cr.execute(highest)
            [committed] = cr.fetchone()
        index = max(own, committed) + 1
        return (
            prefix,
            index,
            f"{prefix}{index:0{self.company_id.archive_number_padding}d}",
        )

    # Actions of the screen

    def action_open_partner(self):
        """Return the action that shows the customer or supplier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    def action_open_decision(self):
        """Return the dialog in which an approver decides."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "customer.archive.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_ids": self.ids},
        }
