from odoo import api, models
from odoo.tools import SQL

from .customer_archive_deletion import ARCHIVE, ITEM, guard


class CustomerArchiveDocument(models.Model):
    """Items, full or blank."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.document"

    def init(self):
        """Let the database itself refuse deletions."""
        guard(self.env.cr, self._table)
        return super().init()

    @api.ondelete(at_uninstall=True)
    def _unlink_only_free(self):
        # What it holds decides, also where that can't be seen.
        items = self.sudo()
        blank = items.filtered(lambda item: item._is_blank())
        copies = self.env["ir.attachment"].sudo()
        # Also copies that were taken out of an item: they belong to it still.
        domain = [("res_model", "=", self._name), ("res_id", "in", blank.ids)]
        blank -= items.browse(copies.search(domain).mapped("res_id"))
        blank.archive_id._check_deletable(held_only=True)
        (items - blank).archive_id._check_deletable()


class CustomerArchiveSecret(models.Model):
    """Sensitive values."""

    _inherit = "customer.archive.secret"

    def init(self):
        """Let the database itself refuse deletions."""
        guard(self.env.cr, self._table)
        return super().init()

    @api.ondelete(at_uninstall=True)
    def _unlink_only_free(self):
        self.sudo().archive_id._check_deletable()


class IrAttachment(models.Model):
    """Copies of papers, and what was attached to a file itself."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def init(self):
        """Let the database itself refuse deletions."""
        ours = SQL("OLD.res_model IN (%s, %s)", ARCHIVE, ITEM)
        guard(self.env.cr, self._table, ours)
        return super().init()

    @api.ondelete(at_uninstall=True)
    def _unlink_except_of_kept_files(self):
        items = self._adopting_archive_items() | self._bound_archive_items()
        ids = [each.res_id for each in self.sudo() if each.res_model == ARCHIVE]
        # Whether a file keeps it decides, also where the file can't be seen.
        files = self.env[ARCHIVE].sudo().browse(filter(None, ids)).exists()
        (items.archive_id | files)._check_deletable()
