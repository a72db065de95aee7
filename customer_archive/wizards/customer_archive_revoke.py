from odoo import fields, models


class CustomerArchiveRevoke(models.TransientModel):
    """The dialog that asks why undertakings are revoked; the undertaking decides."""

    _name = "customer.archive.revoke"
    _description = "Revoke Undertaking"
    _inherit = ["customer.archive.guard"]

    undertaking_ids = fields.Many2many(
        "customer.archive.undertaking", string="Undertakings", required=True
    )
    reason = fields.Text(required=True)

    def action_revoke(self):
        """Revoke the undertakings for the reason given."""
        self.ensure_one()
        self.undertaking_ids.action_revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
