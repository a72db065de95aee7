from odoo import api, models

from ..common.company_day import today_at
from ..common.escalation import superiors
from ..common.roles import HUMAN_RESOURCES, users_of
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.stand_in import first_readers
from .customer_archive_regulation_acknowledgement import ASKED, OVERDUE


class CustomerArchiveRegulationAcknowledgement(models.Model):
    """Who hasn't acknowledged in time is reminded; then their head and HR know.

    Nothing is written about these records for others to follow: a reminder is an
    activity.
    """

    _inherit = "customer.archive.regulation.acknowledgement"

    @api.model
    @scheduled
    def _cron_acknowledgements(self):
        """Ask whoever is to be asked from today on, then remind whoever is due.

        Killed anywhere, the next run goes on with what is left.
        """
        cron = self.env["ir.cron"]
        regulations = self.env["customer.archive.regulation"]
        published = regulations.search([("version_ids.state", "=", "published")])
        cron._commit_progress(remaining=len(published))
        for regulation in published:
            regulation._ask()
            if not cron._commit_progress(1):
                return
        self._process_due("remind_date", "_remind")

    def _remind(self):
        """Take the step that is due on each of these."""
        first = self.filtered(lambda each: not each.level)
        as_system(first._activities(ASKED)).unlink()
        first._give_asked(type(self)._reminded_words)
        for day, part in first.grouped(type(self)._told_on).items():
            as_system(part).write({"level": 1, "remind_date": day})
        late = self - first
        late._tell_superiors()
        as_system(late).write({"level": 2, "remind_date": False})

    def _told_on(self):
        """Return the day on which others are told: a working day after the last."""
        last = max(self.due_date, today_at(self))
        return self.company_id._archive_working_day(1, last)

    def _tell_superiors(self):
        """Give the head of the department and human resources a notice each."""
        work, today = [], {each: today_at(each) for each in self}
        for own, part in self.grouped("user_id").items():
            heads = first_readers(part, superiors(self.env), own)
            for each in part:
                told = (heads[each] | each._human_resources()) - own
                work += [(each, user, today[each]) for user in told]
        words = type(self)._overdue_words
        self._schedule_activities(OVERDUE, work, words, archive_digest=True)

    def _human_resources(self):
        """Return who looks after people in the company."""
        return users_of(self.env, HUMAN_RESOURCES).filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids
            )
        )

    def _stand_in_own(self, activities):
        # Human resources were told as a role, the head of the department as such.
        officers = users_of(self.env, HUMAN_RESOURCES)
        return activities.filtered(lambda each: each.user_id not in officers)

    def _reminded_words(self):
        return self.env._(
            "%(version)s is to be read and acknowledged by %(day)s",
            version=self.version_id.display_name,
            day=self.due_date,
        )

    def _overdue_words(self):
        return self.env._(
            "%(user)s hasn't acknowledged %(version)s, which was due on %(day)s",
            user=self.user_id.name,
            version=self.version_id.display_name,
            day=self.due_date,
        )
