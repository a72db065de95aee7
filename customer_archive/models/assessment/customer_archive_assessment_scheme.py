import hashlib
import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..common.customer_archive_lifted import chosen

KINDS = [
    ("credit", "Credit Rating"),
    ("risk", "Risk Assessment"),
    ("supplier", "Supplier Evaluation"),
]


def names(record, field):
    """Return what a translated field says, by language."""
    languages = record.env["res.lang"].get_installed()
    return {
        code: record.with_context(lang=code)[field] or "" for code, _name in languages
    }


class CustomerArchiveAssessmentScheme(models.Model):
    """By what parties are assessed: factors with weights, and grades 评级方案.

    Requirements E1, E3. The first that fits a file is taken. Each assessment keeps the
    scheme as it was: what is changed here changes no grade of before.
    """

    _name = "customer.archive.assessment.scheme"
    _description = "Assessment Scheme"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, string="Type of Assessment", required=True)
    category_id = fields.Many2one(
        "customer.archive.category",
        index="btree_not_null",
        ondelete="restrict",
        help="Only for parties of this category; leave empty for all.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Leave empty for all companies.",
    )
    minimum = fields.Float(
        string="Known at Least (%)",
        default=50,
        required=True,
        digits=(5, 1),
        help=(
            "Share of the weights that something has to be known of, so that a grade "
            "is proposed. The weight of what nothing is known of is shared out among "
            "the rest."
        ),
    )
    factor_ids = fields.One2many(
        "customer.archive.assessment.factor", "scheme_id", string="Factors"
    )
    grade_ids = fields.One2many(
        "customer.archive.assessment.grade", "scheme_id", string="Grades"
    )

    _minimum_range = models.Constraint(
        "CHECK (minimum BETWEEN 0 AND 100)", "A share is 0 to 100 percent."
    )

    @api.constrains("kind")
    def _check_kind(self):
        """What has been assessed by a scheme stays what it was."""
        # Whether there is one decides, whoever configures.
        used = self.env["customer.archive.assessment"].sudo()
        for scheme in self:
            domain = [("scheme_id", "=", scheme.id), ("kind", "!=", scheme.kind)]
            if used.search_count(domain, limit=1):
                raise ValidationError(
                    self.env._(
                        "Parties were assessed by “%s” already: make a new scheme.",
                        scheme.name,
                    )
                )

    @api.model
    def _power(self):
        """Which scheme a party falls under, and on how little it is graded."""
        deciding = (
            "active",
            "category_id",
            "company_id",
            "kind",
            "minimum",
            "sequence",
        )
        return {**super()._power(), **dict.fromkeys(deciding, chosen)}

    @api.model
    def _powerless(self):
        # Factors and grades say themselves what weakens them.
        return super()._powerless() | {"name", "factor_ids", "grade_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # It may take parties away from a stricter one: somebody else looks at it.
            vals_list = [{**vals, "active": False} for vals in vals_list]
        schemes = super().create(vals_list)
        if not self.env.su:
            for scheme in schemes:
                scheme._ask_to_lift({"active": True})
        self.env.registry.clear_cache()
        return schemes

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        if not self.env.su and any(self.mapped("active")):
            raise UserError(
                self.env._(
                    "Parties are assessed by this scheme: deactivate it first, and "
                    "have another person confirm that."
                )
            )

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _ask_anew(self):
        """Let what is changed of a scheme that waits be part of what is confirmed.

        Whoever changes it has a hand in it, and what others have read is another thing.
        """
        for scheme in self:
            # Whether it waits isn't shown to anybody; writing its parts was checked.
            if (scheme.sudo().lifting or {}).get("active"):
                scheme._ask_to_lift({"active": True, "parts": scheme._parts_digest()})

    def _parts_digest(self):
        """Return what stands for all factors and grades, also those not active."""
        own = self.sudo().with_context(active_test=False)
        parts = [
            [part._name, part.id, *(str(part[name]) for name in part._told_apart_by())]
            for part in (*own.factor_ids.sorted("id"), *own.grade_ids.sorted("id"))
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    # What is taken

    @api.model
    @tools.ormcache("kind")
    def _snapshots(self, kind):
        """Return the complete schemes of a kind, in their order, as plain data.

        :return: list of triples of the ids of a company and a category, which may be
            false, and the scheme as ``tools/assessment.py`` takes it
        """
        # By what parties are graded doesn't depend on who asks, nor on a context.
        schemes = self.sudo().with_context(active_test=True)
        found = schemes.search([("kind", "=", kind)])
        return [
            (each.company_id.id, each.category_id.id, each._snapshot())
            for each in found
            if each._is_complete()
        ]

    def _is_complete(self):
        """Whether it has something to go by, and a grade for every score."""
        weighs = any(factor.weight > 0 for factor in self.factor_ids)
        return weighs and any(grade.bound == 0 for grade in self.grade_ids)

    def _snapshot(self):
        self.ensure_one()
        return {
            "id": self.id,
            "kind": self.kind,
            "name": names(self, "name"),
            "minimum": self.minimum,
            "factors": [factor._snapshot() for factor in self.factor_ids],
            "grades": [grade._snapshot() for grade in self.grade_ids],
        }

    @api.model
    def _snapshot_for(self, kind, file):
        """Return the scheme that a file falls under as plain data; None without one."""
        return next(
            (
                snapshot
                for company, category, snapshot in self._snapshots(kind)
                if company in (False, file.company_id.id)
                and category in (False, file.category_id.id)
            ),
            None,
        )
