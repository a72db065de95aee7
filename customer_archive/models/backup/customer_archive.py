from odoo import models

from ..common.windows import open_form


class CustomerArchive(models.Model):
    """Copies of one file come back from a backup."""

    _inherit = "customer.archive"

    def action_restore_copies(self):
        """Put back the copies of this file that are missing or altered.

        :raise AccessError: unless an archivist reads the file
        :raise UserError: if the file was destroyed
        """
        self.ensure_one()
        self.check_access("read")
        restores = self.env["customer.archive.restore"]
        restores._check_may_restore(self)
        # The role was checked; the contents stay encrypted, and are shown to nobody.
        own = self.sudo()
        copies = own.document_ids.attachment_ids.filtered(
            lambda copy: copy.type == "binary"
        )
        made = restores.sudo()._restored(own, copies)
        return open_form(restores.browse(made.id))
