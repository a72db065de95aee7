from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.values import differs
from .customer_archive_assessment_scheme import names

RISKS = [("low", "Low"), ("middle", "Middle"), ("high", "High")]
# What becomes of the relation with a supplier.
RELATIONS = [
    ("keep", "Keep"),
    ("improve", "Improve by a Day"),
    ("stop", "Stop Cooperation"),
]
NOBODY, ONE, TWO = "nobody", "finance", "management"


class CustomerArchiveAssessmentGrade(models.Model):
    """A grade 等级, in letters or digits: from which score, and what it means."""

    _name = "customer.archive.assessment.grade"
    _description = "Grade"
    _inherit = ["customer.archive.assessment.part"]
    _order = "scheme_id, bound desc, id"
    _rec_names_search = ["name", "meaning"]

    kind = fields.Selection(
        related="scheme_id.kind", store=True, precompute=True, string="Grade of"
    )
    name = fields.Char(string="Grade", required=True, help="E.g. A, or 1.")
    meaning = fields.Char(translate=True, help="In words, e.g. reliable.")
    bound = fields.Float(
        string="From Score",
        required=True,
        digits=(5, 2),
        aggregator=None,
        help="The lowest score that gives this grade. One grade begins at 0.",
    )
    risk = fields.Selection(
        RISKS,
        required=True,
        default="middle",
        help="How soon the next assessment is due goes by it: see the settings.",
    )
    credit_limit = fields.Float(
        string="Credit up to",
        digits=(16, 2),
        aggregator=None,
        help=(
            "What a customer of this grade may owe with all orders, in the company's "
            "currency, unless Odoo has a limit of its own on the contact. 0: no limit."
        ),
    )
    signoff = fields.Selection(
        [
            (NOBODY, "Nobody"),
            (ONE, "Finance"),
            (TWO, "Finance and management"),
        ],
        string="Sales on Credit Signed off by",
        required=True,
        default=NOBODY,
        help="Who approves a sale that isn't paid at once, by a waiver.",
    )
    relation = fields.Selection(
        RELATIONS,
        string="Relation Proposed",
        help="What is proposed for a supplier with this grade.",
    )

    _name_unique = models.UniqueIndex(
        "(scheme_id, name)", "This scheme already has a grade of this name."
    )
    _bound_unique = models.UniqueIndex(
        "(scheme_id, bound) WHERE active IS TRUE",
        "Two grades of a scheme can't begin at the same score.",
    )
    _bound_range = models.Constraint(
        "CHECK (bound BETWEEN 0 AND 100)", "Scores go from 0 to 100."
    )
    _credit_limit_positive = models.Constraint(
        "CHECK (credit_limit >= 0)", "A limit can't be negative."
    )

    @api.depends("name", "meaning")
    @api.depends_context("lang", "archive_with_scheme")
    def _compute_display_name(self):
        longer = self.env.context.get("archive_with_scheme")
        for grade in self:
            scheme = f"{grade.scheme_id.name}: " if longer else ""
            grade.display_name = f"{scheme}{grade.name or ''}"

    @api.model
    def _deciding(self):
        own = {"bound", "credit_limit", "relation", "risk", "signoff"}
        return super()._deciding() | own

    @api.model
    def _powerless(self):
        return super()._powerless() | {"name", "meaning"}

    def write(self, vals):
        if "name" in vals:
            renamed = self.filtered(lambda each: differs(each, "name", vals["name"]))
            renamed._check_never_given()
        return super().write(vals)

    def _check_never_given(self):
        """Refuse to call otherwise what parties were graded with."""
        # Whether there is one decides, also where it can't be seen.
        given = self.env["customer.archive.assessment"].sudo()
        domain = fields.Domain("state", "!=", "draft") & (
            fields.Domain("grade_id", "in", self.ids)
            | fields.Domain("proposed_grade_id", "in", self.ids)
        )
        if given.search_count(domain, limit=1):
            raise UserError(
                self.env._(
                    "Parties have this grade, under this name: make a new grade, and "
                    "deactivate this one."
                )
            )

    def _snapshot(self):
        self.ensure_one()
        return {
            "id": self.id,
            "code": self.name,
            "meaning": names(self, "meaning"),
            "bound": self.bound,
        }
