from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import past_field, today_here
from ..common.customer_archive_locked import same_but
from ..common.roles import SUPERVISES
from ..common.sentinel import as_system, is_system
from ..common.values import label
from ..common.windows import open_list

AUDIT, LINE = "customer.archive.audit", "customer.archive.audit.line"
FINDING, POINT = "customer.archive.audit.finding", "customer.archive.audit.point"
# What it is about stays, once it is drawn.
SCOPE = {
    *("department_id", "category_id", "security_level", "draw", "sample_size"),
    *("company_id", "repeat_months", "planned_on"),
}
PEOPLE = {"checker_id", "helper_ids"}
CONTENT = {"subject", "conclusion"}


class CustomerArchiveAudit(models.Model):
    """One check of how files are handled, by those who supervise 监督检查.

    Requirement G1: planned, drawn at random so that it can be drawn again, answered
    point by point, signed and locked; what was found is corrected by whom it says.
    """

    _name = "customer.archive.audit"
    _description = "Supervisor's Check"
    _inherit = [
        "customer.archive.signed",
        "customer.archive.guard",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "planned_on desc, id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    subject = fields.Char(string="Subject of the Check", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Being Checked"),
            ("signed", "Signed"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="planned",
        tracking=True,
        index=True,
    )
    planned_on = fields.Date(
        string="Check on",
        required=True,
        default=today_here,
        index=True,
        copy=False,
        help="On this day whoever checks is asked to begin.",
    )
    due_on = fields.Date(string="Check by", readonly=True, copy=False)
    repeat_months = fields.Integer(
        string="Repeat every (Months)",
        aggregator=None,
        help="When it is signed, the next one is planned; 0: only once.",
    )
    next_id = fields.Many2one(
        AUDIT,
        string="Next Check",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    checker_id = fields.Many2one(
        "res.users",
        string="Check Carried out by",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="An auditor, or somebody of compliance: begins and signs it.",
    )
    helper_ids = fields.Many2many(
        "res.users",
        "customer_archive_audit_helper_rel",
        "audit_id",
        "user_id",
        string="Checking Group",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who checks as well, without signing.",
    )
    department_id = fields.Many2one(
        "hr.department", check_company=True, ondelete="restrict"
    )
    category_id = fields.Many2one("customer.archive.category", ondelete="restrict")
    security_level = fields.Selection(
        [
            ("internal", "Internal"),
            ("confidential", "Confidential"),
            ("secret", "Secret"),
        ]
    )
    draw = fields.Selection(
        [
            ("number", "A Number of Files"),
            ("percent", "Per Cent of the Files"),
            ("all", "All Files"),
            ("none", "No Files"),
        ],
        string="Files Drawn",
        required=True,
        default="number",
        help="At random, from those that fit and that whoever checks may read.",
    )
    sample_size = fields.Integer(string="How Many", default=5, aggregator=None)
    seed = fields.Char(
        string="Seed of the Draw",
        readonly=True,
        copy=False,
        help="With it anybody draws the same files again.",
    )
    population = fields.Integer(
        string="Drawn from (Files)", readonly=True, copy=False, aggregator=None
    )
    population_digest = fields.Char(
        string="Digest of What Was Drawn from",
        readonly=True,
        copy=False,
        export_string_translation=False,
    )
    started_on = fields.Datetime(string="Started", readonly=True, copy=False)
    conclusion = fields.Text(copy=False)
    act_on = fields.Date(
        readonly=True,
        copy=False,
        help="When somebody is reminded next.",
        export_string_translation=False,
    )
    is_overdue = past_field("is_overdue", "due_on", string="Overdue")
    line_ids = fields.One2many(LINE, "audit_id", string="Points Checked", readonly=True)
    finding_ids = fields.One2many(
        FINDING, "audit_id", string="Findings of the Check", readonly=True
    )
    file_count = fields.Integer(string="Files Checked", compute="_compute_counts")
    line_count = fields.Integer(string="Points to Answer", compute="_compute_counts")
    answered_count = fields.Integer(string="Points Answered", compute="_compute_counts")
    finding_count = fields.Integer(string="Findings Made", compute="_compute_counts")
    open_finding_count = fields.Integer(
        string="Open Findings", compute="_compute_counts"
    )
    can_plan = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_check = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_sign = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _act_due = models.Index("(act_on) WHERE act_on IS NOT NULL")
    _sample_positive = models.Constraint(
        "CHECK (sample_size > 0 OR draw IN ('all', 'none'))",
        "A sample has at least one file, or one per cent.",
    )
    _sample_percent = models.Constraint(
        "CHECK (sample_size <= 100 OR draw != 'percent')",
        "A sample has at most 100 per cent.",
    )
    _repeat_range = models.Constraint(
        "CHECK (repeat_months BETWEEN 0 AND 60)",
        "Checks come every 1 to 60 months; 0 means once.",
    )

    @api.depends("state", "line_ids.result", "finding_ids.finding_state")
    def _compute_counts(self):
        # How many there are is no secret of those who read the check.
        lines, findings = self.env[LINE].sudo(), self.env[FINDING].sudo()
        own = [("audit_id", "in", self._origin.ids)]
        rows = lines._read_group(
            own,
            ["audit_id"],
            ["__count", "answered_on:count", "archive_id:count_distinct"],
        )
        found = {audit.id: counts for audit, *counts in rows}
        states = findings._read_group(own, ["audit_id", "finding_state"], ["__count"])
        for audit in self:
            many, answered, files = found.get(audit._origin.id, (0, 0, 0))
            audit.line_count, audit.answered_count = many, answered
            audit.file_count = files
            mine = [
                (state, count)
                for each, state, count in states
                if each.id == audit._origin.id
            ]
            audit.finding_count = sum(count for _state, count in mine)
            audit.open_finding_count = sum(
                count
                for state, count in mine
                if state != "confirmed" and audit.state != "cancelled"
            )

    @api.depends("state", "checker_id", "helper_ids", "finding_ids.responsible_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        plans = user.has_groups(SUPERVISES)
        for audit in self:
            leads = plans and audit._leads(user)
            audit.can_plan = leads and audit.state in ("planned", "open")
            signs = plans and audit.checker_id == user
            checks = signs or (plans and user in audit.helper_ids)
            audit.can_check = checks and audit.state == "open"
            audit.can_sign = signs and audit.state in ("planned", "open")

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for audit in self:
            parts = (audit.name, audit.subject)
            audit.display_name = " ".join(filter(None, parts))

    @api.constrains("planned_on")
    def _check_planned(self):
        if not all(audit.planned_on for audit in self):
            raise ValidationError(self.env._("Say on which day the check begins."))

    # Create, write, delete

    @api.model
    def _protected(self):
        given = (
            *("name", "due_on", "act_on", "next_id", "seed", "population_digest"),
            *("started_on", "signed_by_id", "signed_on"),
        )
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "population": 0,
            "line_ids": [],
            "finding_ids": [],
            "state": "planned",
        }

    @api.model_create_multi
    def create(self, vals_list):
        audits = super().create(vals_list)
        for company, numbered in audits.grouped("company_id").items():
            # Numbers are given here: nobody else draws them (ir_sequence.py).
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for audit in numbered:
                number = as_system(sequence).next_by_code(self._name)
                as_system(audit.sudo()).write({"name": number})
        audits.sudo()._plan_check()
        return audits

    def write(self, vals):
        if not is_system(self.env):
            self._check_protected(self._protected().keys() & vals)
            self._check_audit_editable(set(vals))
        result = super().write(vals)
        if not is_system(self.env) and (PEOPLE | {"planned_on"}) & vals.keys():
            # Whoever may write it was checked; what is asked of whom follows.
            self.sudo()._plan_check()
        return result

    def _check_audit_editable(self, names):
        for audit in self:
            audit._check_leads()
            over = audit.state in ("signed", "cancelled")
            fixed = names & SCOPE and audit.state != "planned"
            if fixed or (over and names & (PEOPLE | CONTENT)):
                raise UserError(
                    self.env._(
                        "%(audit)s stays as it was begun or signed (%(state)s): plan "
                        "another check.",
                        audit=audit.name,
                        state=label(audit, "state"),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        for audit in self:
            if audit.state != "planned":
                raise UserError(
                    self.env._(
                        "%s was begun: it can be cancelled, and stays on record.",
                        audit.name,
                    )
                )

    @api.model
    def _still_written(self):
        # The check that was planned next may be given up before it is begun.
        return same_but("next_id")

    # Checks

    def _check_audit_state(self, *states):
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(audit)s is in the status “%(state)s”: that isn't possible now. "
                    "Reload the page.",
                    audit=self.name,
                    state=label(self, "state"),
                )
            )

    def action_open_lines(self):
        """Return the list of what is checked, file by file."""
        self.ensure_one()
        self.check_access("read")
        return open_list(
            LINE,
            self.display_name,
            [("audit_id", "=", self.id)],
            context={"search_default_group_file": 1},
        )

    def action_open_findings(self):
        """Return the list of what was found."""
        self.ensure_one()
        self.check_access("read")
        return open_list(FINDING, self.display_name, [("audit_id", "=", self.id)])
