from odoo import api, fields, models


class CustomerArchiveRevise(models.TransientModel):
    """The dialog that asks why approved terms are changed; the agreement decides."""

    _name = "customer.archive.revise"
    _description = "Change of Approved Terms"
    _inherit = ["customer.archive.guard"]

    agreement_id = fields.Many2one("customer.archive.agreement", required=True)
    reason = fields.Text(required=True)

    @api.constrains("agreement_id")
    def _check_agreement(self):
        # A dialog shows the name of what it is about without asking for rights.
        self.agreement_id.sudo(False).check_access("read")

    def action_revise(self):
        """Take the agreement back to be changed, for the reason given."""
        self.ensure_one()
        self.agreement_id.action_revise(self.reason)
        return {"type": "ir.actions.act_window_close"}
