from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import past_field, today_at
from ..common.roles import ARCHIVIST, READER
from ..common.scheduled import scheduled
from ..common.sentinel import as_system, is_system, quietly
from ..common.windows import open_form, open_list
from .customer_archive_location import NAMED

INSPECTION = "customer.archive.inspection"
LINE = "customer.archive.inspection.line"
# What is inspected unless somebody says otherwise.
INSPECTED_KINDS = ("room", "cabinet")


class CustomerArchiveLocation(models.Model):
    """When a storage location is inspected, and by whom; requirement B3."""

    _inherit = "customer.archive.location"

    inspection_months = fields.Integer(
        string="Inspect every (Months)",
        compute="_compute_inspection_months",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="Rooms and cabinets as the settings say, unless another number is "
        "entered; 0: not inspected by itself.",
    )
    inspection_next = fields.Date(
        string="Next Inspection",
        compute="_compute_inspection_next",
        store=True,
        readonly=False,
        precompute=True,
        help="On this day the inspection is opened, and the responsible person asked.",
    )
    inspection_day = fields.Integer(
        compute="_compute_inspection_day",
        store=True,
        precompute=True,
        aggregator=None,
        help="On which day of a month, also after a shorter month.",
        export_string_translation=False,
    )
    is_inspection_due = past_field(
        "is_inspection_due",
        "inspection_next",
        reached=True,
        string="Inspection Due",
    )
    inspection_ids = fields.One2many(
        INSPECTION, "location_id", string="Inspections", readonly=True
    )
    inspection_count = fields.Integer(
        string="Number of Inspections", compute="_compute_inspections"
    )
    inspection_last = fields.Datetime(
        string="Last Inspection", compute="_compute_inspections"
    )
    can_inspect = fields.Boolean(
        compute="_compute_can_inspect", export_string_translation=False
    )
    open_finding_count = fields.Integer(
        string="Open Findings", compute="_compute_inspections"
    )

    _inspection_due = models.Index(
        "(inspection_next) WHERE inspection_next IS NOT NULL"
    )
    _inspection_months_positive = models.Constraint(
        "CHECK (inspection_months BETWEEN 0 AND 120)",
        "Inspections come every 1 to 120 months; 0 means never by themselves.",
    )

    @api.depends("kind", "company_id")
    def _compute_inspection_months(self):
        for location in self:
            # How often a company inspects is no secret of who keeps its rooms.
            company = (location.company_id or self.env.company).sudo()
            months = company.archive_inspection_months
            is_inspected = location.kind in INSPECTED_KINDS
            location.inspection_months = months if is_inspected else 0

    @api.depends("inspection_months")
    def _compute_inspection_next(self):
        for location in self:
            months = location.inspection_months
            today = today_at(location)
            location.inspection_next = months > 0 and fields.Date.add(
                today, months=months
            )

    @api.depends("inspection_next")
    def _compute_inspection_day(self):
        for location in self:
            day, before = location.inspection_next, location.inspection_day
            # In a month that is too short, its last day stands in.
            stands_in = day and fields.Date.add(day, days=1).day == 1
            kept = before if stands_in else 0
            location.inspection_day = max(day.day, kept) if day else 0

    @api.depends(
        "inspection_ids.state",
        "inspection_ids.signed_on",
        "inspection_ids.line_ids.finding_state",
    )
    @api.depends_context("uid")
    def _compute_inspections(self):
        rows = self.env[INSPECTION]._read_group(
            [("location_id", "in", self._origin.ids), ("state", "!=", "cancelled")],
            ["location_id"],
            ["__count", "signed_on:max"],
        )
        found = {location.id: (count, last) for location, count, last in rows}
        domain = [("location_id", "in", self._origin.ids)]
        domain += [("finding_state", "in", ("open", "repaired"))]
        lines = self.env[LINE]._read_group(domain, ["location_id"], ["__count"])
        findings = {location.id: count for location, count in lines}
        for location in self:
            count, last = found.get(location._origin.id, (0, False))
            location.inspection_count = count
            location.inspection_last = last
            location.open_finding_count = findings.get(location._origin.id, 0)

    @api.depends("custodian_id", "parent_path")
    @api.depends_context("uid")
    def _compute_can_inspect(self):
        user = self.env.user
        for location in self:
            own = user.has_group(ARCHIVIST) or location._inspector() == user
            location.can_inspect = own

    def _record_configuration(self, operation, names=(), before=False):
        # That the plan goes on by itself is no change of the configuration.
        if set(names) == {"inspection_next"} and is_system(self.env):
            return None
        return super()._record_configuration(operation, names, before)

    # Who inspects, and when

    def _inspector(self):
        """Return who inspects this: the responsible person of it or of what it is in.

        :return: a user; empty if there is nobody who is at work and has a role
        """
        above = [int(each) for each in (self.parent_path or "").split("/") if each]
        # Whoever it is, is no secret of those who open the inspection.
        for location in self.sudo().browse(reversed(above or self.ids)):
            user = location.custodian_id
            here = self.company_id in user.company_ids
            if user.active and here and user.has_group(READER):
                return user.with_env(self.env)
        return self.env["res.users"]

    def _plan_after(self, inspection):
        """Go on from today, if an inspection came later than the next one's day."""
        today = today_at(self)
        # Whoever inspects need not manage the archive room.
        own = self.sudo()
        if own.inspection_next and own.inspection_next <= today:
            months = own.inspection_months
            day = months > 0 and fields.Date.add(today, months=months)
            as_system(own).inspection_next = day

    def action_inspect(self):
        """Open an inspection of this location now, or return the one that is open.

        :raise AccessError: for others than its responsible person and archivists
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if self._inspector() != user and not user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._(
                    "“%s” is inspected by its responsible person or an archivist.",
                    self.complete_name,
                ),
                "inspect",
            )
        # Who may open one was checked; the responsible person makes none otherwise.
        own = self.env[INSPECTION].sudo()
        found = own.search([("location_id", "=", self.id), ("state", "=", "open")])
        if not found:
            values = {"location_id": self.id, "inspector_id": user.id}
            found = own.browse(as_system(own).create(values).id)
        return open_form(found.with_env(self.env))

    def action_open_inspections(self):
        """Return the inspections of this storage location, the newest first."""
        self.ensure_one()
        self.check_access("read")
        return open_list(
            INSPECTION, self.complete_name, [("location_id", "=", self.id)]
        )

    def _check_not_inspected(self):
        """Check that no inspection names these."""
        inspections = self.env[INSPECTION].sudo()
        found = inspections.search([("location_id", "in", self.ids)], limit=1)
        if found:
            raise UserError(
                self.env._(
                    "“%(location)s” can't be deleted: inspection %(inspection)s names "
                    "it. Take it out of use instead (Action › Archive).",
                    location=", ".join(self.mapped("complete_name")[:NAMED]),
                    inspection=found.name,
                )
            )

    # Scheduled action

    @api.model
    @scheduled
    def _cron_inspection(self):
        """Open inspections whose day has come; remind of open ones and of findings."""
        # Of one that is still open, the next begins when it is signed.
        free = fields.Domain(
            "inspection_ids", "not any", [("state", "=", "open")]
        ) & fields.Domain("active", "=", True)
        self._process_due("inspection_next", "_open_inspections", free)
        inspections = self.env[INSPECTION]
        inspections._process_due(
            "act_on", "_remind_or_raise", fields.Domain("state", "=", "open")
        )
        self.env[LINE]._process_due("act_on", "_remind_or_raise_finding")

    def _open_inspections(self):
        for location in self:
            quiet = quietly(
                self.env[INSPECTION], "mail_create_nosubscribe", "mail_create_nolog"
            )
            as_system(quiet).create({"location_id": location.id})
            as_system(location).inspection_next = location._day_after_inspection()

    def _day_after_inspection(self):
        """Return when the next inspection comes; false if once was all."""
        day, months = self.inspection_next, self.inspection_months
        if not months:
            return False
        today = today_at(self)
        while day <= today:
            day = fields.Date.add(day, months=months, day=self.inspection_day)
        return day
