from odoo import api, models
from odoo.exceptions import AccessError

from .customer_archive_guard import GUARDED, is_ours


class IrRule(models.Model):
    _name = "ir.rule"
    _inherit = ["ir.rule", "customer.archive.configured"]

    def _make_access_error(self, operation, records):
        """Record the refusal, and keep hidden files nameless.

        Odoo makes the error when it is raised, and only then; in developer mode its
        message names the records.
        """
        if is_ours(records._name):
            self.env["customer.archive.log"]._record_refusal(records, operation)
        error = super()._make_access_error(operation, records)
        if records._name not in GUARDED:
            return error
        nameless = AccessError(
            self.env._(
                "You have no access to this record (%(model)s), or not for this "
                "operation. Ask its account manager or a records clerk.",
                model=self.env["ir.model"]._get(records._name).name,
            )
        )
        if getattr(error, "context", None):
            # Which of the user's own companies to switch to.
            nameless.context = error.context
        return nameless

    def _is_configuration(self):
        return any(is_ours(rule.model_id.model) for rule in self.sudo())


class IrModelAccess(models.Model):
    _name = "ir.model.access"
    _inherit = ["ir.model.access", "customer.archive.configured"]

    @api.model
    def _make_access_error(self, model, mode):
        if is_ours(model) and model in self.env:
            self.env["customer.archive.log"]._record_refusal(self.env[model], mode)
        return super()._make_access_error(model, mode)

    def _is_configuration(self):
        return any(is_ours(access.model_id.model) for access in self.sudo())
