from odoo import fields, models
from odoo.exceptions import UserError

from ..common.roles import SEES_BACKUPS
from ..copies.ir_attachment import ITEM

# The copies of items that are in a run.
IN_RUN = """
    SELECT a.res_id FROM ir_attachment a
      JOIN customer_archive_backup_content c ON c.source = a.store_fname
      JOIN customer_archive_backup b ON b.target_id = c.target_id
     WHERE a.res_model = %s AND b.id = ANY(%s)
       AND c.first_id <= b.id AND c.last_id >= b.id
"""
LAST = """
    SELECT a.res_id, max(c.last_id) FROM ir_attachment a
      JOIN customer_archive_backup_content c ON c.source = a.store_fname
      JOIN customer_archive_backup b ON b.id = c.last_id AND b.state = 'done'
     WHERE a.res_model = %s AND a.res_id = ANY(%s) AND c.is_good
     GROUP BY a.res_id
"""


class CustomerArchiveDocument(models.Model):
    """Which backup has the copies of an item."""

    _inherit = "customer.archive.document"

    backup_id = fields.Many2one(
        "customer.archive.backup",
        string="In Backup",
        compute="_compute_backup_id",
        search="_search_backup_id",
        groups=SEES_BACKUPS,
        help="The last backup that has its electronic copies.",
    )

    def _compute_backup_id(self):
        self.env.flush_all()
        self.env.cr.execute(LAST, [ITEM, self._origin.ids])
        last = dict(self.env.cr.fetchall())
        for item in self:
            item.backup_id = last.get(item._origin.id, False)

    def _search_backup_id(self, operator, value):
        if operator not in ("in", "=") or not value:
            raise UserError(self.env._("Choose a backup."))
        runs = [value] if isinstance(value, int) else list(value)
        self.env.flush_all()
        self.env.cr.execute(IN_RUN, [ITEM, runs])
        return [("id", "in", list({row[0] for row in self.env.cr.fetchall()}))]
