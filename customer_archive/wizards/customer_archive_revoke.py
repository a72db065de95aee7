from odoo import api, fields, models


class CustomerArchiveRevoke(models.TransientModel):
    """The dialog that asks why something is revoked; what is revoked decides."""

    _name = "customer.archive.revoke"
    _description = "Revocation"
    _inherit = ["customer.archive.guard"]

    undertaking_ids = fields.Many2many(
        "customer.archive.undertaking", string="Undertakings"
    )
    grant_ids = fields.Many2many("customer.archive.grant", string="Access")
    sharing_ids = fields.Many2many("customer.archive.sharing", string="Sharings")
    reason = fields.Text(required=True)
    is_packed = fields.Boolean(
        compute="_compute_is_packed", export_string_translation=False
    )
    deletion_note = fields.Text(
        string="Deletion by Recipient",
        help="Whether the recipient has confirmed the deletion of the copies.",
    )

    @api.depends("sharing_ids")
    def _compute_is_packed(self):
        for wizard in self:
            wizard.is_packed = bool(wizard.sharing_ids.package_ids)

    def action_revoke(self):
        """Revoke for the reason given."""
        self.ensure_one()
        for records in (self.undertaking_ids, self.grant_ids):
            if records:
                records.action_revoke(self.reason)
        if self.sharing_ids:
            self.sharing_ids.action_revoke(self.reason, self.deletion_note)
        return {"type": "ir.actions.act_window_close"}
