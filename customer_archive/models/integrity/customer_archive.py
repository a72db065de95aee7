from odoo import models

from ..common.windows import open_form
from .customer_archive_integrity_stock import EACH_COPY


class CustomerArchive(models.Model):
    """The four properties of one file."""

    _inherit = "customer.archive"

    def action_check_integrity(self):
        """Check the copies of this file now, and return the check's form.

        :raise AccessError: unless the user reads the file, and checks copies
        """
        self.ensure_one()
        self.check_access("read")
        self.env["customer.archive.integrity"]._check_may_check()
        return open_form(self._check_integrity())

    def _check_integrity(self):
        """Check the copies of this file, and return the check; who may was checked."""
        checks = self.env["customer.archive.integrity"]
        # Checks are written by nobody but the system.
        own = self.sudo()
        check = checks.sudo()._started_of(self.company_id, own, self.env.user)
        copies = own.document_ids.attachment_ids.filtered(
            lambda copy: copy.type == "binary"
        )
        check._check_copies(copies)
        check._end(dict.fromkeys(EACH_COPY, len(copies)))
        return checks.browse(check.id)
