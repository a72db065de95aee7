from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import ARCHIVIST, SEES_BACKUPS
from ..common.windows import open_form
from ..copies.ir_attachment import ITEM

# The copies of items that are in a run.
IN_RUN = """
    SELECT a.res_id FROM ir_attachment a
      JOIN customer_archive_backup_content c ON c.source = a.store_fname
      JOIN customer_archive_backup b ON b.target_id = c.target_id
     WHERE a.res_model = %s AND b.id = ANY(%s)
       AND c.first_id <= b.id AND (c.last_id IS NULL OR c.last_id >= b.id)
"""
LAST = """
    SELECT a.res_id, max(b.id) FROM ir_attachment a
      JOIN customer_archive_backup_content c ON c.source = a.store_fname
      JOIN customer_archive_backup b ON b.target_id = c.target_id
       AND b.state = 'done' AND c.first_id <= b.id
       AND (c.last_id IS NULL OR c.last_id >= b.id)
     WHERE a.res_model = %s AND a.res_id = ANY(%s) AND c.is_good
     GROUP BY a.res_id
"""


class CustomerArchiveDocument(models.Model):
    """Which backup has the copies of an item, and how they come back."""

    _inherit = "customer.archive.document"

    backup_id = fields.Many2one(
        "customer.archive.backup",
        string="In Backup",
        compute="_compute_backup_id",
        search="_search_backup_id",
        groups=SEES_BACKUPS,
        help="The last backup that has its electronic copies.",
    )
    can_restore_copies = fields.Boolean(
        compute="_compute_can_restore_copies", export_string_translation=False
    )

    def _compute_backup_id(self):
        last = self._last_backups()
        for item in self:
            item.backup_id = last.get(item._origin.id, False)

    def _last_backups(self):
        """Return the id of the last backup that has copies of an item, by its id."""
        if not self._origin.ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(LAST, [ITEM, self._origin.ids])
        return dict(self.env.cr.fetchall())

    def _in_backups(self):
        """Return those of which a backup has copies."""
        return self.browse(self._last_backups())

    @api.depends("archive_id.state")
    @api.depends_context("uid")
    def _compute_can_restore_copies(self):
        may = self.env.user.has_group(ARCHIVIST)
        saved = self._in_backups() if may else self.browse()
        for item in self:
            is_there = item.archive_id.state != "destroyed"
            item.can_restore_copies = is_there and item._origin in saved

    def action_restore_copies(self):
        """Put back the copies of this item that are missing or altered.

        :raise AccessError: unless an archivist reads the item
        :raise UserError: if its file was destroyed
        """
        self.ensure_one()
        self.check_access("read")
        restores = self.env["customer.archive.restore"]
        restores._check_may_restore(self.archive_id)
        # The role was checked; the contents stay encrypted, and are shown to nobody.
        own = self.sudo()
        made = restores.sudo()._restored(own.archive_id, own)
        return open_form(restores.browse(made.id))

    def _search_backup_id(self, operator, value):
        if operator not in ("in", "=") or not value:
            raise UserError(self.env._("Choose a backup."))
        runs = [value] if isinstance(value, int) else list(value)
        self.env.flush_all()
        self.env.cr.execute(IN_RUN, [ITEM, runs])
        return [("id", "in", list({row[0] for row in self.env.cr.fetchall()}))]
