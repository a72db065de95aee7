from odoo import api, models


class CustomerArchive(models.Model):
    """Who signs an agreement signs for the party."""

    _inherit = "customer.archive"

    @api.model
    def _signatory_triggers(self):
        own = ["agreement_ids.state", "agreement_ids.their_signatory_id"]
        return super()._signatory_triggers() + own

    def _signatories(self):
        running = self.agreement_ids.filtered(
            lambda each: each.state not in ("ended", "terminated")
        )
        return super()._signatories() | running.their_signatory_id
