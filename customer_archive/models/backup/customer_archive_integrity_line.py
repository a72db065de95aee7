from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import ARCHIVIST
from .ir_attachment import DAMAGED


class CustomerArchiveIntegrityLine(models.Model):
    """What was found missing or altered is repaired from a backup where possible."""

    _inherit = "customer.archive.integrity.line"

    can_restore = fields.Boolean(
        compute="_compute_can_restore", export_string_translation=False
    )

    @api.depends("problem", "settled_on", "archive_id")
    @api.depends_context("uid")
    def _compute_can_restore(self):
        may = self.env.user.has_group(ARCHIVIST)
        for line in self:
            open_ = line.problem in DAMAGED and not line.settled_on
            line.can_restore = bool(may and open_ and line.archive_id)

    def action_restore(self):
        """Put the copies back that these problems are about, and settle them.

        :raise AccessError: unless an archivist reads them
        :raise UserError: if one can't be put back, with the reason
        """
        self.check_access("read")
        restores = self.env["customer.archive.restore"]
        for line in self:
            archive = line.archive_id
            restores._check_may_restore(archive)
            if not line.can_restore:
                raise UserError(self.env._("There is nothing to restore here."))
            line._restore(restores)
        return True

    def _restore(self, restores):
        # The role was checked; the content stays encrypted, and is shown to nobody.
        copy = self.env["ir.attachment"].sudo().browse(self.copy_id).exists()
        if not copy or not copy.store_fname:
            raise UserError(
                self.env._("This copy isn't registered any more: scan it anew.")
            )
        archive = self.archive_id.sudo()
        made = restores.sudo()._restored_copies(archive, copy)
        if made.state == "failed":
            # As nothing came of it, there is nothing to keep but these words.
            raise UserError(made.note)
        self.action_settle(self.env._("Restored from the backup"))
