from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.escalation import (
    CONFIRM_DAYS,
    CORRECTION_FURTHER_DAYS,
    CORRECTION_UP_DAYS,
    goes_to_head,
    heads,
    members,
)
from ..common.roles import AUDITOR, MANAGEMENT, SUPERVISES
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system
from ..common.values import is_text

ASKED, LATE = "mail_activity_correction", "mail_activity_correction_overdue"
CONFIRM = "mail_activity_correction_confirm"


class CustomerArchiveAuditFinding(models.Model):
    """Corrected by one, confirmed by who checks; what is late goes up."""

    _inherit = "customer.archive.audit.finding"

    # Steps

    def action_correct(self):
        """Report that these were corrected, as entered.

        :raise AccessError: for others than who is responsible, or stands in for them
        :raise UserError: without what was corrected, or before it says what is wrong
        """
        self._check_may_correct()
        for finding in self:
            finding._check_described()
            if not is_text(finding.correction):
                raise UserError(
                    self.env._(
                        "“%s”: enter what was corrected first.", finding.display_name
                    )
                )
            # Who may was checked; whoever corrects writes nothing else.
            own = finding.sudo()
            as_system(own).write(
                {
                    "finding_state": "corrected",
                    "corrected_by_id": self.env.uid,
                    "corrected_on": fields.Datetime.now(),
                    "act_on": False,
                }
            )
            own._end_correction_activities()
            own._ask_to_confirm()
            finding._log_correction("corrected")
        return True

    def action_confirm(self):
        """Confirm, as who checked, that these are corrected.

        :raise AccessError: for others, and for who corrected it
        :raise UserError: without what is wrong, which nobody could say afterwards
        """
        self._check_may_confirm()
        for finding in self:
            own = finding.sudo()
            own._check_finding_complete()
            as_system(own).write(
                {
                    "finding_state": "confirmed",
                    "confirmed_by_id": self.env.uid,
                    "confirmed_on": fields.Datetime.now(),
                }
            )
            own._end_correction_activities()
            finding._log_correction("confirmed")
        return True

    def action_send_back(self):
        """Send these back to who corrects them, for what the remarks say.

        :raise AccessError: for others than who checked
        :raise UserError: without remarks
        """
        self._check_may_confirm()
        for finding in self:
            if not is_text(finding.confirm_note):
                raise UserError(
                    self.env._(
                        "“%s”: enter in the remarks what is still to be done.",
                        finding.display_name,
                    )
                )
            own = finding.sudo()
            as_system(own).write({"finding_state": "open"})
            own._ask_for_correction()
            finding._log_correction("returned")
        return True

    # Checks

    def _check_may_describe(self):
        self.check_access("write")
        for audit in self.sudo().audit_id.with_env(self.env):
            audit._check_checks()
            lock_rows(audit, "SHARE")
            audit.invalidate_recordset(["state"])
            audit._check_audit_state("open")
        self._wait_for_corrections()
        for finding in self:
            finding._check_correction_step("open")

    def _check_may_correct(self):
        self._wait_for_corrections()
        for finding in self:
            if not finding._corrects(self.env.user):
                raise finding._refusal(
                    self.env._(
                        "What was found is corrected by %s.",
                        finding.responsible_id.name or "–",
                    ),
                    "correct_finding",
                )
            finding._check_correction_step("open")

    def _check_described(self):
        """Check that there is something to correct: afterwards nobody describes it."""
        if not self.sudo()._is_described():
            raise UserError(
                self.env._(
                    "“%s” isn't described yet: wait until whoever checks has written "
                    "what is wrong.",
                    self.display_name,
                )
            )

    def _check_may_confirm(self):
        self._wait_for_corrections()
        for finding in self:
            if not finding._confirms(self.env.user):
                raise finding._refusal(
                    self.env._(
                        "Corrections are confirmed by who checked, and never by who "
                        "corrected it (four-eyes principle)."
                    ),
                    "confirm_correction",
                )
            finding._check_correction_step("corrected")

    def _corrects(self, user):
        """Whether somebody corrects it: who is responsible, and never who checks.

        Once they have left it is the head of their department; without one, management.
        """
        own = self.sudo()
        if own.responsible_id == user:
            return True
        audit = own.audit_id
        gone = not audit._takes_part(own.responsible_id)
        strange = user not in audit.checker_id | audit.helper_ids
        heirs = heads(own.department_id).filtered(audit._takes_part)
        return gone and strange and user in (heirs or audit._people(MANAGEMENT))

    def _confirms(self, user):
        """Whether somebody may confirm it: who checked, or who stands in for them."""
        audit = self.sudo().audit_id
        checkers = (audit.checker_id | audit.helper_ids).filtered(audit._at_work)
        supervises = user.has_groups(SUPERVISES)
        own = self.sudo()
        strange = user not in own.responsible_id | own.corrected_by_id
        return supervises and strange and (user in checkers or not checkers)

    def _wait_for_corrections(self):
        self.check_access("read")
        self.flush_recordset()
        lock_rows(self)
        self.invalidate_recordset()

    def _check_correction_step(self, state):
        if self.finding_state != state or self.state == "cancelled":
            raise UserError(
                self.env._(
                    "“%s” isn't at that step: there is nothing to correct or confirm "
                    "now. Reload the page.",
                    self.display_name,
                )
            )

    # Asking; called as superuser

    def _ask_for_correction(self):
        """Ask who is responsible, anew whenever that or the day changes.

        Only once it says what is wrong, and by whom it is corrected.
        """
        self._end_correction_activities()
        opened = self.filtered(lambda each: each.finding_state == "open")
        asked = opened.filtered(lambda each: each._is_described())
        as_system(opened - asked).write({"act_on": False, "level": 0})
        for finding in asked:
            today = today_at(finding)
            day = max(finding.deadline or today, today)
            as_system(finding).write({"act_on": day, "level": 0})
            finding._give_correction(type(finding)._asked_words)

    def _give_correction(self, words):
        day = self.deadline or today_at(self)
        users = self.responsible_id.filtered("active")
        work = [(self, user, day) for user in users]
        self._schedule_activities(ASKED, work, words, archive_digest=True)

    def _ask_to_confirm(self):
        audit = self.audit_id
        day = self.company_id._archive_working_day(CONFIRM_DAYS)
        self._schedule_activities(
            CONFIRM,
            [(self, user, day) for user in audit._checkers() - self.env.user],
            lambda each: each.env._(
                "Confirm that it is corrected: %s.", each.display_name
            ),
            archive_digest=True,
        )

    def _end_correction_activities(self):
        self._activities(ASKED, CONFIRM, LATE).unlink()

    def _remind_or_raise_correction(self):
        """Remind on the day of the correction; tell the head, then management."""
        for finding in self:
            if not finding.deadline:
                as_system(finding).act_on = False
            elif not finding.level:
                finding._activities(ASKED).unlink()
                finding._give_correction(type(finding)._remind_words)
                finding._go_up(1, CORRECTION_UP_DAYS)
            else:
                finding._raise_correction()

    def _raise_correction(self):
        """Tell the head of the department, later management; at once without a head."""
        audit = self.audit_id
        head = heads(self.department_id).filtered("active") - self.responsible_id
        to_head = goes_to_head(self.level > 1, head)
        told = head if to_head else audit._people(MANAGEMENT)
        work = [(self, user, today_at(self)) for user in told]
        words = type(self)._late_words
        self._schedule_activities(LATE, work, words, archive_digest=True)
        if to_head:
            self._go_up(2, CORRECTION_FURTHER_DAYS)
        else:
            as_system(self).write({"level": 3, "act_on": False})
            self._log_correction("overdue")

    def _go_up(self, level, days):
        day = max(self.deadline, today_at(self))
        following = self.company_id._archive_working_day(days, day)
        as_system(self).write({"level": level, "act_on": following})

    @api.model
    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        if kind == CONFIRM:
            return [*members(self.env, AUDITOR), *chain]
        return [lambda finding: heads(finding.department_id)[:1], *chain]

    # Words

    def _asked_words(self):
        return self.env._("Correct what was found: %s.", self.display_name)

    def _remind_words(self):
        return self.env._(
            "%(finding)s: to be corrected by %(day)s, and not reported yet.",
            finding=self.display_name,
            day=self.deadline,
        )

    def _late_words(self):
        return self.env._(
            "%(finding)s: was to be corrected by %(day)s by %(user)s, and isn't.",
            finding=self.display_name,
            day=self.deadline,
            user=self.responsible_id.name,
        )

    def _log_correction(self, step, about=None):
        record = self if about is None else about
        self.env["customer.archive.log"]._record("audit", record, f"finding {step}")
