from odoo import api, fields, models

from ..common.escalation import INCIDENT_DAYS, members
from ..common.readers import may_read
from ..common.roles import AUDITOR, COMPLIANCE, LEGAL, MANAGEMENT, users_of
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.stand_in import APPROVAL, OVERDUE

ASKED, LATE = "mail_activity_incident", "mail_activity_incident_overdue"


class CustomerArchiveIncident(models.Model):
    """Who looks into it, and whom it goes up to if nobody does."""

    _inherit = "customer.archive.incident"

    @api.model
    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        if kind in (APPROVAL, OVERDUE, LATE):
            return chain
        return [*members(self.env, COMPLIANCE), *chain]

    def _readers_of(self, role):
        """Return who has a role, works here and may read it: nobody it is about."""
        users = users_of(self.env, role).filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return users.filtered(lambda user: may_read(user, self))

    def _management(self):
        return self._readers_of(MANAGEMENT)

    def _take_up(self):
        """Ask compliance to look into new ones, and have the time for it run."""
        for incident in self:
            # Whoever reports it needn't know who looks into it.
            own = incident.sudo()
            day = own.company_id._archive_working_day(INCIDENT_DAYS)
            # Without compliance, whom it may be about, the others who look into them.
            others = own._readers_of(LEGAL) | own._readers_of(AUDITOR)
            people = (own._readers_of(COMPLIANCE) or others) - self.env.user
            own._schedule_activities(
                ASKED,
                [(own, user, day) for user in people],
                lambda each: each.env._("Look into %s.", each.display_name),
                archive_digest=True,
            )
            own._act_after(INCIDENT_DAYS)
            own._plan_notices()
            incident._log_incident("reported")

    def _act_after(self, days):
        """Have somebody told on the day after so many working days; as superuser."""
        day = self.company_id._archive_working_day(days)
        as_system(self).write({"act_on": fields.Date.add(day, days=1)})

    # Scheduled action

    @api.model
    @scheduled
    def _cron_incident(self):
        """Remind of notices, drafts and decisions; raise what the record shows."""
        # First what the law gives a time for: nothing else keeps it waiting.
        self._process_due("notice_at", "_raise_notices")
        waiting = fields.Domain("state", "in", ("draft", "decided"))
        self._process_due("act_on", "_raise_untouched", waiting)
        self._raise_refused()

    def _raise_untouched(self):
        """Tell management of what nobody took up, or carried out; once."""
        for incident in self:
            day = incident._today()
            incident._schedule_activities(
                LATE,
                [(incident, user, day) for user in incident._management()],
                type(incident)._untouched_words,
                archive_digest=True,
            )
            as_system(incident).act_on = False
            decided = incident.state == "decided"
            incident._log_incident("not carried out" if decided else "overdue")

    def _untouched_words(self):
        if self.state == "decided":
            return self.env._(
                "What was decided on %s isn't carried out yet: see that somebody does.",
                self.display_name,
            )
        return self.env._(
            "Nobody has looked into %s yet: see that somebody does.", self.display_name
        )
