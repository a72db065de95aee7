from odoo import api, models
from odoo.exceptions import AccessError

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import is_vouched, telling

SYSTEM = "base.group_system"


class MailThread(models.AbstractModel):
    """Mails come to our records by the gateway, and by nobody who only says so.

    What delivers mails is public in Odoo: the gateway may be a script that calls it.
    Its user administers the system; what it delivers is in the access record.
    """

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, *args, **kwargs):
        routes = super().message_route(message, message_dict, *args, **kwargs)
        for route in routes or ():
            self._archive_check_delivers(route[0], route[1])
        return routes

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        self._archive_check_delivers(self._name)
        return super().message_new(msg_dict, custom_values)

    def message_update(self, msg_dict, update_vals=None):
        self._archive_check_delivers(self._name, self.id)
        return super().message_update(msg_dict, update_vals)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        thread_id = False
        for route in routes or ():
            self._archive_check_delivers(route[0], route[1])
            gateway, parts = self, dict(message_dict)
            if is_ours(route[0]):
                gateway = telling(self)
                # To whom it went has it already, and may not see the record.
                parts["partner_ids"] = []
            process = super(MailThread, gateway)._message_route_process
            thread_id = process(message, parts, [route])
            self._archive_record_delivered(route[0], thread_id)
        return thread_id

    @api.model
    def _archive_check_delivers(self, model, res_id=False):
        """Check that who delivers a mail to our records is the gateway.

        :raise AccessError: if the user isn't; the attempt is recorded
        """
        if not is_ours(model) or self._archive_is_gateway():
            return
        message = self.env._(
            "Only the mail gateway can deliver e-mails to records of the customer "
            "files: write a message or a note on the record itself."
        )
        # Which record it is is recorded, whether or not the user may see it.
        record = self.env[model].sudo().browse(res_id or ()).exists()
        self.env["customer.archive.log"]._record_refusal(record, "deliver", message)
        raise AccessError(message)

    @api.model
    def _archive_is_gateway(self):
        return is_vouched(self.env) or self.env.user.has_group(SYSTEM)

    @api.model
    def _archive_record_delivered(self, model, thread_id):
        """Record what a person delivered; scheduled actions fetch all other mails."""
        if is_ours(model) and thread_id and not is_vouched(self.env):
            record = self.env[model].browse(thread_id)
            self.env["customer.archive.log"]._record("change", record, "mail delivered")
