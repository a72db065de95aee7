from odoo import models

from .customer_archive_assessment import ASSESSMENT


class CustomerArchiveApprovalStep(models.Model):
    """Who had a hand in an assessment isn't asked to decide on it (four eyes)."""

    _inherit = "customer.archive.approval.step"

    def _can_decide(self, user, record, by_name=False):
        if record._name == ASSESSMENT and user in record.sudo().preparer_ids:
            return False
        return super()._can_decide(user, record, by_name)
