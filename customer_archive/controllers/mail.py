from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from ..models.common.customer_archive_guard import is_ours


class CustomerArchiveMail(AttachmentController):
    """Says at once, in the chatter of our records, where papers are attached."""

    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, **kwargs):
        if is_ours(thread_model):
            error = refused_upload(thread_model, thread_id)
            return request.make_json_response({"error": error})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)


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
