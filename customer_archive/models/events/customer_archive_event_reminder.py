from odoo import api, fields, models

from ..common.company_day import today_at
from ..common.escalation import (
    COMPLAINT_DAYS,
    COMPLAINT_FURTHER_DAYS,
    goes_to_head,
    head_of,
    superiors,
)
from ..common.readers import writable_by
from ..common.roles import ANSWERERS, MANAGEMENT, users_of
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.stand_in import first_readers, readers

PLANNED, FOLLOW_UP = "mail_activity_event_planned", "mail_activity_event_follow_up"
COMPLAINT = "mail_activity_complaint"
OVERDUE = "mail_activity_complaint_overdue"


def _if_answering(user_of):
    """Return a function of a chain, without who doesn't answer notes."""
    return lambda note: user_of(note).filtered(lambda each: each.has_groups(ANSWERERS))


class CustomerArchiveEvent(models.Model):
    """Who has to go there, to answer or to follow up; whom a late answer goes up to."""

    _inherit = "customer.archive.event"

    remind_date = fields.Date(
        string="Next Reminder", readonly=True, copy=False, index="btree_not_null"
    )
    level = fields.Integer(
        string="Reminders",
        readonly=True,
        copy=False,
        aggregator=None,
        help="1: reminded on the day. 2: the head knows. 3: management knows.",
    )

    @api.model
    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        # A party without a file has a salesperson, and no account manager.
        return [
            lambda note: note.responsible_id,
            lambda note: note.archive_id.user_id or note.partner_id.user_id,
            *chain,
        ]

    def _renew_work(self):
        """End what was to be done, and ask for what is; called as superuser."""
        self._end_work()
        for note in self:
            if note.state == "planned":
                note._give(PLANNED, note.date, type(self)._planned_words)
            elif note.state == "open":
                note._give(COMPLAINT, note.due_date, type(self)._complaint_words)
                as_system(note).write({"remind_date": note.due_date, "level": 0})
            elif note.follow_up_date and not note.followed_up_on:
                as_system(note).write({"remind_date": note.follow_up_date})

    def _hand_over(self, user):
        """Have somebody else do what is to be done here; called as superuser."""
        as_system(self).write({"responsible_id": user.id})
        complaints = self.filtered(lambda note: note.state == "open")
        (self - complaints)._renew_work()
        for complaint in complaints:
            complaint._pass_on_complaint()

    def _hand_over_to_reader(self, user):
        """Have a user do what they may read and answer themselves; as superuser.

        Who is made responsible reads a note by that: nobody is who didn't before. What
        isn't for them stays with who has it, or goes to who stands in if that one
        can't read it any more.
        """
        fit = writable_by(user, self)
        fit._hand_over(user)
        rest = (self - fit).grouped("responsible_id")
        for former, notes in rest.items():
            lost = notes - writable_by(former, notes)
            chain = [_if_answering(each) for each in lost._stand_in_chain(COMPLAINT)]
            heirs = first_readers(lost, chain)
            for heir, those in lost.grouped(heirs.get).items():
                if heir:
                    those._hand_over(heir)

    def _pass_on_complaint(self):
        """Ask another person for the answer; how late it is, and who knows, stays."""
        as_system(self._activities(COMPLAINT)).unlink()
        self._give(COMPLAINT, self.due_date, type(self)._complaint_words)

    def _end_work(self):
        """End what is to be done, and remind of nothing; called as superuser."""
        as_system(self._activities(PLANNED, FOLLOW_UP, COMPLAINT, OVERDUE)).unlink()
        as_system(self).write({"remind_date": False})

    def _give(self, kind, day, words):
        """Give the responsible person, or who stands in, an activity on each."""
        found = first_readers(self, self._stand_in_chain(kind))
        work = [(note, user, day) for note, user in found.items() if user]
        self._schedule_activities(kind, work, words, archive_digest=True)

    # Scheduled action

    @api.model
    @scheduled
    def _cron_events(self):
        """Remind of answers and follow-ups that are due."""
        self._process_due("remind_date", "_remind")

    def _remind(self):
        for note in self:
            if note.state != "open":
                note._give(FOLLOW_UP, note.follow_up_date, type(self)._follow_words)
                as_system(note).write({"remind_date": False})
            elif not note.level:
                note._remind_answer()
            else:
                note._escalate_answer()

    def _remind_answer(self):
        as_system(self._activities(COMPLAINT)).unlink()
        self._give(COMPLAINT, self.due_date, type(self)._complaint_words)
        self._go_on(1, COMPLAINT_DAYS)

    def _escalate_answer(self):
        """Tell the head of the department, later management; at once without a head."""
        head = readers(self, head_of).get(self, self.env["res.users"])
        to_head = goes_to_head(self.level > 1, head)
        self._tell_late(head if to_head else self._managers())
        if to_head:
            self._go_on(2, COMPLAINT_FURTHER_DAYS)
        else:
            as_system(self).write({"level": 3, "remind_date": False})

    def _tell_late(self, users):
        """Tell some users that the answer is late."""
        work = [(self, user, today_at(self)) for user in users]
        words = type(self)._overdue_words
        self._schedule_activities(OVERDUE, work, words, archive_digest=True)

    def _go_on(self, level, days):
        day = max(self.due_date, today_at(self))
        following = self.company_id._archive_working_day(days, day)
        as_system(self).write({"level": level, "remind_date": following})

    def _managers(self):
        """Return who of management may read this; the next superior if nobody may."""
        here = users_of(self.env, MANAGEMENT).filtered(
            lambda user: self.company_id in user.company_ids
        )
        found = self._readers_among(here)
        return found or first_readers(self, superiors(self.env))[self]

    def _readers_among(self, users):
        """Return those of some users who may read this."""
        return users.filtered(lambda user: readers(self, lambda _note: user))

    # Words

    def _planned_words(self):
        return self._kind_of_party()

    def _complaint_words(self):
        return self.env._(
            "%(note)s: answer by %(day)s", note=self._kind_of_party(), day=self.due_date
        )

    def _follow_words(self):
        return self.env._("%s: follow up", self._kind_of_party())

    def _overdue_words(self):
        return self.env._(
            "%(note)s: the answer was due on %(day)s; %(user)s is responsible",
            note=self._kind_of_party(),
            day=self.due_date,
            user=self.responsible_id.name,
        )

    def _kind_of_party(self):
        return f"{self.type_id.name} {self.partner_id.name}"
