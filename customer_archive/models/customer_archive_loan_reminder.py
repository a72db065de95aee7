import logging

from psycopg2 import OperationalError

from odoo import api, fields, models

from .engine import as_engine

_logger = logging.getLogger(__name__)

BATCH = 200
# Working days from one step of an overdue loan to the next.
PATIENCE = 2
MANAGEMENT = "customer_archive.group_management"


class CustomerArchiveLoan(models.Model):
    """Reminders: before the day, after it, then further and further up."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.loan"

    reminder_date = fields.Date(
        readonly=True, copy=False, help="Day of the next reminder."
    )
    reminder_level = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many steps have been taken: before the due date, overdue, "
        "head, management.",
    )

    _reminder_due = models.Index("(reminder_date) WHERE reminder_date IS NOT NULL")

    def _restart_reminders(self):
        """Begin anew, for a due date that was set or moved; as superuser."""
        self._end_reminders()
        for loan in self:
            as_engine(loan).write(
                {"reminder_level": 0, "reminder_date": loan._working_day(-1)}
            )

    def _end_reminders(self):
        as_engine(self).write({"reminder_date": False})
        kinds = ("mail_activity_loan", "mail_activity_loan_overdue")
        self._loan_activities(*kinds).unlink()

    def _working_day(self, days):
        """Return the date so many working days after the due date, or before it."""
        approval = self.env["customer.archive.approval"]
        return approval._working_day_after(self.company_id, days, self.due_date)

    def _loan_activities(self, *kinds):
        types = [self.env.ref(f"customer_archive.{kind}").id for kind in kinds]
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("activity_type_id", "in", types),
        ]
        # Those of the others aren't the actor's to see.
        return self.env["mail.activity"].sudo().search(domain)

    # Scheduled action

    @api.model
    def _cron_remind(self):
        """Take the step that is due on each loan that is out.

        Costs by what is due. Each loan is committed with its step: killed in
        between, the next run goes on with the loans that are left.
        """
        due = self._reminders_due()
        loans = self.search(due, limit=BATCH, order="reminder_date, id")
        remaining = self.search_count(due) if len(loans) == BATCH else len(loans)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for loan in loans:
            try:
                with self.env.cr.savepoint():
                    loan._take_next_step(due)
            except OperationalError:
                # Somebody acts on it at this moment: what is left is due next time.
                self.env.cr.rollback()
            except Exception:
                # One broken loan must not keep the others from being noticed.
                _logger.exception("loan %s can't be reminded of", loan.id)
                tomorrow = fields.Date.add(fields.Date.today(), days=1)
                as_engine(loan).write({"reminder_date": tomorrow})
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _reminders_due(self):
        """Return the domain of what is due, by the day it is at each company."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        by_day = companies.grouped(lambda company: company._archive_now().date())
        return fields.Domain.OR(
            fields.Domain("reminder_date", "<=", day)
            & fields.Domain("company_id", "in", those.ids)
            for day, those in by_day.items()
        )

    def _take_next_step(self, due):
        """Take the step if it is still due; it may have been taken meanwhile."""
        loan = self.try_lock_for_update()
        loan.invalidate_recordset()
        if not loan.filtered_domain(due):
            return
        today = loan.company_id._archive_now().date()
        if loan.reminder_level == 0 and today <= loan.due_date:
            loan._remind_borrower()
            following = loan._working_day(1)
            as_engine(loan).write({"reminder_level": 1, "reminder_date": following})
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
        self._loan_activities("mail_activity_loan").unlink()
        self._notify(users, "mail_activity_loan_overdue", words)
        self._plan(2)

    def _escalate(self):
        """Tell the head of the department, later management; at once without a head."""

        def words(loan):
            return loan.env._(
                "%(loan)s was due back on %(day)s and is overdue: "
                "%(user)s has the papers.",
                user=loan.user_id.name,
                **loan._words(),
            )

        head = self._heads() if self.reminder_level == 2 else self.env["res.users"]
        users = head or self._users_of(MANAGEMENT)
        self._notify(users, "mail_activity_loan_overdue", words)
        if head:
            self._plan(3)
        else:
            as_engine(self).write({"reminder_level": 4, "reminder_date": False})

    def _plan(self, level):
        """Take the next step in two working days: from now, if this one was late."""
        approval = self.env["customer.archive.approval"]
        following = approval._working_day_after(self.company_id, PATIENCE)
        as_engine(self).write({"reminder_level": level, "reminder_date": following})

    def _words(self):
        return {"loan": self.display_name, "day": self.due_date}

    def _notify(self, users, kind, words):
        """Give each of ``users`` one activity on the loan, and send it as a message.

        Created directly: ``activity_schedule`` would do nothing if a client's
        context asked it to.

        :param kind: XML id of the type of activity
        :param words: function of the loan, in the language of who reads it
        """
        self.ensure_one()
        today = self.company_id._archive_now().date()
        deadline = self.due_date if kind == "mail_activity_loan" else today
        activity = {
            "activity_type_id": self.env.ref(f"customer_archive.{kind}").id,
            "automated": True,
            "date_deadline": deadline,
            "res_id": self.id,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
        }
        for lang, readers in users.grouped("lang").items():
            text = words(self.with_context(lang=lang))
            # The actor need not be allowed to give others work.
            activities = self.env(context={"lang": lang})["mail.activity"].sudo()
            activities.create(
                [{**activity, "summary": text, "user_id": user.id} for user in readers]
            )
            self._tell(readers, text)
