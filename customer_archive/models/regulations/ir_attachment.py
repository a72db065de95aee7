from odoo import models

from ..common.internal_job import job_of
from .customer_archive_regulation import VERSION

TRAINING = "customer.archive.training"


class IrAttachment(models.Model):
    """Opening the text of a regulation is recorded: only then it is acknowledged."""

    _inherit = "ir.attachment"

    def _to_http_stream(self):
        self._archive_record_texts()
        return super()._to_http_stream()

    def _compute_raw(self):
        # Who asks counts, and not with whose rights the code runs.
        if not job_of(self.env):
            self._archive_record_texts()
        return super()._compute_raw()

    def _archive_record_texts(self):
        """Record that the user is given texts of regulations, or signed lists."""
        log = self.env["customer.archive.log"]
        event = self._archive_event()
        # Which attachments are texts of regulations is nothing to be kept secret.
        for each in self.sudo():
            if each.res_model not in (VERSION, TRAINING) or not each.res_id:
                continue
            keeper = self.env[each.res_model].browse(each.res_id)
            keeper.sudo(False).check_access("read")
            log._record_once(event, keeper, f"attachment {each.id}", minutes=1)
