from odoo import api, models
from odoo.models import MAGIC_COLUMNS

from .customer_archive_tasks import TASKS


class ResUsers(models.Model):
    _inherit = "res.users"

    def _leave_archives(self):
        result = super()._leave_archives()
        for name in TASKS:
            # Whoever deactivates users need not see files.
            tasks = self.env[name].sudo()
            domain = [("user_id", "in", self.ids), ("state", "=", tasks._open_state)]
            tasks.search(domain)._hand_over()
        return result

    @api.model
    def _archive_mentions(self):
        mentions = super()._archive_mentions()
        for name in TASKS:
            mentions[name] = [
                field.name
                for field in self.env[name]._fields.values()
                if field.comodel_name == "res.users"
                and field.store
                and field.name not in MAGIC_COLUMNS
            ]
        return mentions
