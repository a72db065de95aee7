from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ..common.company_day import today_here
from ..common.roles import ARCHIVIST, CLERK, USER, any_of
from ..common.sentinel import as_system, is_system
from ..common.values import is_text, label
from ..common.windows import window
from ..files.customer_archive_lock import ALWAYS_WRITABLE

# What is decided about each file of a list; on the others each file is appraised.
VERDICT_OF = {"close": "close", "extend": "extend", "transfer": "transfer"}
APPRAISED = ("destroy", "review")
# Verdicts that erase: with a waiting period, a witness and a certificate.
ERASING = ("destroy", "anonymise")


class CustomerArchiveDisposal(models.Model):
    """A list of files to close, destroy, keep longer or hand over 处置.

    It is applied for, decided and carried out as a whole; each line says what became
    of its file.
    """

    _name = "customer.archive.disposal"
    _description = "Disposal"
    _inherit = ["customer.archive.approval.mixin", "customer.archive.due"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    kind = fields.Selection(
        [
            ("close", "Close File"),
            ("destroy", "Appraisal and Destruction"),
            ("review", "Manual Review"),
            ("extend", "Extend Retention"),
            ("transfer", "Transfer to Another Custodian"),
        ],
        string="Type",
        required=True,
        default="destroy",
    )
    state = fields.Selection(
        [
            ("draft", "To Appraise"),
            ("review", "Awaiting Approval"),
            ("approved", "To Execute"),
            ("witness", "To Witness"),
            ("running", "In Execution"),
            ("handover", "To Hand Over"),
            ("done", "Executed"),
            ("stopped", "Stopped"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        index=True,
        check_company=True,
        help="Department of the files; empty for files of several departments.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    is_proposed = fields.Boolean(
        string="Generated Automatically",
        readonly=True,
        copy=False,
        help="Generated automatically when the retention period ended.",
    )
    reason = fields.Text(
        help=(
            "Grounds, such as the end of the retention period. Don't name persons: "
            "the reason for a destruction is kept."
        )
    )
    date = fields.Date(
        string="List Date",
        readonly=True,
        copy=False,
        default=today_here,
        index=True,
    )
    line_ids = fields.One2many(
        "customer.archive.disposal.line", "disposal_id", string="Files", copy=False
    )
    line_count = fields.Integer(compute="_compute_counts", string="Number of Files")
    undecided_count = fields.Integer(compute="_compute_counts", string="Not Appraised")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    approved_on = fields.Datetime(readonly=True, copy=False)
    approved_by = fields.Char(
        compute="_compute_approved_by",
        compute_sudo=True,
        help="Who approved it, by step.",
    )
    wait_until = fields.Date(
        string="Earliest Execution",
        readonly=True,
        copy=False,
        help="Until this date legal and management can stop it.",
    )
    due_date = fields.Date(
        readonly=True,
        copy=False,
        help="Date on which the archivists are reminded to continue.",
    )
    escalation = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Escalation level because of the delay: department head, management.",
    )
    executor_id = fields.Many2one(
        "res.users", string="Executed by", readonly=True, copy=False
    )
    executed_on = fields.Datetime(
        string="Submitted to Witness on", readonly=True, copy=False
    )
    method = fields.Char(
        readonly=True,
        copy=False,
        help="How paper and electronic copies are destroyed.",
    )
    witness_id = fields.Many2one(
        "res.users", string="Witnessed by", readonly=True, copy=False
    )
    witnessed_on = fields.Datetime(readonly=True, copy=False)
    done_on = fields.Datetime(string="Executed on", readonly=True, copy=False)
    stopped_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    stop_reason = fields.Text(readonly=True, copy=False)
    certificate = fields.Char(
        string="Certificate Number", readonly=True, copy=False, index="btree_not_null"
    )

    _waiting_index = models.Index("(due_date) WHERE due_date IS NOT NULL")
    _running_index = models.Index("(id) WHERE state = 'running'")

    @api.depends("line_ids.archive_id.department_id")
    def _compute_department_id(self):
        """Its head may have to decide: nobody chooses it, and it stays as decided."""
        for disposal in self:
            # Whose the files are is theirs to tell, whoever sees them.
            files = disposal.sudo().line_ids.archive_id
            departments = {file.department_id for file in files}
            if disposal.state != "draft" or not files:
                disposal.department_id = disposal.department_id
            else:
                [*one] = departments if len(departments) == 1 else ()
                disposal.department_id = one[0] if one else False

    @api.depends("line_ids.verdict", "line_ids.state")
    def _compute_counts(self):
        for disposal in self:
            lines = disposal.line_ids
            disposal.line_count = len(lines)
            disposal.undecided_count = len(
                lines.filtered(lambda line: not line.verdict)
            )
            disposal.failed_count = len(
                lines.filtered(lambda line: line.state == "failed")
            )

    @api.depends("approval_ids.state", "approval_round")
    def _compute_approved_by(self):
        for disposal in self:
            rows = disposal._approved_rows()
            disposal.approved_by = ", ".join(rows.decided_by_id.mapped("name"))

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for disposal in self:
            parts = (disposal.name, label(disposal, "kind"))
            disposal.display_name = " ".join(filter(None, parts))

    # Create, write, delete

    @api.model
    def _protected(self):
        given = (
            *("name", "approved_on", "wait_until", "due_date", "executor_id"),
            *("executed_on", "method", "witness_id", "witnessed_on", "done_on"),
            *("stopped_by_id", "stop_reason", "certificate", "is_proposed"),
        )
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "escalation": 0,
            "department_id": None,
            "user_id": self.env.uid,
            "date": today_here(self),
        }

    @api.model_create_multi
    def create(self, vals_list):
        disposals = super().create(vals_list)
        for company, numbered in disposals.grouped("company_id").items():
            # Numbers are given here: nobody else draws them (ir_sequence.py).
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for disposal in numbered:
                as_system(disposal).name = as_system(sequence).next_by_code(self._name)
        if not is_system(self.env):
            disposals._check_may_prepare("create")
        return disposals

    def write(self, vals):
        if not is_system(self.env):
            self._check_editable(set(vals))
        return super().write(vals)

    def _check_editable(self, names):
        for disposal in self:
            fixed = {"kind", "company_id"} & names
            if disposal.state != "draft" and names - ALWAYS_WRITABLE:
                raise UserError(
                    self.env._(
                        "%s has been submitted: withdraw it to change it.",
                        disposal.display_name,
                    )
                )
            if fixed and disposal.line_ids:
                raise UserError(
                    self.env._("Create another list: this one already contains files.")
                )

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about parties here isn't meant for them.
        return []

    # Who prepares it

    def _check_may_prepare(self, operation):
        """Check the role: closing is for those who keep the file, the rest archivists.

        :raise AccessError: if the user has another; the attempt is recorded
        """
        if self.env.su:
            return
        archivist = self.env.user.has_group(ARCHIVIST)
        for disposal in self:
            if disposal.kind != "close":
                if not archivist:
                    raise disposal._refusal(
                        self.env._("Files are appraised by archivists."), operation
                    )
            elif archivist and not self._keeps_files():
                raise disposal._refusal(
                    self.env._(
                        "Closings are requested by account managers and records clerks."
                    ),
                    operation,
                )

    def _keeps_files(self):
        return self.env.user.has_groups(any_of(USER, CLERK))

    @api.model
    def _prepare(self, archives, kind, reason, **verdict):
        """Make lists of files, one per company and department; return them.

        :param archives: the files, which the user may read
        :param verdict: further values of the lines
        """
        made = self.browse()
        parts = groupby(archives, lambda file: (file.company_id, file.department_id))
        for (company, _department), part in parts:
            made += self.create(
                {
                    "kind": kind,
                    "company_id": company.id,
                    "reason": reason,
                    "line_ids": [
                        fields.Command.create({"archive_id": file.id, **verdict})
                        for file in part
                    ],
                }
            )
        return made

    # Approval

    def _approval_archive(self):
        files = self.line_ids.archive_id
        return files if len(files) == 1 else files.browse()

    @api.model
    def _path_to_files(self):
        return "line_ids.archive_id"

    def _approval_files(self):
        return self.line_ids.archive_id

    def _stands_in(self, user):
        return user.has_group(CLERK if self.kind == "close" else ARCHIVIST)

    def _approval_check(self):
        self._check_may_prepare("submit")
        for disposal in self:
            if not is_text(disposal.reason):
                raise UserError(self.env._("Enter the grounds."))
            if not disposal.line_ids:
                raise UserError(self.env._("The list contains no files."))
            disposal.line_ids._check_verdicts()
            disposal._take_department()
            if disposal.kind == "close":
                disposal.line_ids.archive_id._check_closable(disposal)

    def _start_round(self):
        result = super()._start_round()
        # Who was asked to appraise or to check the list has done so.
        asked = ("mail_activity_disposal", "mail_activity_disposal_overdue")
        self._activities(*asked).unlink()
        as_system(self).write({"due_date": False, "escalation": 0})
        return result

    def _end_round(self):
        result = super()._end_round()
        for disposal in self.filtered(lambda each: each.kind == "review"):
            # What was refused or withdrawn waits for its review again.
            disposal.sudo()._ask_for_appraisal(ARCHIVIST)
        return result

    def _take_department(self):
        """Take the department of the files, whose head may have to decide.

        :raise UserError: if a head would close another department's files
        """
        # Files may have moved since the list was drawn up.
        self.env.add_to_compute(self._fields["department_id"], self)
        # Whose the files are is theirs to tell, whoever sees them.
        departments = {file.department_id for file in self.sudo().line_ids.archive_id}
        if self.kind == "close" and len(departments) > 1:
            raise UserError(
                self.env._(
                    "%s contains files of several departments, and each head "
                    "decides on their own department's files: make a list for each "
                    "department.",
                    self.display_name,
                )
            )

    def _approved_rows(self):
        rows = self.approval_ids.filtered(
            lambda row: row.round == self.approval_round and row.state == "approved"
        )
        return rows.sorted("sequence")

    def _approval_completed(self):
        for disposal in self:
            as_system(disposal).write({"approved_on": fields.Datetime.now()})
            disposal.line_ids._carry_out_decisions()
            if any(line.state == "pending" for line in disposal.line_ids):
                disposal._begin_waiting()
            else:
                disposal._finish()
            disposal._tell(disposal.requester_id, lambda own: own.env._("Approved."))

    def _erases_only(self, verdict):
        """Whether all that this list erases, or has erased, has one verdict."""
        lines = self.line_ids.filtered(
            lambda line: line.verdict in ERASING and line.state != "dropped"
        )
        return set(lines.mapped("verdict")) == {verdict}

    def _begin_waiting(self):
        """Give legal and management time to stop it; as superuser."""
        self.ensure_one()
        keys = self.env["customer.archive.keyring"]
        for line in self.line_ids.filtered(lambda line: line.state == "pending"):
            # So that a backup made from now on says which key will be gone.
            keys._file_key(line.archive_id)
        today = self.company_id._archive_today()
        days = self.company_id.archive_waiting_days
        until = fields.Date.add(today, days=days)
        as_system(self).write(
            {"state": "approved", "wait_until": until, "due_date": until}
        )

    def _finish(self):
        """End the list, unless files of it are still to be handed over."""
        if any(line.state == "handover" for line in self.line_ids):
            as_system(self).write({"state": "handover"})
        else:
            as_system(self).write({"state": "done", "done_on": fields.Datetime.now()})

    # Actions of the screen

    def action_destroy_undecided(self):
        """Give every file without a verdict the verdict to be destroyed."""
        self.check_access("write")
        for disposal in self:
            if (disposal.kind, disposal.state) != ("destroy", "draft"):
                raise UserError(
                    self.env._("%s isn't in appraisal.", disposal.display_name)
                )
        undecided = self.line_ids.filtered(lambda line: not line.verdict)
        undecided.write({"verdict": "destroy"})
        return True

    def action_open_lines(self):
        """Return the action that shows the files of the list by themselves."""
        self.ensure_one()
        return window(
            "customer.archive.disposal.line",
            "list",
            name=self.display_name,
            domain=[("disposal_id", "=", self.id)],
        )
