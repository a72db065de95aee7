from odoo import fields, models


class CustomerArchiveWaive(models.TransientModel):
    """The dialog that asks why something needn't be renewed; the mixin waives."""

    _name = "customer.archive.waive"
    _description = "Waiver of a Renewal"

    res_model = fields.Char(required=True, export_string_translation=False)
    res_ids = fields.Json(required=True, export_string_translation=False)
    reason = fields.Char(required=True)

    def action_waive(self):
        """Waive the renewal for the reason given."""
        self.ensure_one()
        mixin = self.env["customer.archive.validity"]
        if self.res_model in mixin._validity_models():
            self.env[self.res_model].browse(self.res_ids).action_waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
