from datetime import timedelta

from odoo import api, fields, models

from ..common.company_day import past_field, today_at
from ..common.escalation import DECISION_DAYS, goes_to_head, head_of
from ..common.roles import MANAGEMENT, users_of
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.windows import open_form

# What a step gets only in the course of its decision.
UNDECIDED = ("deadline", "decided_by_id", "decided_on", "comment", "escalation_date")


class CustomerArchiveApproval(models.Model):
    """One step of one round: a snapshot of the policy, then who decided what and when.

    Nobody writes these rows, not even an administrator over RPC: they are made
    and changed by the approval mixin alone.
    """

    _name = "customer.archive.approval"
    _description = "Approval"
    _inherit = ["customer.archive.guard", "customer.archive.due"]
    _order = "res_model, res_id, round desc, sequence, id"
    _rec_name = "name"

    name = fields.Char(string="Step", required=True, readonly=True, translate=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char(
        compute="_compute_record_name",
        search="_search_record_name",
        compute_sudo=True,
        string="Name of the Record",
    )
    record_kind = fields.Char(compute="_compute_record_kind", string="Request Type")
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    round = fields.Integer(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [("decision", "Decision"), ("task", "Task")],
        string="Type",
        default="decision",
        required=True,
        readonly=True,
    )
    requester_id = fields.Many2one(
        "res.users", string="Requested by", required=True, readonly=True
    )
    approver_ids = fields.Many2many("res.users", string="Approvers", readonly=True)
    days = fields.Integer(string="Working Days", readonly=True)
    deadline = fields.Date(readonly=True)
    is_overdue = past_field("is_overdue", "deadline", string="Overdue")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("pending", "Awaiting approval"),
            ("approved", "Approved"),
            ("rejected", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, index="btree_not_null"
    )
    decided_on = fields.Datetime(readonly=True)
    comment = fields.Text(readonly=True)
    escalation = fields.Integer(
        readonly=True, help="Number of escalations of this step because it was overdue."
    )
    escalation_date = fields.Date(readonly=True, help="Date of the next escalation.")

    _record = models.Index("(res_model, res_id, round)")
    _escalation_due = models.Index(
        "(escalation_date) WHERE state = 'pending' AND escalation_date IS NOT NULL"
    )
    _one_pending = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'pending'",
        "Another step of this record is already being decided.",
    )

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """Who may read the step may read the name of what it is about."""
        for model, rows in self.grouped("res_model").items():
            records = self.env[model].browse(rows.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            for row in rows:
                row.record_name = names.get(row.res_id)

    @api.model
    def _search_record_name(self, operator, value):
        """Find by what the user may read; the others' names aren't searched."""
        if operator not in ("ilike", "in", "="):
            return NotImplemented
        mixin = self.env["customer.archive.approval.mixin"]
        found = fields.Domain.FALSE
        for model in mixin._approval_models():
            records = self.env[model].sudo(False)
            named = records._search([("display_name", operator, value)])
            of_model = fields.Domain("res_model", "=", model)
            found |= of_model & fields.Domain("res_id", "in", named)
        return found

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_record_kind(self):
        for row in self:
            row.record_kind = self.env["ir.model"]._get(row.res_model).name

    @api.model_create_multi
    def create(self, vals_list):
        # Given here, so that no default is asked for: users may set their own.
        initial = {
            **dict.fromkeys(UNDECIDED, False),
            "state": "waiting",
            "kind": "decision",
            "escalation": 0,
        }
        return super().create([{**initial, **vals} for vals in vals_list])

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._(
                "Approvals are recorded when a decision is made, and can't be "
                "changed afterwards."
            ),
            "write",
        )

    def action_open_record(self):
        """Return the action that shows the file or request that is decided."""
        self.ensure_one()
        return open_form(self.env[self.res_model].browse(self.res_id))

    # Steps of a round; called by the mixin, as superuser, after its checks

    def _take_names(self, name_in):
        """Keep the names of the steps in every language that is in use.

        :param name_in: function of a row and a language code that gives the name
        """
        for code, _label in self.env["res.lang"].get_installed():
            for row in self:
                translated = as_system(row.with_context(lang=code))
                translated.write({"name": name_in(row, code)})

    def _activate(self):
        """Make this the step to be decided now, and tell its approvers."""
        self.ensure_one()
        deadline = self.company_id._archive_working_day(self.days)
        as_system(self).write(
            {
                "state": "pending",
                "deadline": deadline,
                "escalation_date": deadline + timedelta(days=1),
                "escalation": 0,
            }
        )
        self._schedule(
            self.approver_ids,
            "customer_archive.mail_activity_approval",
            deadline,
        )

    def _decide(self, state, comment):
        as_system(self).write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "comment": comment or False,
                "escalation_date": False,
            }
        )
        self.env["customer.archive.log"]._record(
            "decision",
            self,
            f"{state} round {self.round} step {self.sequence}",
            self._recorded_comment(comment),
        )

    def _recorded_comment(self, comment):
        """Return what the access record says of a comment; the step keeps it anyway."""
        return comment

    def _check_may_decide(self, user):
        """Check the approver, four eyes and the company.

        :raise UserError: that says who decides instead
        """
        self.ensure_one()
        if user == self.requester_id:
            raise self._refusal(
                self.env._("You can't approve your own request (four-eyes principle)."),
                "decide",
            )
        if user not in self.approver_ids:
            raise self._refusal(
                self.env._(
                    "Step “%(step)s” is decided by %(users)s.",
                    step=self.name,
                    users=", ".join(self.sudo().approver_ids.mapped("name")),
                ),
                "decide",
            )
        if self.company_id not in user.company_ids:
            raise self._refusal(
                self.env._("This belongs to a company that you don't have access to."),
                "decide",
            )
        deciders = self._deciders()
        if user in deciders and self.sudo().approver_ids - deciders:
            raise self._refusal(
                self.env._(
                    "You decided an earlier step of this round: another approver "
                    "must decide this one."
                ),
                "decide",
            )

    def _deciders(self):
        """Return who approved the earlier steps of this round."""
        domain = [
            ("res_model", "=", self.res_model),
            ("res_id", "=", self.res_id),
            ("round", "=", self.round),
            ("state", "=", "approved"),
        ]
        return self.sudo().search(domain).decided_by_id

    def _schedule(self, users, activity_type, deadline):
        """Give each of ``users`` one activity on the record.

        Created directly: ``activity_schedule`` would do nothing if a client's
        context asked it to.
        """
        record_model = self.env["ir.model"]._get_id(self.res_model)
        self.env(context={"lang": self.env.lang})["mail.activity"].sudo().create(
            [
                {
                    "activity_type_id": self.env.ref(activity_type).id,
                    "automated": True,
                    "date_deadline": deadline,
                    "res_id": self.res_id,
                    "res_model_id": record_model,
                    "summary": self.with_context(lang=user.lang).name,
                    "user_id": user.id,
                }
                for user in users
            ]
        )

    # Escalation

    @api.model
    @scheduled
    def _cron_escalate(self):
        """Tell the department head, then management, about steps left undone.

        Costs by what is due: the rows are found by a partial index.
        """
        pending = fields.Domain("state", "=", "pending")
        self._process_due("escalation_date", "_take_next_step", pending)

    def _take_next_step(self):
        for row in self:
            row._escalate()

    def _escalate(self):
        # What is about several files is escalated by itself.
        archive = self.archive_id or self.env[self.res_model].browse(self.res_id)
        can_open = self.env["customer.archive.approval.step"]._can_decide
        head, management = (
            (users - self.approver_ids).filtered(lambda user: can_open(user, archive))
            for users in (head_of(archive), users_of(self.env, MANAGEMENT))
        )
        to_head = goes_to_head(self.escalation, head)
        users = head if to_head else management
        self._schedule(users, "customer_archive.mail_activity_overdue", today_at(self))
        following = self.company_id._archive_working_day(DECISION_DAYS)
        as_system(self).write(
            {
                "escalation": self.escalation + 1,
                "escalation_date": following if to_head else False,
            }
        )
