import functools
from datetime import timedelta

from odoo import api, models

from ...tools.lead_times import parse_leads
from ..common.at_once import write_at_once
from ..common.escalation import (
    REMINDED_AFTER_END,
    UP_AFTER_END,
    UP_AFTER_REMINDER,
    superiors,
)
from ..common.heirs import heirs
from ..common.scheduled import scheduled
from ..common.stand_in import first_readers

EXPIRING, EXPIRED = "mail_activity_expiring", "mail_activity_expired"
REMINDERS = (EXPIRING, EXPIRED)


@functools.cache
def steps_of(text):
    """Return the days from the end on which it is reminded of, in their order."""
    return (
        *(-lead for lead in parse_leads(text)),
        0,
        *REMINDED_AFTER_END,
        UP_AFTER_END,
    )


def steps_left(leads, done):
    """Return the steps after one that was taken; all of them after None."""
    return [step for step in steps_of(leads) if done is None or step > done]


def next_day(end, leads, done, reminded_on):
    """Return on which day the next step is due, False if it was the last one.

    :param leads: lead times, as text
    :param done: the last step that was taken, None if there is none
    :param reminded_on: on which day that was
    """
    left = steps_left(leads, done)
    if not left:
        return False
    day = end + timedelta(days=left[0])
    # A user who was reminded late has the full time, too.
    late = left[0] == UP_AFTER_END and reminded_on + timedelta(days=UP_AFTER_REMINDER)
    return max(day, late) if late else day


class CustomerArchiveValidity(models.AbstractModel):
    """Reminders: step by step, before the end, on it, after it, further up."""

    _inherit = "customer.archive.validity"

    def _is_watched(self):
        return not (
            self._validity_is_endless() or self.is_waived or not self._validity_runs()
        )

    def _reminded_step(self):
        """Return the last step taken for the present end, None if there is none."""
        fresh = self.validity_reminded_for != self._last_day()
        return None if fresh else self.validity_level

    def _next_reminder(self):
        """Return on which day the next step is due, if any."""
        end = self._last_day()
        if not end or not self._is_watched():
            return False
        done = self._reminded_step()
        return next_day(end, self._validity_leads(), done, self.validity_reminded_on)

    def _due_step(self, today):
        """Return the latest step that is due, None if there is none.

        What was entered late skips the steps that it missed; and nobody's head is
        told before the user was.
        """
        end = self._last_day()
        if not end or not self._is_watched():
            return None
        done, passed = self._reminded_step(), (today - end).days
        if done is None:
            passed = min(passed, REMINDED_AFTER_END[-1])
        left = steps_left(self._validity_leads(), done)
        return max((step for step in left if step <= passed), default=None)

    # Scheduled action

    @api.model
    def _validity_models(self):
        """Return the names of the models whose validity is watched."""
        return heirs(self.env, "customer.archive.validity")

    @api.model
    @scheduled
    def _cron_validity(self):
        """Remind of whatever is due, then tell each user by one mail what is new."""
        self.env["customer.archive.agreement"]._cron_end()
        for name in self._validity_models():
            self.env[name]._process_due("validity_date", "_remind")
        self.env["customer.archive"]._process_due("papers_next", "_take_papers_step")
        self.env["customer.archive.digest"]._send()

    def _remind(self):
        """Take the step that is due on each of these records."""
        days = {each: each._archive_today() for each in self.company_id}
        steps = {each: each._due_step(days[each.company_id]) for each in self}
        stale = self.filtered(lambda each: steps[each] is None)
        self.env.add_to_compute(self._fields["validity_date"], stale)
        due = self - stale
        told = due.filtered(lambda each: steps[each] != UP_AFTER_END)
        told._activities(*REMINDERS).unlink()
        for kind in REMINDERS:
            part = told.filtered(
                lambda each, kind=kind: (steps[each] > 0) == (kind == EXPIRED)
            )
            part._notify_responsible(kind, days)
        (due - told)._notify_head(days)
        due._mark_reminded(steps, days)

    def _mark_reminded(self, steps, days):
        """Write what was done, and when the next step is due, group by group."""
        for (step, day, end, leads), records in self.grouped(
            lambda each: (
                steps[each],
                days[each.company_id],
                each._last_day(),
                each._validity_leads(),
            )
        ).items():
            done = {
                "validity_level": step,
                "validity_reminded_for": end,
                "validity_reminded_on": day,
                "validity_date": next_day(end, leads, step, day) or None,
            }
            write_at_once(records, done)

    def _notify_responsible(self, kind, days):
        """Give one user an activity for each of these records."""
        requests = {
            each.id: each.validity_reminded_for != each._last_day() for each in self
        }

        def words(record):
            first = requests[record.id]
            return record._reminder_words(days[record.company_id], first)

        work = []
        told = first_readers(self, self._stand_in_chain(kind))
        for record in self:
            today = days[record.company_id]
            deadline = record._last_day() if kind == EXPIRING else today
            work += [(record, user, deadline) for user in told[record]]
        self._schedule_activities(kind, work, words, archive_digest=True)

    def _notify_head(self, days):
        def words(record):
            return record.env._(
                "%(thing)s expired on %(day)s and has not been renewed, although "
                "%(user)s was reminded.",
                thing=record._validity_name(),
                day=record._last_day(),
                user=record._validity_user().name or "–",
            )

        work = []
        for own, records in self.grouped(type(self)._validity_user).items():
            heads = first_readers(records, self._superiors(), own)
            for record in records:
                work += [
                    (record, user, days[record.company_id]) for user in heads[record]
                ]
        self._schedule_activities(EXPIRED, work, words, archive_digest=True)

    def _reminder_words(self, today, first):
        """Return what is to be done, in the language of the context."""
        left = (self._last_day() - today).days
        values = {"thing": self._validity_name(), "day": self._last_day()}
        if left > 0:
            text = self.env._(
                "%(thing)s expires on %(day)s, in %(days)s days: have it renewed.",
                days=left,
                **values,
            )
        elif left == 0:
            text = self.env._("%(thing)s expires today: have it renewed.", **values)
        else:
            text = self.env._(
                "%(thing)s expired on %(day)s: have it renewed, or request a waiver.",
                **values,
            )
        asked = self._validity_request() if first and left >= 0 else ""
        return " ".join(filter(None, [text, asked]))

    # Whom to tell

    @api.model
    def _stand_in_chain(self, _kind, former=None):
        """Return who is reminded, or the next one after who was told as the head."""

        def responsible(record):
            user = record._validity_user()
            return user.browse() if former and former != user else user

        return [responsible, *self._superiors()]

    @api.model
    def _superiors(self):
        return superiors(self.env, type(self)._validity_head)

    def _stand_in_own(self, activities):
        return activities

    def _end_obsolete_reminders(self):
        """Remove reminders of what was renewed, waived, changed or ended meanwhile.

        Called as superuser after whatever may have done so.
        """
        over = self.filtered(
            lambda record: (
                record.validity_reminded_for
                and (
                    record.validity_reminded_for != record._last_day()
                    or not record._is_watched()
                )
            )
        )
        if over:
            over._activities(*REMINDERS).unlink()
