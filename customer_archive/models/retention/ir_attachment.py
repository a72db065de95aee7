from odoo import api, models
from odoo.tools import SQL

from .deletion_guard import guard

ARCHIVE, ITEM = "customer.archive", "customer.archive.document"


class IrAttachment(models.Model):
    """Copies of papers, and what was attached to a file itself."""

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
