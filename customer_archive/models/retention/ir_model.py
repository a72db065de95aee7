from odoo import api, models

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import is_system


class IrModel(models.Model):
    """Dropping a table would be one more way to delete what is kept."""

    _inherit = "ir.model"

    @api.ondelete(at_uninstall=True)
    def _unlink_except_kept_files(self):
        # Uninstalling has been checked before anything was dropped. What the code no
        # longer has goes with an update of the addon.
        if not is_system(self.env) and any(
            is_ours(each.model) and each.model in self.env for each in self
        ):
            self.env["ir.module.module"]._archive_check_removable()


class IrModelFields(models.Model):
    """And so would dropping a column."""

    _inherit = "ir.model.fields"

    @api.ondelete(at_uninstall=True)
    def _unlink_except_kept_files(self):
        if not is_system(self.env) and any(
            is_ours(each.model) and self._is_in_use(each) for each in self
        ):
            self.env["ir.module.module"]._archive_check_removable()

    def _is_in_use(self, field):
        """Whether the code has this field; an update drops one that it hasn't."""
        return field.model in self.env and field.name in self.env[field.model]._fields
