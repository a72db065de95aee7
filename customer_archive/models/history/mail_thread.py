from odoo import api, models

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import as_system, is_system, is_vouched, telling

# What people write themselves: everything else is told by the system.
WRITTEN = ("comment", "user_notification")
SUBTYPES = ("mail.mt_comment", "mail.mt_note")
# A message comes into a history by the methods of its thread; see _message_create().
BY_THREAD = object()
BY_THREAD_KEY = "customer_archive_by_thread"
# What would make a message look as if it were somebody else's, older, or the system's.
FORGEABLE = (
    "author_guest_id",
    "author_id",
    "create_date",
    "create_uid",
    "date",
    "email_from",
    "mail_activity_type_id",
    "tracking_value_ids",
)


class MailThread(models.AbstractModel):
    """What is said on the records of the customer files stays, and who said it."""

    _inherit = "mail.thread"

    # By what Odoo's public methods call, which are then as public as they were. Who
    # is logged in decides, also where Odoo's code goes on as superuser for them.

    @api.model_create_multi
    def create(self, vals_list):
        if not is_ours(self._name):
            return super().create(vals_list)
        # Who may make a record needn't be allowed to write on it.
        told = super(MailThread, telling(self))
        return told.create(vals_list).with_env(self.env)

    def _message_compute_author(self, author_id=None, email_from=None):
        if is_ours(self._name) and not is_vouched(self.env):
            author_id = email_from = None
        return super()._message_compute_author(author_id, email_from)

    def _message_create(self, values_list):
        if not any(is_ours(values.get("model")) for values in values_list):
            return super()._message_create(values_list)
        if not is_system(self.env):
            values_list = [
                self._own_words(values) if is_ours(values.get("model")) else values
                for values in values_list
            ]
        by_thread = super(MailThread, self.with_context(**{BY_THREAD_KEY: BY_THREAD}))
        return by_thread._message_create(values_list).with_env(self.env)

    @api.model
    def _own_words(self, values):
        """Return the values of a message without what a client would forge.

        Nothing is refused: whoever writes is its author, and it is a comment.
        """
        if not is_vouched(self.env):
            values = {key: values[key] for key in values.keys() - set(FORGEABLE)}
            if values.get("message_type") not in WRITTEN:
                values["message_type"] = "comment"
        if values.get("message_type") in WRITTEN:
            find = self.env["ir.model.data"]._xmlid_to_res_id
            allowed = [find(name) for name in SUBTYPES]
            if values.get("subtype_id") not in allowed:
                values = {**values, "subtype_id": allowed[-1]}
        return values

    # What the system says of what somebody does

    def _message_track(self, fields_iter, initial_values_dict):
        if not is_ours(self._name):
            return super()._message_track(fields_iter, initial_values_dict)
        told = super(MailThread, telling(self.sudo()))
        return told._message_track(fields_iter, initial_values_dict)

    def _message_auto_subscribe_notify(self, partner_ids, template):
        if not is_ours(self._name):
            return super()._message_auto_subscribe_notify(partner_ids, template)
        # Who hands a record over needn't be allowed to write on it any more.
        told = super(MailThread, telling(self.sudo()))
        return told._message_auto_subscribe_notify(partner_ids, template)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        # A notification may be sent by no record at all.
        if not is_ours(message.sudo().model):
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        told = super(MailThread, telling(self))
        return told._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _notify_thread_with_out_of_office(self, message, *args, **kwargs):
        """Nobody's absence is told on a record in a message that they didn't write."""
        if is_ours(self._name):
            return self.env["mail.message"]
        return super()._notify_thread_with_out_of_office(message, *args, **kwargs)

    def _get_allowed_message_params(self):
        allowed = super()._get_allowed_message_params()
        return allowed - {"message_type"} if is_ours(self._name) else allowed

    def _check_can_update_message_content(self, messages):
        messages._check_history("write")
        return super()._check_can_update_message_content(messages)

    def unlink(self):
        if is_ours(self._name) and self:
            # What may be deleted at all goes with what was said about it, though
            # nobody deletes a message by itself.
            self.check_access("unlink")
            domain = [("model", "=", self._name), ("res_id", "in", self.ids)]
            messages = self.env["mail.message"].sudo().search(domain)
            as_system(messages).unlink()
        return super().unlink()
