from odoo import api, fields, models

from ..common.roles import ARCHIVIST
from ..common.windows import open_form


class CustomerArchive(models.Model):
    """Copies of one file come back from a backup."""

    _inherit = "customer.archive"

    can_restore_copies = fields.Boolean(
        compute="_compute_can_restore_copies", export_string_translation=False
    )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_restore_copies(self):
        may = self.env.user.has_group(ARCHIVIST)
        files = self.filtered(lambda file: may and file.state != "destroyed")
        # Whether there is a backup is no secret to archivists.
        saved = files.sudo().document_ids._in_backups().archive_id
        for file in self:
            file.can_restore_copies = file._origin in saved

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
        made = restores.sudo()._restored(self.sudo(), self.sudo().document_ids)
        return open_form(restores.browse(made.id))
