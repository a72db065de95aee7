from odoo import fields, models

# What these are says how much becomes an incident, and how long its time runs: with the
# old value and the new one on record, nobody turns that down unnoticed.
DETECTION = {
    *("archive_notice_hours", "archive_notice_person_hours"),
    *("archive_incident_loan_days", "archive_incident_refusals"),
}


class ResCompany(models.Model):
    """By when leaks are notified and feedback answered; what becomes an incident."""

    _inherit = "res.company"

    archive_notice_hours = fields.Integer(
        string="Notify the Authority within (Hours)",
        default=4,
        required=True,
        help="Of a leak, a loss or tampering of personal data, from when it is "
        "noticed. PIPL article 57 says at once; the National Measures "
        "for Reporting Cybersecurity Incidents "
        "article 4, in force since 1 November 2025, say four hours at the latest for "
        "operators of networks, one hour for critical infrastructure.",
    )
    archive_notice_person_hours = fields.Integer(
        string="Notify the Persons within (Hours)",
        default=24,
        required=True,
        help="PIPL article 57 says at once and names no hours: so "
        "many the company gives itself, from when it is noticed.",
    )
    archive_incident_loan_days = fields.Integer(
        string="Loans Become an Incident after (Working Days)",
        default=5,
        help="After management was told that a loan is overdue. 0: never.",
    )
    archive_incident_refusals = fields.Integer(
        string="Refusals Become an Incident above (a Day)",
        default=30,
        help="So many attempts refused to one person on one day are still taken for "
        "mistakes; more raise a draft. 0: never.",
    )
    archive_feedback_days = fields.Integer(
        string="Answer Feedback within (Working Days)", default=5, required=True
    )

    _archive_notice_hours_positive = models.Constraint(
        "CHECK (archive_notice_hours > 0 AND archive_notice_person_hours > 0)",
        "Notices are given within at least one hour.",
    )
    _archive_incidents_positive = models.Constraint(
        "CHECK (archive_incident_loan_days >= 0 AND archive_incident_refusals >= 0)",
        "From when something becomes an incident can't be negative; 0 means never.",
    )
    _archive_feedback_days_positive = models.Constraint(
        "CHECK (archive_feedback_days > 0)",
        "There is at least one working day to answer feedback.",
    )

    def write(self, vals):
        names = sorted(DETECTION & vals.keys())
        before = {company: [company[name] for name in names] for company in self}
        result = super().write(vals)
        # What an installation or a job sets isn't attributed to a user.
        if names and not self.env.su and self.env.registry.ready:
            for company, values in before.items():
                company._archive_record_detection(names, values)
        return result

    def _archive_record_detection(self, names, before):
        for name, old in zip(names, before, strict=True):
            if old != self[name]:
                detail = f"{name} {old} > {self[name]}"
                self.env["customer.archive.log"]._record("configuration", self, detail)
