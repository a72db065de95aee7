from odoo import fields, models
from odoo.exceptions import UserError

from ..common.escalation import CONFIRM_DAYS, REPAIR_UP_DAYS
from ..common.roles import ARCHIVIST, MANAGEMENT
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system
from ..common.values import is_text

REPAIR, LATE = "mail_activity_finding", "mail_activity_finding_overdue"
CONFIRM = "mail_activity_finding_confirm"


class CustomerArchiveInspectionLine(models.Model):
    """What was found is repaired by one and confirmed by another person 整改.

    Before or after the inspection is signed; whoever is late is reminded, then
    management is told.
    """

    _inherit = "customer.archive.inspection.line"

    # Actions

    def action_repair(self):
        """Record that these findings were repaired, as their notes say.

        :raise AccessError: for others than who is responsible, and archivists
        :raise UserError: without a note of what was repaired
        """
        self._check_may_repair()
        for line in self:
            if not is_text(line.repair_note):
                raise UserError(
                    self.env._(
                        "“%s”: enter what was repaired first, and take a photo of it.",
                        line.point_id.name,
                    )
                )
            # Who may was checked; whoever repairs writes nothing else.
            as_system(line.sudo()).write(
                {
                    "finding_state": "repaired",
                    "repaired_by_id": self.env.uid,
                    "repaired_on": fields.Datetime.now(),
                    "act_on": False,
                }
            )
            line._end_finding_activities()
            line._ask_to_confirm()
            line._log_finding("repaired")
        return True

    def action_confirm(self):
        """Confirm as another archivist that these findings are repaired.

        :raise AccessError: for who recorded the repair, and for who is no archivist
        :raise UserError: unless it was recorded
        """
        self._check_may_confirm()
        for line in self:
            as_system(line.sudo()).write(
                {
                    "finding_state": "confirmed",
                    "confirmed_by_id": self.env.uid,
                    "confirmed_on": fields.Datetime.now(),
                }
            )
            line._end_finding_activities()
            line._log_finding("confirmed")
        return True

    def action_send_back(self):
        """Send these findings back to who repairs them, for what the remarks say.

        :raise AccessError: for who recorded the repair, and for who is no archivist
        :raise UserError: without remarks, or unless a repair was recorded
        """
        self._check_may_confirm()
        for line in self:
            if not is_text(line.confirm_note):
                raise UserError(
                    self.env._(
                        "“%s”: enter in the remarks of the check what is still to be "
                        "done.",
                        line.point_id.name,
                    )
                )
            as_system(line.sudo()).write({"finding_state": "open"})
            line._ask_for_repair()
            line._log_finding("returned")
        return True

    # Checks

    def _check_may_repair(self):
        self._wait_for_repairs()
        is_archivist = self.env.user.has_group(ARCHIVIST)
        for line in self:
            if not is_archivist and line.responsible_id != self.env.user:
                raise line._refusal(
                    self.env._(
                        "Repairs are recorded by who is responsible for them, or by an "
                        "archivist."
                    ),
                    "repair_finding",
                )
            line._check_finding_state("open")

    def _check_may_confirm(self):
        self._wait_for_repairs()
        for line in self:
            if not self.env.user.has_group(ARCHIVIST):
                raise line._refusal(
                    self.env._("Repairs are confirmed by archivists: ask one."),
                    "confirm_finding",
                )
            line._check_finding_state("repaired")
            if line.repaired_by_id == self.env.user:
                raise line._refusal(
                    self.env._(
                        "Whoever recorded a repair doesn't confirm it (four-eyes "
                        "principle): ask another archivist."
                    ),
                    "confirm_finding",
                )

    def _wait_for_repairs(self):
        self.check_access("read")
        self.flush_recordset()
        lock_rows(self)
        self.invalidate_recordset()

    def _check_finding_state(self, state):
        if self.finding_state != state or self.state == "cancelled":
            raise UserError(
                self.env._(
                    "“%s” isn't at that step: there is nothing to repair or confirm "
                    "now. Reload the page.",
                    self.point_id.name,
                )
            )

    # Asking

    def _ask_for_repair(self):
        """Ask who is responsible, anew whenever that or the day changes."""
        self._end_finding_activities()
        if self.finding_state != "open":
            return
        company = self.company_id
        day = max(self.deadline or company._archive_today(), company._archive_today())
        # Reminding goes by what was found, whoever entered it.
        as_system(self.sudo()).write({"act_on": day})
        self._schedule_activities(
            REPAIR,
            [(self, user, day) for user in self._repairers()],
            lambda each: each.env._(
                "%(place)s: repair what was found at “%(point)s”.",
                place=each.location_id.complete_name,
                point=each.point_id.name,
            ),
        )

    def _repairers(self):
        """Return who repairs, or the archivists if that one isn't at work any more."""
        if self.responsible_id.active:
            return self.responsible_id
        return self.sudo().inspection_id._people(ARCHIVIST)

    def _ask_to_confirm(self):
        people = self.sudo().inspection_id._people(ARCHIVIST) - self.env.user
        day = self.company_id._archive_working_day(CONFIRM_DAYS)
        self._schedule_activities(
            CONFIRM,
            [(self, user, day) for user in people],
            lambda each: each.env._(
                "%(place)s: confirm that “%(point)s” is repaired.",
                place=each.location_id.complete_name,
                point=each.point_id.name,
            ),
        )

    def _end_finding_activities(self):
        self._activities(REPAIR, CONFIRM, LATE).unlink()

    def _remind_or_raise_finding(self):
        """Remind on the day of the repair; tell management after it."""
        for line in self:
            # Without a day nothing is late; it isn't signed before there is one.
            if not line.deadline:
                as_system(line).act_on = False
                continue
            company = line.company_id
            up = company._archive_working_day(REPAIR_UP_DAYS, line.deadline)
            if company._archive_today() < up:
                line._remind_of_repair()
                as_system(line).act_on = up
            else:
                line._raise_finding()
                as_system(line).act_on = False

    def _remind_of_repair(self):
        self._activities(REPAIR).unlink()
        self._schedule_activities(
            REPAIR,
            [(self, user, self.deadline) for user in self._repairers()],
            lambda each: each.env._(
                "%(place)s: “%(point)s” is to be repaired by %(day)s, and nobody has "
                "recorded it yet.",
                place=each.location_id.complete_name,
                point=each.point_id.name,
                day=each.deadline,
            ),
        )

    def _raise_finding(self):
        today = self.company_id._archive_today()
        self._schedule_activities(
            LATE,
            [(self, user, today) for user in self.inspection_id._people(MANAGEMENT)],
            lambda each: each.env._(
                "%(place)s: “%(point)s” was to be repaired by %(day)s by %(user)s, and "
                "isn't.",
                place=each.location_id.complete_name,
                point=each.point_id.name,
                day=each.deadline,
                user=each.responsible_id.name,
            ),
        )
        self._log_finding("overdue")

    def _log_finding(self, step):
        self.env["customer.archive.log"]._record("inspection", self, f"finding {step}")
