import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerArchiveApprovalPolicy(models.Model):
    """Which steps a kind of request passes; the first policy that fits is taken."""

    _name = "customer.archive.approval.policy"
    _description = "Approval Policy"
    _inherit = ["customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    model = fields.Selection("_selection_model", required=True, string="Applies To")
    domain = fields.Char(
        help="Only for records that match this filter; leave empty for all."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Leave empty for all companies.")
    step_ids = fields.One2many(
        "customer.archive.approval.step", "policy_id", string="Steps", copy=True
    )

    @api.model
    def _selection_model(self):
        names = self.env["customer.archive.approval.mixin"]._approval_models()
        return [(name, self.env["ir.model"]._get(name).name) for name in sorted(names)]

    @api.constrains("model", "domain")
    def _check_domain(self):
        for policy in self:
            policy._parsed_domain(policy.model, policy.domain)

    @api.model
    def _parsed_domain(self, model, text):
        """Return the domain in ``text``, after trying it on ``model``.

        :raise ValidationError: if it is not a filter for that model
        """
        try:
            domain = fields.Domain(ast.literal_eval((text or "").strip() or "[]"))
            domain.validate(self.env[model])
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValidationError(
                self.env._(
                    "The filter “%(filter)s” is invalid: %(reason)s",
                    filter=text,
                    reason=error,
                )
            ) from error
        return domain

    @api.model
    def _for_record(self, record):
        """Return the policy that ``record`` falls under, or an empty recordset."""
        # Which policy applies must not depend on who asks.
        candidates = self.sudo().search(
            [
                ("model", "=", record._name),
                ("state", "=", "confirmed"),
                # Said outright: a client's context could ask for those out of use.
                ("active", "=", True),
                ("company_id", "in", (False, record.company_id.id)),
            ]
        )
        return next(
            (
                p
                for p in candidates
                if record.sudo().filtered_domain(p._parsed_domain(p.model, p.domain))
            ),
            candidates.browse(),
        )
