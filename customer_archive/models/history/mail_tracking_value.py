from odoo import api, models

from ..common.sentinel import is_system


class MailTrackingValue(models.Model):
    """What a message tells of old and new values stays with it."""

    _inherit = "mail.tracking.value"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        if not self.env.su:
            values._check_history("create")
        return values

    def write(self, vals):
        # Of fields that are removed Odoo keeps what they were called.
        if not (self.env.su and vals.keys() <= {"field_id", "field_info"}):
            self._check_history("write")
        result = super().write(vals)
        if "mail_message_id" in vals:
            self._check_history("write")
        return result

    def unlink(self):
        self._check_history("unlink")
        return super().unlink()

    def _check_history(self, operation):
        if not is_system(self.env):
            # Only administrators get here; whose messages they are is no secret.
            self.sudo().mail_message_id._check_history(operation)
