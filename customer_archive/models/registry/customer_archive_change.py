from odoo import models


class CustomerArchiveChange(models.Model):
    """Data that was changed by request is compared anew."""

    _inherit = "customer.archive.change"

    def _approval_completed(self):
        result = super()._approval_completed()
        self.archive_id._find_doubts()
        return result
