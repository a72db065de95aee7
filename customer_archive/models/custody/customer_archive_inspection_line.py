from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import past_field
from ..common.customer_archive_locked import same_but
from ..common.escalation import REPAIR_DAYS
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from ..common.windows import open_form

PHOTO = "customer.archive.inspection.photo"
# What whoever inspects says of a point, as long as the inspection isn't signed.
FOUND = {"finding", "severity", "responsible_id", "measure", "deadline"}
INSPECTED = {"result", "value", "note", *FOUND}
# What is written after it is signed, until the repair is confirmed.
REPAIRED = (
    *("finding_state", "repair_note", "repaired_by_id", "repaired_on"),
    *("confirm_note", "confirmed_by_id", "confirmed_on", "act_on"),
)


class CustomerArchiveInspectionLine(models.Model):
    """One point of an inspection: in order, or what was found 巡检明细.

    A finding says who repairs it until when; see the next file for what becomes of it.
    """

    _name = "customer.archive.inspection.line"
    _description = "Inspection Line"
    _inherit = [
        "customer.archive.locked",
        "customer.archive.listed",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "inspection_id desc, sequence, id"
    _rec_names_search = ["inspection_id.name", "point_id.name"]
    _locked_with = "inspection_id"
    _filled_in = (*INSPECTED, "repair_note", "confirm_note")

    inspection_id = fields.Many2one(
        "customer.archive.inspection",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="inspection_id.company_id", store=True, index=True, precompute=True
    )
    location_id = fields.Many2one(
        related="inspection_id.location_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="inspection_id.state", string="Inspection Status")
    signed_on = fields.Datetime(
        related="inspection_id.signed_on", string="Inspection Signed on"
    )
    point_id = fields.Many2one(
        "customer.archive.inspection.point",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    hint = fields.Char(related="point_id.hint")
    # As it was asked for on the day: ranges may be changed later.
    sequence = fields.Integer(readonly=True, aggregator=None)
    is_measured = fields.Boolean(string="Measured", readonly=True)
    unit = fields.Char(readonly=True)
    lowest = fields.Float(string="From", readonly=True, aggregator=None, digits=(10, 1))
    highest = fields.Float(string="To", readonly=True, aggregator=None, digits=(10, 1))
    value = fields.Float(string="Reading", aggregator=None, digits=(10, 1))
    reading = fields.Char(
        string="Reading with Unit",
        compute="_compute_reading",
        help="With its unit and the range that is in order.",
    )
    result = fields.Selection(
        [
            ("ok", "In Order"),
            ("finding", "Finding"),
            ("none", "Not Applicable"),
        ],
        index=True,
    )
    note = fields.Char(string="Remarks")
    answered_by_id = fields.Many2one(
        "res.users", string="Inspected by", readonly=True, ondelete="restrict"
    )
    answered_on = fields.Datetime(string="Inspected on", readonly=True)
    finding = fields.Text(string="What Is Wrong")
    severity = fields.Selection(
        [("minor", "Minor"), ("major", "Serious"), ("danger", "Immediate Danger")]
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Repaired by (Responsible)",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    measure = fields.Char(help="What is to be done about it.")
    deadline = fields.Date(string="Repair by")
    is_late = past_field("is_late", "deadline", string="Deadline Over")
    finding_state = fields.Selection(
        [
            ("open", "To Repair"),
            ("repaired", "Repaired, to Confirm"),
            ("confirmed", "Confirmed"),
        ],
        string="Repair Status",
        readonly=True,
        index="btree_not_null",
    )
    act_on = fields.Date(
        readonly=True,
        help="When somebody is reminded next.",
        export_string_translation=False,
    )
    repair_note = fields.Text(string="What Was Repaired")
    repaired_by_id = fields.Many2one(
        "res.users", string="Repair Recorded by", readonly=True, ondelete="restrict"
    )
    repaired_on = fields.Datetime(string="Repaired on", readonly=True)
    confirm_note = fields.Char(string="Remarks of the Check")
    confirmed_by_id = fields.Many2one(
        "res.users", string="Repair Confirmed by", readonly=True, ondelete="restrict"
    )
    confirmed_on = fields.Datetime(string="Confirmed on", readonly=True)
    photo_ids = fields.One2many(
        PHOTO,
        "line_id",
        string="Photos",
        domain=[("kind", "=", "inspection")],
        context={"default_kind": "inspection"},
    )
    repair_photo_ids = fields.One2many(
        PHOTO,
        "line_id",
        string="Photos of the Repair",
        domain=[("kind", "=", "repair")],
        context={"default_kind": "repair"},
    )
    can_inspect = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_repair = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_confirm = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _once = models.UniqueIndex(
        "(inspection_id, point_id)", "Each point is looked at once."
    )
    _act_due = models.Index("(act_on) WHERE act_on IS NOT NULL")

    @api.model
    def _still_written(self):
        # Of what is signed only repairs are written, until they are confirmed.
        return f"OLD.finding_state IN ('open', 'repaired') AND {same_but(*REPAIRED)}"

    @api.depends("inspection_id.name", "point_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            # Who may read the line may know of what it is.
            own = line.sudo()
            parts = (own.inspection_id.name, own.point_id.name)
            line.display_name = " ".join(filter(None, parts))

    @api.depends("is_measured", "value", "unit", "lowest", "highest", "result")
    def _compute_reading(self):
        for line in self:
            unit = f" {line.unit}" if line.unit else ""
            # As long as nobody has answered, only what it should be.
            value = f"{line.value:g}{unit} " if line.result else ""
            span = f"({line.lowest:g}–{line.highest:g}{unit})"
            line.reading = line.is_measured and f"{value}{span}"

    @api.depends("state", "finding_state", "responsible_id", "inspection_id")
    @api.depends_context("uid")
    def _compute_can(self):
        for line in self:
            own = line.sudo().inspection_id.with_env(self.env)
            can_inspect, archivist = own.can_inspect, own.can_manage
            done = line.finding_state in ("repaired", "confirmed")
            line.can_inspect = can_inspect and not done
            line.can_repair = line.finding_state == "open" and (
                archivist or line.responsible_id == self.env.user
            )
            line.can_confirm = line.finding_state == "repaired" and (
                archivist and line.repaired_by_id != self.env.user
            )

    # Create, write, delete

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        names = set(vals)
        if INSPECTED & names:
            self._check_may_answer()
        if "repair_note" in names:
            self._check_may_repair()
        if "confirm_note" in names:
            self._check_may_confirm()
        result = super().write(vals)
        if INSPECTED & names:
            for line in self:
                line._answer(names)
        return result

    def _listed_words(self):
        return self.env._(
            "Points of an inspection are listed when it is opened: answer each of them."
        )

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about a room isn't meant for any party.
        return []

    # Answering

    def action_in_order(self):
        """Say that these points are in order.

        :raise AccessError: for others than the inspector and archivists
        :raise UserError: if the reading isn't in its range, or the inspection is signed
        """
        self.write({"result": "ok"})
        return True

    def action_not_applicable(self):
        """Say that these points don't apply here.

        :raise AccessError: for others than the inspector and archivists
        :raise UserError: if the inspection is signed
        """
        self.write({"result": "none"})
        return True

    def action_finding(self):
        """Say that something was found, and return the form in which it is said.

        :raise AccessError: for others than the inspector and archivists
        :raise UserError: if the inspection is signed
        """
        self.ensure_one()
        if self.result == "finding":
            self._check_may_answer()
        else:
            self.write({"result": "finding"})
        return self.action_open()

    def action_open(self):
        """Return the action that shows the line, to be answered or repaired."""
        self.ensure_one()
        self.check_access("read")
        return open_form(self)

    def _check_may_answer(self):
        self.check_access("write")
        # Who inspects decides, also for a line that somebody else reads for a repair.
        for inspection in self.sudo().inspection_id.with_env(self.env):
            inspection._check_inspects()
            lock_rows(inspection, "SHARE")
            inspection.invalidate_recordset(["state"])
            inspection._check_open()
        lock_rows(self)
        self.invalidate_recordset(["finding_state"])
        for line in self:
            if line.finding_state in ("repaired", "confirmed"):
                raise UserError(
                    self.env._(
                        "“%s” is repaired already: what was found stays as it is.",
                        line.point_id.name,
                    )
                )

    def _answer(self, names):
        """Note who answered, and see to what was found."""
        self._check_reading()
        values = {}
        if "result" in names:
            answered = bool(self.result)
            values["answered_by_id"] = self.env.uid if answered else False
            values["answered_on"] = fields.Datetime.now() if answered else False
            if self.result == "finding":
                values |= self._finding_defaults()
            else:
                values |= dict.fromkeys((*FOUND, "finding_state", "act_on"), False)
        # The right to inspect was checked.
        as_system(self.sudo()).write(values)
        if self.result == "finding":
            self._check_responsible()
            self._check_deadline()
        if {"result", "responsible_id", "deadline", "severity"} & names:
            self._ask_for_repair()

    def _finding_defaults(self):
        """Return what a new finding begins with, where nothing was said."""
        location = self.location_id
        given = {
            "severity": "minor",
            "responsible_id": (location._inspector() or self.env.user).id,
            "deadline": self.company_id._archive_working_day(REPAIR_DAYS),
        }
        missing = {name: value for name, value in given.items() if not self[name]}
        return {"finding_state": "open", **missing}

    def _check_reading(self):
        """Check that what is in order was measured, and lies in its range."""
        if self.result != "ok" or not self.is_measured:
            return
        if not self.lowest <= self.value <= self.highest:
            raise UserError(
                self.env._(
                    "“%(point)s”: the reading %(value)s %(unit)s isn't between "
                    "%(lowest)s and %(highest)s. Enter what you measured; if it is "
                    "outside, that is a finding.",
                    point=self.point_id.name,
                    value=f"{self.value:g}",
                    unit=self.unit or "",
                    lowest=f"{self.lowest:g}",
                    highest=f"{self.highest:g}",
                )
            )

    def _check_finding(self):
        """Check that a finding says what it is, who repairs it, and until when."""
        if self.result != "finding":
            return
        said = is_text(self.finding) and self.severity and self.deadline
        if not said or not self.responsible_id:
            raise UserError(
                self.env._(
                    "“%s”: say what was found, how serious it is, who repairs it, and "
                    "until when.",
                    self.point_id.name,
                )
            )

    def _check_responsible(self):
        inspection = self.sudo().inspection_id.with_env(self.env)
        inspection._check_takes_part(self.responsible_id)

    def _check_deadline(self):
        if self.deadline and self.deadline < self.company_id._archive_today():
            raise UserError(
                self.env._(
                    "“%s”: the day by which it is repaired is over already. Choose "
                    "another one.",
                    self.point_id.name,
                )
            )
