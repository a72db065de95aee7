from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..common.customer_archive_guard import is_ours
from ..common.internal_job import job_of
from ..common.sentinel import is_system, is_vouched
from ..common.values import differs
from .mail_thread import BY_THREAD, BY_THREAD_KEY

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


# A mail's own message; it goes once the mail is sent.
OF_MAIL = "email_outgoing"


def subject(env, model, res_id):
    """Return our record that a message names, for the access record; or none."""
    # What was tried there is recorded, whether or not who tried it may see it.
    records = env.get(model, env["customer.archive"]).sudo()
    return records.browse(res_id or ()).exists()


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
        if self.env.su and self.env.context.get(BY_THREAD_KEY) is not BY_THREAD:
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
            "E-mails, mass mailings and text messages can't write to records of "
            "the customer files: write a message or a note on the record itself."
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(record, "post", message)
        return AccessError(message)

    def _check_spoken(self):
        """Check that the user may write on what these are about, as users must.

        Odoo's code made them for the user as superuser.
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
        return self._archive_unwritten([(each.model, each.res_id) for each in ours])

    @api.model
    def _archive_unwritten(self, subjects):
        """Return the error that refuses to write on our records, after recording it.

        :param subjects: pairs of model and id
        """
        message = self.env._(
            "You can't write on this record: only those who maintain it or have to "
            "decide on it can. Send them a direct message, or submit a request."
        )
        log = self.env["customer.archive.log"]
        for model, res_id in subjects:
            log._record_refusal(subject(self.env, model, res_id), "post", message)
        return AccessError(message)

    def _archive_untranslated(self):
        """Return the error that refuses to translate history, after recording it."""
        message = self.env._(
            "Messages on records of the customer files aren't sent to a translation "
            "service outside the company."
        )
        log = self.env["customer.archive.log"]
        for about in self.sudo():
            record = subject(self.env, about.model, about.res_id)
            log._record_refusal(record, "translate", message)
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
            "Messages on a customer file can't be changed. Write another message "
            "instead."
        )
        about = self.sudo().filtered(lambda each: is_ours(each.model))[:1]
        if not about or about.model not in self.env:
            return UserError(message)
        record = self.env[about.model].browse(about.res_id)
        log = self.env["customer.archive.log"]
        log._record_refusal(record, f"{operation} message", message)
        return UserError(message)
