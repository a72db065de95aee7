from odoo import api, models

from ..common.heirs import heirs, naming_users
from .customer_archive_task import TASK


class ResUsers(models.Model):
    _inherit = "res.users"

    def _leave_archives(self):
        result = super()._leave_archives()
        for name in heirs(self.env, TASK):
            # Whoever deactivates users need not see files.
            tasks = self.env[name].sudo()
            domain = [("user_id", "in", self.ids), ("state", "=", tasks._open_state)]
            tasks.search(domain)._hand_over()
        return result

    @api.model
    def _archive_mentions(self):
        mentions = super()._archive_mentions()
        for name in heirs(self.env, TASK):
            mentions[name] = naming_users(self.env[name])
        return mentions
