from odoo import fields, models


class ResCompany(models.Model):
    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    archive_review_days = fields.Integer(
        string="Time for a Review (Working Days)",
        default=10,
        required=True,
        help="From the day a review falls due to the day it must be done.",
    )

    _archive_review_days_positive = models.Constraint(
        "CHECK (archive_review_days > 0)", "A review takes at least one day."
    )
