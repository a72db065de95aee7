from odoo import api, models
from odoo.exceptions import UserError

from ..common.sentinel import is_system

ITEM = "customer.archive.document"
# What a copy is, where it belongs and who may see it.
FIXED = {
    "access_token",
    "datas",
    "db_datas",
    "name",
    "public",
    "raw",
    "res_field",
    "res_id",
    "res_model",
    "store_fname",
    "type",
    "url",
}

# What is told of a copy beside it: in plain, and by what it is opened.
TOLD = {"description", "index_content", "mimetype"}


class IrAttachment(models.Model):
    """Electronic originals stay as they were received, and where they are."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if not is_system(self.env):
            attachments._bound_archive_items()._check_unlocked()
            told = attachments.filtered("description")
            if told._bound_archive_items():
                raise UserError(self._archive_told_words())
        return attachments

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        self.check_access("write")
        adopting = self._adopting_archive_items()
        if adopting and FIXED & set(vals):
            raise UserError(
                self.env._(
                    "A copy stays as it was received: remove it from its item and "
                    "upload a new one."
                )
            )
        bound = self._bound_archive_items()
        if {"res_id", "res_model"} & set(vals) and bound.filtered("is_sensitive"):
            # Elsewhere it would be anybody's to open, and nobody would record it.
            raise UserError(
                self.env._(
                    "A sensitive copy can't be moved from its item: remove it, and "
                    "upload it where it belongs."
                )
            )
        (adopting | bound)._check_unlocked()
        if (adopting | bound) and TOLD & set(vals):
            raise UserError(self._archive_told_words())
        result = super().write(vals)
        if {"res_id", "res_model"} & set(vals):
            # By the result: model and id may have been written one by one.
            self._bound_archive_items()._check_unlocked()
        return result

    @api.model
    def _archive_told_words(self):
        return self.env._(
            "A copy has nothing but its name and content: enter remarks on its item."
        )

    # Always: what an uninstallation skips, a client's context could skip, too.
    @api.ondelete(at_uninstall=True)
    def _unlink_except_locked_items(self):
        items = self._adopting_archive_items() | self._bound_archive_items()
        items._check_unlocked()

    # The lock holds for everybody, so the items are looked up for everybody.

    def _bound_archive_items(self):
        """Return the items that these attachments name as their record."""
        bound = [
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == ITEM and attachment.res_id
        ]
        return self.env[ITEM].sudo().browse(bound).exists()

    def _adopting_archive_items(self):
        """Return the items that hold these attachments as their copies."""
        domain = [("attachment_ids", "in", self.ids)]
        return self.env[ITEM].sudo().search(domain) if self.ids else self.env[ITEM]
