from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.escalation import FEEDBACK_UP_DAYS, members
from ..common.roles import ANSWERS_FEEDBACK, ARCHIVIST, MANAGEMENT, users_of
from ..common.row_lock import wait_for_others
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.values import choices, is_text

ASKED, LATE = "mail_activity_feedback", "mail_activity_feedback_overdue"
IMPROVE, TOLD = "mail_activity_improvement", "mail_activity_feedback_answered"


class CustomerArchiveFeedback(models.Model):
    """Answered by an archivist; an improvement is followed to its end."""

    _inherit = "customer.archive.feedback"

    def _begin_feedback(self):
        """Number what was handed in, and ask archivists; called as the system."""
        for row in self:
            company, today = row.company_id, today_at(row)
            sequence = self.env["ir.sequence"].with_company(company)
            due = company._archive_working_day(company.archive_feedback_days)
            as_system(row).write(
                {
                    "name": as_system(sequence).next_by_code(self._name),
                    "handed_in_on": today,
                    "quarter": f"{today.year} Q{(today.month + 2) // 3}",
                    "due_date": due,
                    "act_on": due,
                    "state": "open",
                }
            )
            row._ask_archivists(type(row)._asked_words)
            row._log_feedback("handed in")

    # Steps

    def action_answer_feedback(self):
        """Give the answer that was entered to who handed it in.

        :raise AccessError: for others than archivists and compliance
        :raise UserError: without an answer
        """
        wait_for_others(self)
        for row in self:
            row._check_answers()
            if row.state != "open" or not is_text(row.answer):
                raise UserError(
                    self.env._(
                        "%s: write the answer first; it is given once.",
                        row.display_name,
                    )
                )
            improves = row.decision == "improve"
            # The role was checked.
            own = row.sudo()
            own._activities(ASKED, LATE).unlink()
            as_system(own).write(
                {
                    "state": "improving" if improves else "answered",
                    "answered_on": today_at(row),
                    "answered_by_id": self.env.uid,
                    "act_on": improves and own.improvement_deadline,
                }
            )
            if improves:
                own._check_improvement()
                own._ask_to_improve()
            if not own.is_anonymous:
                own._tell_author()
            row._log_feedback("answered")
        return True

    def action_improved(self):
        """Say that it is improved, as entered.

        :raise AccessError: for others than who improves it, archivists and compliance
        :raise UserError: without what came of it
        """
        wait_for_others(self)
        for row in self:
            if not row.can_improve:
                if row.state == "improving":
                    row._check_answers()
                raise UserError(
                    self.env._("%s: nothing is being improved.", row.display_name)
                )
            if not is_text(row.improvement_result):
                raise UserError(
                    self.env._("%s: enter what came of it first.", row.display_name)
                )
            row._settle_feedback({"improved_on": today_at(row)})
        return True

    def action_settle_feedback(self):
        """Settle what is answered, and asks for nothing more.

        :raise AccessError: for others than archivists and compliance
        """
        wait_for_others(self)
        for row in self:
            row._check_answers()
            if row.state != "answered":
                raise UserError(self.env._("%s: answer it first.", row.display_name))
            row._settle_feedback({})
        return True

    def _settle_feedback(self, values):
        # Who may was checked.
        own = self.sudo()
        own._activities(IMPROVE, LATE).unlink()
        as_system(own).write({"state": "closed", "act_on": False, **values})
        self._log_feedback("settled")

    def _check_answers(self):
        if not self.env.user.has_groups(ANSWERS_FEEDBACK):
            raise self._refusal(
                self.env._("Feedback is answered by archivists or compliance."),
                "feedback",
            )

    # Summary

    def _by_quarter(self):
        """Return what the summary prints, by company and quarter: counts and rows."""
        parts = self.sorted(lambda row: (row.company_id.id, row.quarter or "", row.id))
        return [
            {
                "company": company.sudo().name,
                "quarter": quarter,
                "counts": [
                    {
                        "kind": name,
                        **rows.filtered(lambda row, k=kind: row.kind == k)._counted(),
                    }
                    for kind, name in choices(self, "kind")
                ],
                "records": rows,
            }
            for (company, quarter), rows in parts.grouped(
                lambda row: (row.company_id, row.quarter)
            ).items()
        ]

    def _counted(self):
        improvements = self.filtered(lambda row: row.decision == "improve")
        return {
            "all": len(self),
            "answered": len(self.filtered("answered_on")),
            "late": len(self.filtered("is_overdue")),
            "improvements": len(improvements),
            "improved": len(improvements.filtered("improved_on")),
        }

    # Asking; called as superuser

    def _tell_author(self):
        """Tell who handed it in; who isn't named looks at it without being told."""
        work = [(self, self.user_id, today_at(self))]
        words = type(self)._answered_words
        self._schedule_activities(TOLD, work, words, archive_digest=True)

    def _people_of(self, role):
        return users_of(self.env, role).filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    def _ask_archivists(self, words):
        work = [(self, user, self.due_date) for user in self._people_of(ARCHIVIST)]
        self._schedule_activities(ASKED, work, words, archive_digest=True)

    def _ask_to_improve(self):
        work = [(self, self.improvement_user_id, self.improvement_deadline)]
        words = type(self)._improve_words
        self._schedule_activities(IMPROVE, work, words, archive_digest=True)

    @api.model
    @scheduled
    def _cron_feedback(self):
        """Remind of answers and improvements that are due, then tell management."""
        waiting = fields.Domain("state", "in", ("open", "improving"))
        self._process_due("act_on", "_remind_or_raise_feedback", waiting)

    def _remind_or_raise_feedback(self):
        for row in self:
            open_ = row.state == "open"
            day = row.due_date if open_ else row.improvement_deadline
            up = row.company_id._archive_working_day(FEEDBACK_UP_DAYS, day)
            if today_at(row) < up:
                row._activities(ASKED, IMPROVE).unlink()
                if open_:
                    row._ask_archivists(type(row)._asked_words)
                else:
                    row._ask_to_improve()
                as_system(row).act_on = up
                continue
            today = today_at(row)
            work = [(row, user, today) for user in row._people_of(MANAGEMENT)]
            words = type(row)._late_words
            row._schedule_activities(LATE, work, words, archive_digest=True)
            as_system(row).act_on = False
            row._log_feedback("overdue")

    @api.model
    def _stand_in_chain(self, kind, former=None):
        chain = super()._stand_in_chain(kind, former)
        return chain if kind == LATE else [*members(self.env, ARCHIVIST), *chain]

    # Words

    def _asked_words(self):
        return self.env._(
            "Answer %(feedback)s by %(day)s.",
            feedback=self.display_name,
            day=self.due_date,
        )

    def _answered_words(self):
        return self.env._("%s is answered.", self.display_name)

    def _improve_words(self):
        return self.env._(
            "%(feedback)s: improve it by %(day)s.",
            feedback=self.display_name,
            day=self.improvement_deadline,
        )

    def _late_words(self):
        return self.env._(
            "%s: nobody has answered or improved it in time.", self.display_name
        )

    def _log_feedback(self, step):
        self.env["customer.archive.log"]._record("feedback", self, step)
