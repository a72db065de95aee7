from odoo import api, fields, models

from ..common.roles import SEES_INCIDENTS

INCIDENT = "customer.archive.incident"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Find no task of others on an incident for who only reads the incident.

        Odoo finds what is on any record that is read, and reads what messages on it
        may be read with: who reported an incident met an error where it is shown.
        """
        if not (self.env.su or bypass_access or self._archive_sees_incidents()):
            here = fields.Domain("res_model", "!=", INCIDENT)
            domain = fields.Domain(domain) & (
                here | fields.Domain("user_id", "=", self.env.uid)
            )
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _archive_sees_incidents(self):
        return self.env.user.has_groups(SEES_INCIDENTS)
