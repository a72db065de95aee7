from odoo import models

from ..common.readers import may_read
from ..common.roles import SEES_INCIDENTS


class CustomerArchiveIncident(models.Model):
    """Who hears what is said on an incident: those who look into it, and who decides.

    Not who reported it, though they read their own words; and nobody it is about.
    """

    _inherit = "customer.archive.incident"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out followers who may not read it any more, and who reported it."""
        told = super()._notify_get_recipients(message, msg_vals, **kwargs)
        # Who else is told isn't the writer's to know.
        own, addressed = self.sudo(), message.sudo().partner_ids.ids
        users = self.env["res.users"].sudo()
        return [
            each
            for each in told
            if not each["uid"]
            or own._hears(users.browse(each["uid"]), each["id"] in addressed)
        ]

    def _hears(self, user, addressed):
        hears = addressed or user.has_groups(SEES_INCIDENTS)
        return hears and may_read(user, self)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Show messages to who looks into it or decides; to others only their own."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        user = self.env.user
        if message_operation != "read" or user.has_groups(SEES_INCIDENTS):
            return operations
        for incident in self:
            # Who decides was checked when they were asked.
            own = incident.sudo()
            if user not in own.approver_ids | own.approval_ids.decided_by_id:
                # Which nobody may.
                operations[incident] = "unlink"
        return operations

    def _shut_out(self, users):
        """Have some users hear nothing more of these; as superuser."""
        self.message_unsubscribe(users.partner_id.ids)
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("user_id", "in", users.ids),
        ]
        self.env["mail.activity"].search(domain).unlink()
