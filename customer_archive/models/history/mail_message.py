from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..common.customer_archive_guard import is_ours
from ..common.internal_job import job_of
from ..common.sentinel import as_system, is_system, is_vouched, telling
from ..common.values import differs

# Who has read a message, marked it or reacted to it doesn't alter what it says.
MARKS = {
    "message_link_preview_ids",
    "needaction",
    "notification_ids",
    "pinned_at",
    "reaction_ids",
    "starred",
    "starred_partner_ids",
}
# What Odoo's own code puts on a message while it sends it by mail.
TRANSPORT = {
    "email_add_signature",
    "email_layout_xmlid",
    "mail_server_id",
    "message_id",
    "reply_to",
}
# What people write themselves: everything else is told by the system.
WRITTEN = ("comment", "user_notification")
SUBTYPES = ("mail.mt_comment", "mail.mt_note")
# A mail's own message; it goes once the mail is sent.
OF_MAIL = "email_outgoing"
# A message comes into a history by the methods of its thread; see _message_create().
_BY_THREAD = object()
_KEY = "customer_archive_by_thread"
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


def subject(env, model, res_id):
    """Return our record that a message names, for the access record; or none."""
    # What was tried there is recorded, whether or not who tried it may see it.
    records = env.get(model, env["customer.archive"]).sudo()
    return records.browse(res_id or ()).exists()


class MailThread(models.AbstractModel):
    """What is said on the records of the customer files stays, and who said it."""

    _inherit = "mail.thread"

    # By what Odoo's public methods call, which are then as public as they were. Who
    # is logged in decides, also where Odoo's code goes on as superuser for him.

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
        by_thread = super(MailThread, self.with_context(**{_KEY: _BY_THREAD}))
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
        """Nobody's absence is said on a record, in a message that he didn't write."""
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


class MailMessage(models.Model):
    """Messages on the records of the customer files are added, and never altered.

    By nobody, and not by Odoo's code that works as superuser for a client: the only
    exceptions are what erases a file or deletes a draft, by the sentinel's mark.
    """

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Make messages; those on our records are true, and of who may write there.

        :raise AccessError: if it is made past the methods of its thread, as by a mail
        """
        # A mail with a workbook is its job's.
        if is_vouched(self.env) or job_of(self.env):
            return super().create(vals_list)
        messages = super().create([self._truthful(vals) for vals in vals_list])
        if self.env.su:
            messages._check_spoken()
        return messages

    @api.model
    def _truthful(self, vals):
        """Return the values of a new message, with their true author and time."""
        model = vals.get("model")
        if "model" not in vals:
            model = self.default_get(["model"]).get("model")
        if not is_ours(model):
            return vals
        if self.env.su and self.env.context.get(_KEY) is not _BY_THREAD:
            raise self._not_by_thread(model, vals.get("res_id"))
        author = self.env.user.partner_id
        return {
            # Given here, so that no default is asked for.
            **self.env["mail.thread"]._own_words(vals),
            "author_id": author.id,
            "author_guest_id": False,
            "email_from": author.email_formatted,
            "date": fields.Datetime.now(),
            "mail_activity_type_id": False,
            "tracking_value_ids": False,
        }

    def _not_by_thread(self, model, res_id):
        """Return the error that refuses a message, after recording the attempt."""
        record = subject(self.env, model, res_id)
        message = self.env._(
            "Nothing is written on a record of the customer files by mails, mass "
            "mailings or text messages: write a message or a note on the record itself."
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(record, "post", message)
        return AccessError(message)

    def _check_spoken(self):
        """Check that the user may write on what these are about, as he must himself.

        Odoo's code made them for him as superuser.
        """
        ours = self.filtered(lambda message: is_ours(message.model))
        for model, messages in ours.grouped("model").items():
            if silent := messages._not_for_author(model, "create"):
                raise silent.sudo(False)._make_access_error("create")

    def _make_access_error(self, operation):
        # What it is about decides which words help; nothing of it is told.
        ours = self.sudo().filtered(lambda message: is_ours(message.model))
        if operation != "create" or not ours:
            return super()._make_access_error(operation)
        message = self.env._(
            "You can write nothing on this record: who keeps it, or has to decide it "
            "now, can. Tell them by a direct message, or apply."
        )
        log = self.env["customer.archive.log"]
        for about in ours:
            record = subject(self.env, about.model, about.res_id)
            log._record_refusal(record, "post", message)
        return AccessError(message)

    def write(self, vals):
        kept = self.browse() if is_system(self.env) else self._kept_by(vals)
        papers = {message: message.attachment_ids for message in kept}
        result = super().write(vals)
        for message, before in papers.items():
            if before - message.attachment_ids:
                raise message._unalterable("write")
        return result

    def _kept_by(self, vals):
        """Return what of these belongs to the history, after checking the values."""
        # Of all messages, which ones are about files is nothing to be kept secret.
        kept = self.sudo().filtered(lambda message: is_ours(message.model))
        if is_ours(vals.get("model")) and len(kept) < len(self):
            raise self._unalterable("write")
        for message in kept:
            names = vals.keys() - MARKS
            if self.env.su:
                # What Odoo puts on a message while sending it; that no attachment
                # is taken from it is seen afterwards.
                names -= TRANSPORT | {"attachment_ids"}
                names -= set() if message.subject else {"subject"}
            if any(differs(message, name, vals[name]) for name in names):
                raise message._unalterable("write")
        return kept

    def unlink(self):
        if not is_system(self.env):
            kept = self.sudo().exists()
            if self.env.su:
                kept = kept.filtered(lambda each: each.message_type != OF_MAIL)
            kept._check_history("unlink")
        return super().unlink()

    def _check_history(self, operation):
        """Check that these are none of the customer files' history."""
        kept = self.sudo().filtered(lambda message: is_ours(message.model))
        if kept:
            raise kept._unalterable(operation)

    def _unalterable(self, operation):
        """Return the error that refuses to alter history, after recording it."""
        message = self.env._(
            "What was said on a customer file stays as it was said. "
            "Write another message instead."
        )
        about = self.sudo().filtered(lambda each: is_ours(each.model))[:1]
        if not about or about.model not in self.env:
            return UserError(message)
        record = self.env[about.model].browse(about.res_id)
        log = self.env["customer.archive.log"]
        log._record_refusal(record, f"{operation} message", message)
        return UserError(message)


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
