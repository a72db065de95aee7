from odoo import api, models

from .reader import Reader


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _eval_context(self):
        """Rules may say what opens records to a user by ``reader``, see there."""
        context = super()._eval_context()
        return {**context, "reader": Reader(context["user"])}
