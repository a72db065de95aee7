from odoo import fields, models


def _months(words, default):
    return fields.Integer(
        string=words,
        default=default,
        required=True,
        help="From one assessment to the next. 0: not by itself.",
    )


class ResCompany(models.Model):
    """How often parties are assessed, by their risk."""

    _inherit = "res.company"

    archive_assess_months_high = _months("Assess High Risks every (Months)", 6)
    archive_assess_months_middle = _months("Assess Medium Risks every (Months)", 12)
    archive_assess_months_low = _months("Assess Low Risks every (Months)", 24)

    _archive_assess_months_range = models.Constraint(
        "CHECK (archive_assess_months_high BETWEEN 0 AND 120"
        " AND archive_assess_months_middle BETWEEN 0 AND 120"
        " AND archive_assess_months_low BETWEEN 0 AND 120)",
        "Assessments come every 1 to 120 months; 0 means never by themselves.",
    )
