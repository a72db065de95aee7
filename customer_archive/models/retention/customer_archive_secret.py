from odoo import api, models

from .deletion_guard import guard


class CustomerArchiveSecret(models.Model):
    """Sensitive values stay as long as their file is kept."""

    _inherit = "customer.archive.secret"

    def init(self):
        """Let the database itself refuse deletions."""
        guard(self.env.cr, self._table)
        return super().init()

    @api.ondelete(at_uninstall=True)
    def _unlink_only_free(self):
        self.sudo().archive_id._check_deletable()
