from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.assessment import UNITS, parse_scale
from .customer_archive_assessment_scheme import names

SOURCES = [
    ("overdue_amount", "Amount overdue"),
    ("overdue_share", "Amount overdue, in percent of the year's turnover"),
    ("overdue_days", "Days that the oldest open item is overdue"),
    ("on_time_ratio", "Invoices paid on time, in percent"),
    ("pay_days", "Average days from invoice to payment"),
    ("late_payments", "Late payments in the performance record"),
    ("breaches", "Breaches in the performance record"),
    ("disputes", "Disputes in the performance record"),
    ("delivery_ratio", "Deliveries on time, in percent"),
    ("return_ratio", "Deliveries sent back, in percent"),
    ("quality_ratio", "Samples and quality checks passed, in percent"),
    ("price_index", "Price, in percent of what others ask or of the year before"),
    ("complaints", "Complaints"),
    ("satisfaction", "Satisfaction noted, 1 to 5"),
    ("visits", "Visits"),
    ("lapsed_papers", "Papers lapsed"),
    ("registry", "Registry check that holds"),
    ("years", "Years of cooperation"),
    ("entered", "Entered by whoever prepares the assessment"),
]
# What says by itself how good something is, in points.
POINTS = {source for source, unit in UNITS.items() if unit == "points"}


class CustomerArchiveAssessmentFactor(models.Model):
    """One thing that parties are assessed by: where it comes from, how much it counts.

    Of the ERP and the file, the last year counts; see ``inputs.py`` for each figure.
    """

    _name = "customer.archive.assessment.factor"
    _description = "Assessment Factor"
    _inherit = ["customer.archive.assessment.part"]
    _order = "scheme_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    source = fields.Selection(SOURCES, required=True)
    weight = fields.Float(required=True, default=10, digits=(6, 2), aggregator=None)
    scale = fields.Char(
        string="Table of Points",
        help=(
            "Limits and points, e.g. 0: 100, 30: 60, *: 0 – up to 0 gives 100 points, "
            "up to 30 gives 60, anything above gives none. Empty where the source "
            "gives points itself."
        ),
    )

    _weight_positive = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 1000)", "A weight is 0 to 1000."
    )

    @api.constrains("source", "scale")
    def _check_scale(self):
        for factor in self:
            if factor.source in POINTS and not factor.scale:
                continue
            try:
                parse_scale(factor.scale)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(factor)s”: write the table of points as limits that ascend,"
                        " each with 0 to 100 points, the last one for anything above, "
                        "e.g. 0: 100, 30: 60, *: 0. This isn't one: %(table)s",
                        factor=factor.name,
                        table=factor.scale or "–",
                    )
                ) from error

    @api.model
    def _deciding(self):
        return super()._deciding() | {"scale", "source", "weight"}

    @api.model
    def _powerless(self):
        return super()._powerless() | {"name", "sequence"}

    def _snapshot(self):
        self.ensure_one()
        scale = parse_scale(self.scale) if self.scale else []
        return {
            "id": self.id,
            "name": names(self, "name"),
            "source": self.source,
            "weight": self.weight,
            "scale": [list(pair) for pair in scale],
        }
