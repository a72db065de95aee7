from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.escalation import DEALT_WITH_DAYS, INCIDENT_DAYS
from ..common.sentinel import as_system
from ..common.values import is_text, label
from .customer_archive_incident_reminder import ASKED, LATE

MANAGED = "mail_activity_incident_report"


class CustomerArchiveIncident(models.Model):
    """From the draft to its decision and its end."""

    _inherit = "customer.archive.incident"

    # Approval

    @api.model
    def _unfinished_states(self):
        return ["review", "decided"]

    @api.model
    def _path_to_files(self):
        return "archive_ids"

    def _approval_archive(self):
        return self.env["customer.archive"]

    def _approval_files(self):
        # Whoever decides sees what it is about.
        return self.sudo().archive_ids.with_env(self.env)

    def _may_be_asked(self, user):
        return super()._may_be_asked(user) and user not in self._concerned()

    def _row_base(self, number):
        return {**super()._row_base(number), "incident_id": self.id}

    def _stands_in(self, user):
        handles = self.with_user(user)
        return super()._stands_in(user) and handles.can_handle

    def _approval_check(self):
        for incident in self:
            incident._check_handles("submit")
            incident._check_assessed()
        self.filtered(lambda each: not each.reported_on)._report()
        # Somebody has looked into them; what is late now is the decision.
        as_system(self.sudo()).write({"act_on": False, "dismissed_by_id": False})
        self._activities(ASKED, LATE).unlink()

    def _end_round(self):
        result = super()._end_round()
        for incident in self.sudo():
            incident._act_after(INCIDENT_DAYS)
        return result

    def _check_assessed(self):
        """Check that it says all that whoever decides has to know."""
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("severity", "cause", "measures")
            if not self[name] or not str(self[name]).strip()
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(incident)s isn't ready for a decision. Enter: %(fields)s.",
                    incident=self.name,
                    fields=", ".join(missing),
                )
            )
        for row in self.person_ids:
            if not is_text(row.responsibility):
                raise UserError(
                    self.env._("Enter what %s did, or failed to do.", row._who())
                )

    def _approval_completed(self):
        for incident in self:
            incident._activities(ASKED, LATE, MANAGED).unlink()
            as_system(incident).write(
                {"state": "decided", "decided_on": incident._today()}
            )
            incident._act_after(DEALT_WITH_DAYS)
            incident._tell(
                incident.requester_id,
                lambda own: own.env._(
                    "Decided: tell the persons responsible, carry it out, and enter "
                    "what came of it."
                ),
            )
            incident._log_incident("decided")

    # Steps

    def action_report(self):
        """Report it to management, before it is decided.

        :raise AccessError: for who doesn't look into incidents
        """
        self._wait_for_others()
        for incident in self:
            incident._check_handles()
            incident._check_open_incident()
        self._report()
        return True

    def action_close(self):
        """End it: all that was decided is carried out.

        :raise AccessError: for who doesn't look into incidents
        :raise UserError: naming what is still to be done
        """
        self._wait_for_others()
        for incident in self:
            incident._check_handles()
            incident._check_in("decided")
            incident._check_carried_out()
            incident._end_incident("closed")
        return True

    def _end_incident(self, state):
        self._end_incident_activities()
        # Who may was checked.
        as_system(self.sudo()).write(
            {
                "state": state,
                "closed_on": self._today(),
                "closed_by_id": self.env.uid,
                "act_on": False,
                "notice_at": False,
            }
        )
        self._log_incident(state)

    def _end_incident_activities(self):
        self._activities(ASKED, LATE, MANAGED).unlink()
        self._end_notice_activities()

    # Checks

    def _check_in(self, *states):
        self.ensure_one()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(incident)s is in the status “%(state)s”: that isn't possible "
                    "now. Reload the page.",
                    incident=self.name,
                    state=label(self, "state"),
                )
            )

    def _check_open_incident(self):
        self._check_in("draft", "review", "decided")

    def _check_carried_out(self):
        """Check that persons were told, penalties carried out, notices given."""
        if not is_text(self.outcome):
            raise UserError(
                self.env._("Enter what was carried out, and whether it works, first.")
            )
        for row in self.person_ids:
            done = row.carried_out_on or row.penalty == "none"
            if not row.informed_on or not done:
                raise UserError(
                    self.env._(
                        "%s: enter when they were told of the decision, and when it "
                        "was carried out.",
                        row._who(),
                    )
                )
        self._check_noticed()

    # Report to management

    def _report(self):
        """Have management take note, each who isn't concerned."""
        for incident in self:
            own = incident.sudo()
            own._activities(MANAGED).unlink()
            day = incident.company_id._archive_working_day(1)
            own._schedule_activities(
                MANAGED,
                [(own, user, day) for user in own._management()],
                lambda each: each.env._(
                    "%(incident)s: take note of it, and of what is done.",
                    incident=each.display_name,
                ),
            )
            as_system(own).write({"reported_on": fields.Datetime.now()})
            incident._log_incident("reported to management")
