from odoo import api, models

from ..common.customer_archive_guard import is_ours


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
