from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import past_field
from ..common.escalation import INSPECTION_DAYS, INSPECTION_UP_DAYS
from ..common.roles import ARCHIVIST, MANAGEMENT
from ..common.row_lock import lock_rows, wait_for_others
from ..common.sentinel import as_system, is_system
from ..common.values import is_text, label
from ..common.windows import open_list

LINE = "customer.archive.inspection.line"
POINT = "customer.archive.inspection.point"
ASKED, LATE = "mail_activity_inspection", "mail_activity_inspection_overdue"
# What whoever inspects writes, as long as it isn't signed.
WRITABLE = {"note", "inspector_id"}


class CustomerArchiveInspection(models.Model):
    """One inspection of a room or a cabinet: each point looked at, signed 巡检.

    Requirement B3: opened on its day, done by the responsible person of the location or
    an archivist, locked once signed; only repairs of findings are written after that.
    """

    _name = "customer.archive.inspection"
    _description = "Inspection"
    _inherit = [
        "customer.archive.signed",
        "customer.archive.guard",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    name = fields.Char(string="Number", readonly=True, copy=False)
    location_id = fields.Many2one(
        "customer.archive.location",
        string="Storage Location",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="location_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        [
            ("open", "To Inspect"),
            ("signed", "Signed"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="open",
        tracking=True,
        index=True,
    )
    inspector_id = fields.Many2one(
        "res.users",
        copy=False,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: any archivist.",
    )
    opened_on = fields.Date(string="Opened on", readonly=True, copy=False)
    due_on = fields.Date(string="Inspect by", readonly=True, copy=False)
    act_on = fields.Date(
        readonly=True,
        copy=False,
        help="When somebody is reminded next.",
        export_string_translation=False,
    )
    is_overdue = past_field("is_overdue", "due_on", string="Overdue")
    note = fields.Text(string="Remarks", copy=False)
    line_ids = fields.One2many(
        LINE, "inspection_id", string="Points", readonly=True, copy=False
    )
    finding_ids = fields.One2many(
        LINE,
        "inspection_id",
        string="Findings",
        domain=[("result", "=", "finding")],
        readonly=True,
        copy=False,
    )
    line_count = fields.Integer(string="Number of Points", compute="_compute_counts")
    answered_count = fields.Integer(string="Inspected", compute="_compute_counts")
    finding_count = fields.Integer(string="Findings Made", compute="_compute_counts")
    open_finding_count = fields.Integer(
        string="Open Findings", compute="_compute_counts"
    )
    can_manage = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_inspect = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _one_open = models.UniqueIndex(
        "(location_id) WHERE state = 'open'",
        "An inspection of this storage location is open already: do that one.",
    )
    _act_due = models.Index("(act_on) WHERE act_on IS NOT NULL")

    @api.depends("line_ids.result", "line_ids.finding_state")
    def _compute_counts(self):
        # How many there are is no secret of those who read the inspection.
        for inspection, own in zip(self, self.sudo(), strict=True):
            lines = own.line_ids
            findings = lines.filtered(lambda line: line.result == "finding")
            inspection.line_count = len(lines)
            inspection.answered_count = len(lines.filtered("result"))
            inspection.finding_count = len(findings)
            inspection.open_finding_count = len(
                findings.filtered(lambda line: line.finding_state != "confirmed")
            )

    @api.depends("state", "inspector_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        manages = user.has_group(ARCHIVIST)
        for inspection in self:
            own = manages or inspection.inspector_id == user
            inspection.can_manage = manages
            inspection.can_inspect = own and inspection.state == "open"

    # Create, write, delete

    @api.model
    def _protected(self):
        given = ("name", "opened_on", "due_on", "act_on", "signed_by_id", "signed_on")
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "line_ids": [],
            "finding_ids": [],
            "state": "open",
        }

    @api.model_create_multi
    def create(self, vals_list):
        inspections = super().create(vals_list)
        for inspection, vals in zip(inspections, vals_list, strict=True):
            inspection._check_inspector(vals)
            inspection._begin_inspection(bool(vals.get("inspector_id")))
        return inspections

    def write(self, vals):
        if not is_system(self.env):
            self._check_protected(self._protected().keys() & vals)
            self._check_inspection_editable(set(vals))
        result = super().write(vals)
        for inspection in self:
            inspection._check_inspector(vals)
        if "inspector_id" in vals:
            self.filtered(lambda each: each.state == "open")._ask_inspector()
        return result

    def _begin_inspection(self, is_given):
        """Give a new inspection its number, its points and somebody who does it.

        :param is_given: whether who inspects was said
        """
        location, company = self.location_id, self.company_id
        # The points of a company are nobody's secret.
        points = self.env[POINT].sudo()._points_for(location)
        if not points:
            raise UserError(
                self.env._(
                    "No inspection point is for a storage location such as “%s”: add "
                    "one under Custody › Inspection Points first.",
                    location.complete_name,
                )
            )
        # Numbers are given here: nobody else draws them (ir_sequence.py).
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        due = company._archive_working_day(INSPECTION_DAYS)
        values = {
            "name": as_system(sequence).next_by_code(self._name),
            "opened_on": company._archive_today(),
            "due_on": due,
            "act_on": due,
        }
        if not is_given:
            values["inspector_id"] = location._inspector().id
        # The right to open one was checked.
        as_system(self.sudo()).write(values)
        as_system(self.env[LINE].sudo()).create(
            [{"inspection_id": self.id, **point._line_values()} for point in points]
        )
        if is_given:
            self._ask_inspector()
        self._log_inspection("opened")

    def _check_inspection_editable(self, names):
        for inspection in self:
            inspection._check_inspects()
            if names - WRITABLE or inspection.state != "open":
                raise UserError(
                    self.env._(
                        "%s stays as it was opened or signed: enter what you found "
                        "in its points, or make another inspection.",
                        inspection.display_name,
                    )
                )
            if "inspector_id" in names:
                inspection._check_archivist("inspect")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for inspection in self:
            raise UserError(
                self.env._(
                    "%s can be cancelled, and stays on record.", inspection.display_name
                )
            )

    # Actions

    def action_sign(self):
        """Sign it as who inspected; from now on it is locked, but for repairs.

        :raise AccessError: for others than its inspector and archivists
        :raise UserError: while a point isn't answered, or a finding not complete
        """
        for inspection in self:
            inspection._wait_for_answers()
            inspection._check_inspects()
            inspection._check_open()
            inspection._check_complete()
            # The role was checked.
            as_system(inspection.sudo()).write(
                {
                    "state": "signed",
                    "act_on": False,
                    "signed_by_id": self.env.uid,
                    "signed_on": fields.Datetime.now(),
                }
            )
            inspection._activities(ASKED, LATE).unlink()
            inspection.location_id._plan_after(inspection)
            inspection._log_inspection("signed")
        return True

    def action_cancel(self):
        """Give it up, with the reason in its remarks; it stays on record.

        :raise AccessError: unless the user is an archivist
        :raise UserError: once it is signed, or without a reason
        """
        for inspection in self:
            inspection._wait_for_answers()
            inspection._check_archivist("inspect")
            inspection._check_open()
            if not is_text(inspection.note):
                raise UserError(
                    self.env._(
                        "Enter in the remarks why %s isn't done, then cancel it.",
                        inspection.display_name,
                    )
                )
            as_system(inspection.sudo()).write({"state": "cancelled", "act_on": False})
            inspection._activities(ASKED, LATE).unlink()
            # Nobody repairs what counts for nothing.
            lines = inspection.sudo().line_ids.filtered(
                lambda line: line.finding_state in ("open", "repaired")
            )
            lines._end_finding_activities()
            as_system(lines).write({"act_on": False, "finding_state": False})
            inspection.location_id._plan_after(inspection)
            inspection._log_inspection("cancelled")
        return True

    def action_open_lines(self):
        """Return the list of the points of this inspection."""
        self.ensure_one()
        self.check_access("read")
        return open_list(LINE, self.display_name, [("inspection_id", "=", self.id)])

    def _wait_for_answers(self):
        """Let whoever answers at this moment finish first, and see the answers."""
        wait_for_others(self)
        # Who answers leaves the inspection as it was: only a changed line starts
        # this transaction again. Whose lines these are, their reader knows.
        lines = self.sudo().line_ids
        lines.flush_recordset()
        lock_rows(lines)

    # Checks

    def _check_inspects(self):
        """Check that the user inspects here: its inspector, or an archivist."""
        user = self.env.user
        if self.inspector_id != user and not user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._(
                    "Inspections are done by their inspector or an archivist: ask one."
                ),
                "inspect",
            )

    def _check_archivist(self, operation):
        if not self.env.user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._("Only archivists decide this: ask one."), operation
            )

    def _check_open(self):
        if self.state != "open":
            raise UserError(
                self.env._(
                    "%(inspection)s is in the status “%(state)s”: that isn't possible "
                    "now. Reload the page.",
                    inspection=self.display_name,
                    state=label(self, "state"),
                )
            )

    def _check_complete(self):
        """Check that every point is answered, and every finding says what follows."""
        lines = self.sudo().line_ids.with_env(self.env)
        if missing := lines.filtered(lambda line: not line.result):
            raise UserError(
                self.env._(
                    "These points aren't answered yet: %s.",
                    ", ".join(missing.mapped("point_id.name")),
                )
            )
        for line in lines:
            line._check_reading()
            line._check_finding()

    # Asking

    def _ask_inspector(self):
        """Ask who inspects, or every archivist if that is nobody by name."""
        self._activities(ASKED).unlink()
        work = [
            (inspection, user, inspection.due_on)
            for inspection in self
            for user in inspection._inspectors()
        ]
        self._schedule_activities(
            ASKED,
            work,
            lambda each: each.env._("Inspect %s.", each.location_id.complete_name),
        )

    def _inspectors(self):
        """Return who inspects: one by name, else the archivists of the company."""
        if self._takes_part(self.inspector_id):
            return self.inspector_id
        return self._people(ARCHIVIST)

    def _check_inspector(self, vals):
        if vals.get("inspector_id") and not is_system(self.env):
            self._check_takes_part(self.inspector_id)

    def _check_takes_part(self, user):
        if user and not self._takes_part(user):
            raise UserError(
                self.env._(
                    "%s can't see inspections: choose somebody of this company with a "
                    "role in the customer files.",
                    user.name,
                )
            )

    def _remind_or_raise(self):
        """Remind on the last day; tell management some working days after it."""
        for inspection in self:
            company = inspection.company_id
            up = company._archive_working_day(INSPECTION_UP_DAYS, inspection.due_on)
            if company._archive_today() < up:
                inspection._remind_inspector()
                as_system(inspection).act_on = up
            else:
                inspection._raise_overdue()
                as_system(inspection).act_on = False

    def _remind_inspector(self):
        self._activities(ASKED).unlink()
        self._schedule_activities(
            ASKED,
            [(self, user, self.due_on) for user in self._inspectors()],
            lambda each: each.env._(
                "Inspect %(place)s by %(day)s: it isn't signed yet.",
                place=each.location_id.complete_name,
                day=each.due_on,
            ),
        )

    def _raise_overdue(self):
        today = self.company_id._archive_today()
        self._schedule_activities(
            LATE,
            [(self, user, today) for user in self._people(MANAGEMENT)],
            lambda each: each.env._(
                "%(place)s was to be inspected by %(day)s, and nobody has signed.",
                place=each.location_id.complete_name,
                day=each.due_on,
            ),
        )
        self._log_inspection("overdue")

    def _log_inspection(self, step):
        self.env["customer.archive.log"]._record("inspection", self, step)
