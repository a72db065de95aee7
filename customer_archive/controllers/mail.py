from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.mail.controllers.google_translate import GoogleTranslateController
from odoo.addons.mail.controllers.message_reaction import MessageReactionController
from odoo.addons.mail.controllers.thread import ThreadController
from odoo.addons.portal.controllers.portal_thread import PortalChatter

from ..models.common.customer_archive_guard import is_ours


class CustomerArchiveMail(AttachmentController):
    """Says at once, in the chatter of our records, where papers are attached."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, **kwargs):
        if is_ours(thread_model):
            error = refused_upload(thread_model, thread_id)
            return request.make_json_response({"error": error})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)

    @http.route()
    def mail_attachment_delete(self, attachment_id, access_token=None):
        """As Odoo's own; papers are removed from what they belong to."""
        papers = request.env["ir.attachment"].browse(int(attachment_id))
        papers = papers._archive_papers()
        if papers.has_access("read") and papers:
            raise papers._archive_refused(
                request.env._(
                    "Documents of the customer files aren't deleted here: remove a "
                    "copy from its item, as long as the file can be changed."
                ),
                "unlink",
            )
        return super().mail_attachment_delete(attachment_id, access_token)

    @http.route()
    def mail_attachement_update_thumbnail(self, attachment_id, *args, **kwargs):
        """As Odoo's own; papers have no small picture, which would be plain."""
        papers = request.env["ir.attachment"].browse(int(attachment_id))
        papers = papers._archive_papers()
        if papers.has_access("read") and papers:
            return None
        route = super().mail_attachement_update_thumbnail
        return route(attachment_id, *args, **kwargs)


class CustomerArchiveThread(ThreadController):
    """Answers in words about our records, where Odoo's own routes would break.

    They are asked by whatever names a model and an id. What isn't there, and what the
    user may not read, is answered alike.
    """

    @classmethod
    def _get_thread_with_access(cls, thread_model, thread_id, mode="read", **kwargs):
        _check_has_messages(thread_model)
        return super()._get_thread_with_access(
            thread_model, thread_id, mode=mode, **kwargs
        )

    @classmethod
    def _get_thread_with_access_for_post(cls, thread_model, thread_id, **kwargs):
        _check_has_messages(thread_model)
        return super()._get_thread_with_access_for_post(
            thread_model, thread_id, **kwargs
        )

    def _is_closed(self, thread_model, thread_id):
        """Whether this is a record of ours that the user may not read."""
        return is_ours(thread_model) and not self._get_thread_with_access(
            thread_model, thread_id
        )

    @http.route()
    def mail_thread_messages(self, thread_model, thread_id, fetch_params=None):
        if self._is_closed(thread_model, thread_id):
            # Odoo would answer with messages on other records.
            return {"data": {}, "messages": []}
        return super().mail_thread_messages(thread_model, thread_id, fetch_params)

    @http.route()
    def mail_thread_recipients(self, thread_model, thread_id, message_id=None):
        if self._is_closed(thread_model, thread_id):
            return []
        return super().mail_thread_recipients(thread_model, thread_id, message_id)

    @http.route()
    def mail_thread_recipients_get_suggested_recipients(
        self, thread_model, thread_id, *args, **kwargs
    ):
        if self._is_closed(thread_model, thread_id):
            return []
        route = super().mail_thread_recipients_get_suggested_recipients
        return route(thread_model, thread_id, *args, **kwargs)

    @http.route()
    def mail_thread_partner_from_email(self, thread_model, thread_id, emails):
        if self._is_closed(thread_model, thread_id):
            return []
        return super().mail_thread_partner_from_email(thread_model, thread_id, emails)

    @http.route()
    def mail_thread_subscribe(self, res_model, res_id, partner_ids):
        _check_has_messages(res_model)
        return super().mail_thread_subscribe(res_model, res_id, partner_ids)

    @http.route()
    def mail_thread_unsubscribe(self, res_model, res_id, partner_ids):
        _check_has_messages(res_model)
        return super().mail_thread_unsubscribe(res_model, res_id, partner_ids)

    @http.route()
    def mail_message_post(
        self, thread_model, thread_id, post_data, context=None, **kwargs
    ):
        if is_ours(thread_model) and not self._get_thread_with_access_for_post(
            thread_model, thread_id, **kwargs
        ):
            subjects = [(thread_model, int(thread_id))]
            raise request.env["mail.message"]._archive_unwritten(subjects)
        return super().mail_message_post(
            thread_model, thread_id, post_data, context, **kwargs
        )

    @http.route()
    def mail_message_update_content(self, message_id, update_data, **kwargs):
        # Read is who may not write, and would be answered that it isn't there.
        _shown_history(message_id)._check_history("write")
        return super().mail_message_update_content(message_id, update_data, **kwargs)


class CustomerArchiveReaction(MessageReactionController):
    """Says who may react to what is said on our records."""

    @http.route()
    def mail_message_reaction(self, message_id, content, action, **kwargs):
        shown = _shown_history(message_id)
        if shown and not self._get_message_with_access(
            shown.id, mode="create", **kwargs
        ):
            subjects = [(shown.model, shown.res_id)]
            raise shown._archive_unwritten(subjects)
        return super().mail_message_reaction(message_id, content, action, **kwargs)


class CustomerArchivePortalChatter(PortalChatter):
    """Our records have no page in the portal, and so no messages there."""

    @http.route()
    def portal_message_fetch(self, thread_model, thread_id, fetch_params=None, **kw):
        _check_has_messages(thread_model)
        return super().portal_message_fetch(
            thread_model, thread_id, fetch_params=fetch_params, **kw
        )


class CustomerArchiveTranslate(GoogleTranslateController):
    """What is said on our records isn't sent to a service outside the company."""

    @http.route()
    def translate(self, message_id):
        if shown := _shown_history(message_id):
            raise shown._archive_untranslated()
        return super().translate(message_id)


def _check_has_messages(model_name):
    """Check that a model of ours is one that people write on.

    :raise UserError: if it isn't, or if there is none of that name
    """
    if not is_ours(model_name):
        return
    model = request.env.get(model_name)
    if not isinstance(model, request.env.registry["mail.thread"]):
        raise UserError(
            request.env._(
                "There are no messages on records of this kind: write on the customer "
                "file that it belongs to."
            )
        )


def _shown_history(message_id):
    """Return a message on one of our records that the user may read, or none."""
    message = request.env["mail.message"].search([("id", "=", int(message_id))])
    return message if is_ours(message.sudo().model) else message.browse()


def refused_upload(model, res_id):
    """Record an upload to one of our records that isn't an item.

    :return: what the user is told: where it belongs
    """
    attachments = request.env["ir.attachment"]
    res_id = int(res_id) if str(res_id).isdecimal() else 0
    record = attachments._archive_subject(model, res_id)
    error = attachments._archive_refused(
        attachments._archive_way_in(), "attach", record
    )
    return str(error)
