from odoo import models

from ..common.internal_job import job_of

LINE, RUN = "customer.archive.annual.line", "customer.archive.register.run"


class IrAttachment(models.Model):
    """Stored registers: who takes one out is recorded, in whichever way."""

    _inherit = "ir.attachment"

    def _to_http_stream(self):
        self._record_stored_registers()
        return super()._to_http_stream()

    def _compute_raw(self):
        # Who asks counts, and not with whose rights the code runs.
        if not job_of(self.env):
            self._record_stored_registers()
        return super()._compute_raw()

    def _record_stored_registers(self):
        """Record the download of stored registers.

        :raise AccessError: if one shows what the user may not see any more
        """
        log = self.env["customer.archive.log"]
        # Of all attachments, which ones are registers is nothing to be kept secret.
        for stored in self.sudo().filtered(lambda each: each.res_model in (LINE, RUN)):
            keeper = self.env[stored.res_model].browse(stored.res_id)
            if keeper._name == RUN:
                keeper._check_still_allowed()
            else:
                keeper.sudo(False).check_access("read")
            log._record_once("export", keeper, f"attachment {stored.id}", minutes=1)
