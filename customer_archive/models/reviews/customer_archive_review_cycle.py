from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..common.customer_archive_lifted import chosen, raised

FILE = "customer.archive"
# What changes when files are reviewed, and what is only said about it.
DECIDES = {"active", "company_id", "domain", "months", "sequence"}


class CustomerArchiveReviewCycle(models.Model):
    """How often files of a kind are reviewed; the first cycle that fits is taken."""

    _name = "customer.archive.review.cycle"
    _description = "Review Cycle"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Leave empty for all companies.")
    domain = fields.Char(
        help=(
            "Only for files that match this filter, by their own data or their "
            "category's; leave empty for all."
        )
    )
    months = fields.Integer(
        string="Interval (Months)",
        required=True,
        default=12,
        help="Interval from one review, or from registration, to the next.",
    )

    _months_range = models.Constraint(
        "CHECK (months BETWEEN 1 AND 120)",
        "The review interval must be between 1 and 120 months.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for cycle in self:
            try:
                cycle._parsed()
                self.env[FILE].sudo()._search(cycle._parsed())
            except (UserError, ValueError, NotImplementedError) as error:
                raise ValidationError(
                    self.env._(
                        "The filter “%(filter)s” is invalid: %(reason)s",
                        filter=cycle.domain,
                        reason=error,
                    )
                ) from error

    @api.constrains("active", "company_id", "domain")
    def _check_fallback(self):
        """Keep a cycle for the files that no other one fits."""
        if not any(
            not cycle.company_id and cycle._parsed().is_true()
            for cycle in self.sudo().search([])
        ):
            raise ValidationError(
                self.env._(
                    "One cycle must apply to all files that match no other: keep "
                    "one without filter and company."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # It may take files away from a stricter one: somebody else looks at it.
            vals_list = [{**vals, "active": False} for vals in vals_list]
        cycles = super().create(vals_list)
        if not self.env.su:
            for cycle in cycles:
                cycle._ask_to_lift({"active": True})
        cycles._changed()
        return cycles

    @api.model
    def _power(self):
        """Which cycle a file falls under, and how long it waits for its review."""
        names = ("active", "company_id", "domain", "sequence")
        return {**super()._power(), **dict.fromkeys(names, chosen), "months": raised}

    @api.model
    def _powerless(self):
        return super()._powerless() | {"name"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        if not self.env.su and any(self.mapped("active")):
            raise UserError(
                self.env._(
                    "Files are reviewed according to this cycle: deactivate it "
                    "first, and have another person confirm that."
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if DECIDES & set(vals):
            self._changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._check_fallback()
        self._changed()
        return result

    def _changed(self):
        self.env.registry.clear_cache()
        self.env[FILE]._plan_reviews_of(fields.Domain.TRUE)

    def _parsed(self):
        policy = self.env["customer.archive.approval.policy"]
        return policy._parsed_domain(FILE, self.domain)

    @api.model
    def _parts(self):
        """Return (months, domain of files) for each cycle, no file in two of them."""
        # How often files are reviewed must not depend on who asks.
        parts, others = [], fields.Domain.TRUE
        for cycle in self.sudo().search([]):  # pylint: disable=no-search-all
            fits = cycle._parsed()
            if cycle.company_id:
                fits &= fields.Domain("company_id", "=", cycle.company_id.id)
            parts.append((cycle.months, others & fits))
            others &= ~fits
        return parts

    @api.model
    @tools.ormcache()
    def _watched(self):
        """Return the field paths that decide which cycle a file falls under."""
        return frozenset(
            condition.field_expr
            for cycle in self.sudo().search([])
            for condition in cycle._parsed().iter_conditions()
        )
