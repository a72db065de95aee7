from odoo import api, models
from odoo.exceptions import UserError

# What a search or a default would tell.
SENSITIVE = {
    "customer.archive.secret": {"value", "ciphertext", "blind_index"},
    "customer.archive.document": {"number", "shown_number"},
    "customer.archive.change.line": {"value", "old_value"},
}


class IrDefault(models.Model):
    """Defaults are stored as they were typed."""

    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        defaults._archive_check_discreet()
        return defaults

    def write(self, vals):
        result = super().write(vals)
        self._archive_check_discreet()
        return result

    def _archive_check_discreet(self):
        for field in self.sudo().field_id:
            if field.name in SENSITIVE.get(field.model, ()):
                raise UserError(
                    self.env._(
                        "A sensitive number can't be a default value for new records."
                    )
                )
