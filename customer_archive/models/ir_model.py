from odoo import api, models

from .customer_archive_guard import is_ours


class IrModel(models.Model):
    """Dropping a table would be one more way to delete what is held."""

    _inherit = "ir.model"

    @api.ondelete(at_uninstall=True)
    def _unlink_except_held_files(self):
        if any(is_ours(model.model) for model in self):
            self.env["ir.module.module"]._archive_check_nothing_held()


class IrModelFields(models.Model):
    """And so would dropping a column."""

    _inherit = "ir.model.fields"

    @api.ondelete(at_uninstall=True)
    def _unlink_except_held_files(self):
        if any(is_ours(field.model) for field in self):
            self.env["ir.module.module"]._archive_check_nothing_held()
