from odoo import fields, models


class ResCompany(models.Model):
    """How files end in this company."""

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    archive_waiting_days = fields.Integer(
        string="Waiting Period before a Destruction (Days)",
        default=7,
        required=True,
        help="For so long legal and management can stop what was approved.",
    )
    archive_unused_months = fields.Integer(
        string="Unused for (Months)",
        default=24,
        required=True,
        help="Files that nobody used, and nobody ordered by, for so long "
        "are on the clearing list.",
    )
    archive_clearing_date = fields.Date(
        string="Next Clearing List",
        help="On this day, and every year from then on, "
        "a list of the unused files is made.",
    )

    _archive_waiting_days_positive = models.Constraint(
        "CHECK (archive_waiting_days >= 0)", "A waiting period isn't negative."
    )
    _archive_unused_months_positive = models.Constraint(
        "CHECK (archive_unused_months > 0)",
        "A file is unused after one month at the earliest.",
    )
