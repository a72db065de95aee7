from odoo import Command, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.sentinel import as_system
from ..common.values import is_text
from ..files.customer_archive import ENDED


class CustomerArchiveAssessment(models.Model):
    """Who prepares an assessment, and what it takes to be submitted.

    Whoever had a hand in it doesn't decide on it.
    """

    _inherit = "customer.archive.assessment"

    # Who prepares

    def _may_prepare(self):
        """Whether the user prepares assessments of this kind, and of this file.

        Finance those of credit, compliance those of risk; suppliers are evaluated by
        whoever buys from them: the account manager, or the head of the department.
        """
        self.ensure_one()
        return self.archive_id._may_assess(self.kind)

    def _check_prepares(self):
        for each in self:
            if not each._may_prepare():
                raise each._refusal(each.archive_id._who_assesses(each.kind), "assess")

    def _note_preparer(self):
        """Keep that the user had a hand in these; who may was checked."""
        new = self.sudo().filtered(lambda each: self.env.user not in each.preparer_ids)
        as_system(new).write({"preparer_ids": [Command.link(self.env.uid)]})

    # Approval

    def _approval_archive(self):
        return self.archive_id

    def _approval_check(self):
        self._check_prepares()
        for each in self:
            each._check_file_open()
            each._check_complete()
        self._note_preparer()
        # Whoever submits it answers for it, whoever it was asked of.
        as_system(self).write({"user_id": self.env.uid})
        self._end_preparation()

    def _check_approvable(self, row):
        result = super()._check_approvable(row)
        # Who had a hand in it is no secret of whoever decides.
        if self.env.user in self.sudo().preparer_ids:
            raise self._refusal(
                self.env._(
                    "You had a hand in preparing this: another person decides "
                    "(four-eyes principle)."
                ),
                "decide",
            )
        return result

    def _check_file_open(self):
        # Whether it has ended decides, whatever of it is seen.
        file = self.archive_id.sudo()
        if file.state in ENDED:
            raise UserError(
                self.env._("%s has ended: nothing is assessed.", file.display_name)
            )
        if file.is_blocked:
            raise UserError(
                self.env._("%s is blocked: nothing is assessed.", file.display_name)
            )

    def _check_complete(self):
        """Raise ``UserError`` if nobody could decide on it."""
        self.ensure_one()
        if not self.grade_id:
            raise UserError(
                self.env._(
                    "Choose a grade: too little is known for one to be proposed. Enter "
                    "what you know of the factors, or say in the reason why."
                )
            )
        if self.grade_id != self.proposed_grade_id and not is_text(self.reason):
            raise UserError(
                self.env._("Enter why another grade is decided on than was proposed.")
            )
        if self.kind != "supplier":
            return
        if not self.relation:
            raise UserError(
                self.env._("Say what becomes of the relation with the supplier.")
            )
        if self.relation == "improve":
            later = self.measures_by and self.measures_by > today_at(self)
            if not is_text(self.measures) or not later:
                raise UserError(
                    self.env._(
                        "Enter what the supplier has to improve, and by which day to "
                        "come."
                    )
                )
        if self.relation == "stop" and not is_text(self.reason):
            raise UserError(
                self.env._("Enter why the cooperation is to be terminated.")
            )
