from odoo import api, models

from ..common.sentinel import is_system


class CustomerArchiveSecret(models.Model):
    """Values go with a file that is destroyed."""

    _inherit = "customer.archive.secret"

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_collecting(self):
        destroyed = set(self.archive_id.mapped("state")) == {"destroyed"}
        if is_system(self.env) and destroyed:
            return None
        return super()._unlink_only_while_collecting()
