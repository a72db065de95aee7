from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..common.company_day import past_field, today_at
from ..common.customer_archive_locked import same_but
from ..common.roles import ANSWERS_FEEDBACK, AUDITOR, KNOWS_AUTHORS
from ..common.sentinel import as_system, is_system
from ..common.values import differs, is_text, label

# What whoever hands it in says, once.
HANDED_IN = ("kind", "subject", "description", "is_anonymous", "company_id")
# What whoever answers it writes until it is answered, and until it is improved.
ANSWERED = {"answer"}
IMPROVED = {"improvement", "improvement_user_id", "improvement_deadline", "decision"}
DONE = {"improvement_result"}


class CustomerArchiveFeedback(models.Model):
    """What staff think of how files are handled, and what is made of it 意见反馈.

    Requirement G3: handed in by any internal user, answered within some working days,
    improvements followed to their end. Who wants to stay unnamed is known to compliance
    and management alone: no column, message or record of use says otherwise, as all of
    it is made by the system.
    """

    _name = "customer.archive.feedback"
    _description = "Staff Feedback"
    _inherit = [
        "customer.archive.locked",
        "customer.archive.guard",
        "customer.archive.due",
        "customer.archive.silent",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "subject"]
    _locked_states = ("closed",)

    name = fields.Char(string="Number", readonly=True, copy=False)
    kind = fields.Selection(
        [
            ("suggestion", "Suggestion"),
            ("problem", "Problem"),
            ("question", "Question"),
            ("praise", "Praise"),
        ],
        string="Kind of Feedback",
        required=True,
        default="suggestion",
        index=True,
    )
    subject = fields.Char(string="In Short", required=True)
    description = fields.Text(
        string="Feedback Text",
        required=True,
        help="Without data of customers and suppliers.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    is_anonymous = fields.Boolean(
        string="Don't Name Me",
        help="Only compliance and management learn who handed it in.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handed in by",
        readonly=True,
        index=True,
        copy=False,
        ondelete="restrict",
        groups=KNOWS_AUTHORS,
    )
    author = fields.Char(
        string="Feedback from",
        compute="_compute_author",
        help="Unless they don't want it said.",
    )
    is_mine = fields.Boolean(
        string="My Feedback", compute="_compute_is_mine", search="_search_is_mine"
    )
    handed_in_on = fields.Date(string="Handed in on", readonly=True, index=True)
    quarter = fields.Char(
        readonly=True, index=True, help="In which it was handed in, such as 2026 Q4."
    )
    state = fields.Selection(
        [
            ("open", "To Answer"),
            ("answered", "Answered"),
            ("improving", "Being Improved"),
            ("closed", "Settled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    due_date = fields.Date(string="Answer By", readonly=True, index="btree_not_null")
    is_past = past_field("is_past", "due_date", export_string_translation=False)
    is_overdue = fields.Boolean(string="Answer Overdue", compute="_compute_is_overdue")
    answer = fields.Text(string="Answer to Feedback")
    answered_on = fields.Date(string="Answered on", readonly=True)
    answered_by_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, ondelete="restrict"
    )
    decision = fields.Selection(
        [("none", "Nothing to Improve"), ("improve", "To Be Improved")],
        string="What Follows",
        default="none",
    )
    improvement = fields.Text(string="What Is Improved")
    improvement_user_id = fields.Many2one(
        "res.users",
        string="Improved by",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    improvement_deadline = fields.Date(string="Improve by")
    is_improvement_past = past_field(
        "is_improvement_past", "improvement_deadline", export_string_translation=False
    )
    improvement_result = fields.Text(
        string="What Came of It", help="What was changed, and whether it helps."
    )
    improved_on = fields.Date(string="Improved on", readonly=True)
    act_on = fields.Date(
        readonly=True,
        help="When somebody is reminded next.",
        export_string_translation=False,
    )
    can_answer = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_improve = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _act_due = models.Index("(act_on) WHERE act_on IS NOT NULL")

    @api.depends("user_id", "is_anonymous")
    @api.depends_context("uid")
    def _compute_author(self):
        knows = self.env.user.has_groups(KNOWS_AUTHORS)
        for row, own in zip(self, self.sudo(), strict=True):
            told = knows or not own.is_anonymous or own.user_id == self.env.user
            row.author = own.user_id.name if told else self.env._("Not named")

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for row, own in zip(self, self.sudo(), strict=True):
            row.is_mine = own.user_id == self.env.user

    @api.model
    def _search_is_mine(self, operator, _value):
        if operator != "in":
            return NotImplemented
        # Everybody may find their own.
        own = self.sudo()._search([("user_id", "=", self.env.uid)])
        return fields.Domain("id", "in", own)

    @api.depends("state", "due_date", "answered_on")
    def _compute_is_overdue(self):
        for row in self:
            late = row.answered_on or today_at(row)
            row.is_overdue = bool(row.due_date) and late > row.due_date

    @api.depends("state", "improvement_user_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        answers = user.has_groups(ANSWERS_FEEDBACK)
        for row in self:
            own = row.improvement_user_id == user
            row.can_answer = answers and row.state == "open"
            row.can_improve = row.state == "improving" and (own or answers)

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (row.name, row.subject)))

    # Create, write, delete

    @api.model
    def _protected(self):
        given = (
            *("name", "handed_in_on", "quarter", "due_date", "answered_on"),
            *("answered_by_id", "improved_on", "act_on", "user_id"),
        )
        return {**super()._protected(), **dict.fromkeys(given, False), "state": "open"}

    @api.model_create_multi
    def create(self, vals_list):
        if is_system(self.env):
            return super().create(vals_list)
        self.check_access("create")
        for vals in vals_list:
            # Of what isn't handed in as well: a client is told what it can't be.
            self._archive_check_fits(vals)
        rows = [self._handed_in(vals) for vals in vals_list]
        # By the system, so that no column, message or activity names who hands it in:
        # what is written later bears the name of who has it written, also by what
        # follows from it on other records.
        self.env.flush_all()
        system = as_system(self.with_user(SUPERUSER_ID))
        made = super(CustomerArchiveFeedback, system).create(rows)
        rows = system.browse(made.ids)
        rows._begin_feedback()
        system.env.flush_all()
        self._check_own_rights(made)
        return self.browse(made.ids)

    @api.model
    def _handed_in(self, vals):
        """Return what is stored of what a client hands in: its words, and by whom.

        :raise AccessError: for auditors, who give no advice on what they check
        """
        if self.env.user.has_group(AUDITOR):
            raise self._refusal(
                self.env._("Auditors say what they found in checks and incidents."),
                "feedback",
            )
        vals = {**self.default_get(list(HANDED_IN)), **vals}
        other = {name for name in vals.keys() - set(HANDED_IN) if vals[name]}
        self._check_protected(other & self._protected().keys())
        values = {name: vals[name] for name in HANDED_IN if name in vals}
        return {**values, "user_id": self.env.uid}

    def _check_own_rights(self, made):
        """Check that it is of a company that the user works in."""
        own = made.with_env(self.env)
        if own.sudo().company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._("This belongs to a company that you don't have access to.")
            )

    def copy_data(self, default=None):
        # Handed in once more: what was made of it isn't.
        rows = super().copy_data(default)
        return [{name: row[name] for name in HANDED_IN if name in row} for row in rows]

    def write(self, vals):
        if not is_system(self.env):
            self._check_feedback_editable(vals)
        return super().write(vals)

    def _check_feedback_editable(self, vals):
        for row in self:
            allowed = {"activity_ids"}
            if row.can_answer:
                allowed |= ANSWERED | IMPROVED
            if row.can_improve:
                allowed |= DONE
            names = vals.keys() - self._protected().keys() - allowed
            if any(differs(row, name, vals[name]) for name in names):
                raise row._refusal(
                    self.env._(
                        "%(feedback)s can't be changed so now (%(state)s): what was "
                        "handed in or answered stays.",
                        feedback=row.display_name,
                        state=label(row, "state"),
                    ),
                    "write",
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for row in self:
            raise UserError(
                self.env._("%s is answered, and stays on record.", row.display_name)
            )

    @api.constrains("decision", "improvement", "improvement_user_id")
    def _check_improvement(self):
        for row in self:
            complete = row.improvement_user_id and row.improvement_deadline
            asked = row.decision == "improve" and row.state != "open"
            if asked and not (complete and is_text(row.improvement)):
                raise ValidationError(
                    self.env._("Say what is improved, by whom and by when.")
                )

    @api.model
    def _still_written(self):
        return same_but()
