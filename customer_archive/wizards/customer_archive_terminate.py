from odoo import api, fields, models


class CustomerArchiveTerminate(models.TransientModel):
    """The dialog that asks why an agreement is terminated; the agreement decides."""

    _name = "customer.archive.terminate"
    _description = "Termination"
    _inherit = ["customer.archive.guard"]

    agreement_id = fields.Many2one("customer.archive.agreement", required=True)
    reason = fields.Text(required=True)

    @api.constrains("agreement_id")
    def _check_agreement(self):
        # A dialog shows the name of what it is about without asking for rights.
        self.agreement_id.sudo(False).check_access("read")

    def action_terminate(self):
        """Terminate for the reason given."""
        self.ensure_one()
        self.agreement_id.action_terminate(self.reason)
        return {"type": "ir.actions.act_window_close"}
