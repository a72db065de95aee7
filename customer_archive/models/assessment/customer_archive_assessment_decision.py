from odoo import models

from ..common.company_day import today_at
from ..common.readers import may_read
from ..common.sentinel import as_system

IMPROVE = "mail_activity_assessment_improve"


class CustomerArchiveAssessment(models.Model):
    """What follows from a decision: the grade, the next day, the relation."""

    _inherit = "customer.archive.assessment"

    def _approval_completed(self):
        for each in self:
            each._take_effect()

    def _take_effect(self):
        """Make the grade that of the file; called as superuser, once it is approved."""
        file, kind = self.archive_id, self.kind
        as_system(file).write({f"{kind}_grade_id": self.grade_id.id})
        day = file._plan_next_assessment(kind, self.grade_id)
        if self.relation == "improve" and (not day or self.measures_by < day):
            # Whether it has improved is looked at on that day.
            day = self.measures_by
            as_system(file).write({f"{kind}_next_date": day})
        if kind == "risk":
            file._assess_sooner()
        # From now on the database lets nobody alter it.
        as_system(self).write(
            {
                "state": "done",
                "decided_on": today_at(self),
                "decided_by_id": self.env.uid,
                "next_date": day,
            }
        )
        as_system(file).write({f"{kind}_assessment_id": self.id})
        log = self.env["customer.archive.log"]
        log._record("assessment", self.sudo(False), f"decided {kind}")
        self._follow_relation()
        self._tell_of_grade()

    def _follow_relation(self):
        """Keep, improve or end the relation, as it was decided."""
        file = self.archive_id
        if self.relation == "stop" and file.relation_stage != "terminated":
            # A relation may end at any time; orders are then stopped or warned of.
            as_system(file).write({"relation_stage": "terminated"})
        if self.relation == "improve":
            user = file._responsible_users()[file]
            work = [(self, user, self.measures_by)] if user else []
            words = type(self)._improve_words
            self._schedule_activities(IMPROVE, work, words, archive_digest=True)

    def _improve_words(self):
        return self.env._(
            "See to it that %(party)s improves by %(day)s: %(what)s",
            party=self.partner_id.name,
            day=self.measures_by,
            what=self.measures,
        )

    def _tell_of_grade(self):
        """Tell whoever asked for it, and who looks after the file."""

        def words(own):
            return own.env._(
                "Decided: grade %(grade)s. Next assessment: %(day)s.",
                grade=own.grade_id.name,
                day=own.next_date or "–",
            )

        users = self.requester_id | self.archive_id.user_id
        self._tell(users.filtered(lambda user: may_read(user, self)), words)
