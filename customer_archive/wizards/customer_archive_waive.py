from odoo import fields, models


class CustomerArchiveWaive(models.TransientModel):
    """The dialog that asks why something needn't be renewed; the mixin waives."""

    _name = "customer.archive.waive"
    _description = "Renewal Waiver"
    _inherit = ["customer.archive.dialog"]

    reason = fields.Char(required=True)

    def action_waive(self):
        """Waive the renewal for the reason given."""
        mixin = self.env["customer.archive.validity"]
        self._records_of(mixin._validity_models()).action_waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
