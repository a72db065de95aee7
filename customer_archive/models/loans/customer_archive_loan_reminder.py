from odoo import api, fields, models

from ..common.escalation import LOAN_DAYS, goes_to_head
from ..common.roles import MANAGEMENT
from ..common.scheduled import scheduled
from ..common.sentinel import as_system


class CustomerArchiveLoan(models.Model):
    """Reminders: before the day, after it, then further and further up."""

    _name = "customer.archive.loan"
    _inherit = ["customer.archive.loan", "customer.archive.due"]

    reminder_date = fields.Date(
        readonly=True, copy=False, help="Date of the next reminder."
    )
    reminder_level = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help=(
            "Steps taken so far: before the due date, overdue, department head, "
            "management."
        ),
    )

    _reminder_due = models.Index("(reminder_date) WHERE reminder_date IS NOT NULL")

    def _restart_reminders(self):
        """Begin again, for a due date that was set or moved; as superuser."""
        self._end_reminders()
        for loan in self:
            as_system(loan).write(
                {"reminder_level": 0, "reminder_date": loan._working_day(-1)}
            )

    def _end_reminders(self):
        as_system(self).write({"reminder_date": False})
        kinds = ("mail_activity_loan", "mail_activity_loan_overdue")
        self._activities(*kinds).unlink()

    def _working_day(self, days):
        """Return the date so many working days after the due date, or before it."""
        return self.company_id._archive_working_day(days, self.due_date)

    # Scheduled action

    @api.model
    @scheduled
    def _cron_remind(self):
        """Take the step that is due on each loan that is out."""
        self._process_due("reminder_date", "_take_next_step")

    def _take_next_step(self):
        for loan in self:
            today = loan.company_id._archive_today()
            if loan.reminder_level == 0 and today <= loan.due_date:
                loan._remind_borrower()
                following = loan._working_day(1)
                as_system(loan).write({"reminder_level": 1, "reminder_date": following})
            elif loan.reminder_level <= 1:
                loan._notice_overdue()
            else:
                loan._escalate()

    def _remind_borrower(self):
        def words(loan):
            return loan.env._("%(loan)s is due back on %(day)s.", **loan._words())

        self._notify(self._borrower_side(), "mail_activity_loan", words)

    def _notice_overdue(self):
        def words(loan):
            return loan.env._(
                "%(loan)s was due back on %(day)s and is overdue.", **loan._words()
            )

        users = self._borrower_side() | self._archivists()
        self._activities("mail_activity_loan").unlink()
        self._notify(users, "mail_activity_loan_overdue", words)
        self._plan(2)

    def _escalate(self):
        """Tell the head of the department, later management; at once without a head."""

        def words(loan):
            return loan.env._(
                "%(loan)s was due back on %(day)s and is overdue: %(user)s has the "
                "items.",
                user=loan.user_id.name,
                **loan._words(),
            )

        head = self._heads()
        to_head = goes_to_head(self.reminder_level > 2, head)
        users = head if to_head else self._users_of(MANAGEMENT)
        self._notify(users, "mail_activity_loan_overdue", words)
        if to_head:
            self._plan(3)
        else:
            as_system(self).write({"reminder_level": 4, "reminder_date": False})

    def _plan(self, level):
        """Take the next step in two working days: from now, if this one was late."""
        following = self.company_id._archive_working_day(LOAN_DAYS)
        as_system(self).write({"reminder_level": level, "reminder_date": following})

    def _words(self):
        return {"loan": self.display_name, "day": self.due_date}

    def _notify(self, users, kind, words):
        """Give each of ``users`` one activity on the loan, and send it as a message.

        :param kind: XML id of the type of activity
        :param words: function of the loan, in the language of who is told
        """
        self.ensure_one()
        today = self.company_id._archive_today()
        deadline = self.due_date if kind == "mail_activity_loan" else today
        self._schedule_activities(
            kind, [(self, user, deadline) for user in users], words
        )
        self._tell(users, words)
