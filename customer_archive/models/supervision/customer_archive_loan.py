from odoo import fields, models

from ..common.sentinel import as_system
from .customer_archive_incident import INCIDENT

# How far reminders have come when management was told.
TOLD = 4


class CustomerArchiveLoan(models.Model):
    """What isn't returned long after its day, though all were told, is an incident."""

    _inherit = "customer.archive.loan"

    def _escalate(self):
        result = super()._escalate()
        days = self.company_id.archive_incident_loan_days
        if self.reminder_level == TOLD and days:
            following = self.company_id._archive_working_day(days)
            as_system(self).write({"reminder_date": following})
        return result

    def _take_next_step(self):
        told = self.filtered(lambda loan: loan.reminder_level == TOLD)
        for loan in told:
            loan._raise_late()
            as_system(loan).write({"reminder_date": False})
        return super(CustomerArchiveLoan, self - told)._take_next_step()

    def _raise_late(self):
        days = (self.company_id._archive_today() - self.due_date).days
        self.env[INCIDENT]._raise(
            self.company_id,
            f"loan {self.id} {fields.Date.to_string(self.due_date)}",
            lambda env: env._(
                "%(loan)s was due back on %(day)s and isn't returned after %(days)s "
                "days, though the department and management know.",
                loan=self.name,
                day=self.due_date,
                days=days,
            ),
            kind="late",
            origin="loan",
            occurred_on=self.due_date,
            archive_ids=[(6, 0, self.archive_id.ids)],
            person_ids=[(0, 0, {"user_id": self.user_id.id})],
        )
