from odoo import api, models

from .engine import is_engine

ITEM = "customer.archive.document"


class IrAttachment(models.Model):
    """Electronic originals stay as they were received."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        targets = [
            vals["res_id"]
            for vals in vals_list
            if vals.get("res_model") == ITEM and vals.get("res_id")
        ]
        if targets and not is_engine(self.env):
            self.env[ITEM].sudo().browse(targets).exists()._check_unlocked()
        return super().create(vals_list)

    def write(self, vals):
        if not is_engine(self.env):
            self._check_archive_items()
            if vals.get("res_model") == ITEM and vals.get("res_id"):
                self.env[ITEM].sudo().browse(vals["res_id"]).exists()._check_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked_items(self):
        self._check_archive_items()

    def _check_archive_items(self):
        """Refuse to alter a copy whose item is locked, whoever asks."""
        # The lock holds for everybody, so it is looked up for everybody.
        ids = [
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == ITEM and attachment.res_id
        ]
        if ids:
            self.env[ITEM].sudo().browse(ids).exists()._check_unlocked()
