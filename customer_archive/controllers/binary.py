import json
import unicodedata

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.web.controllers.binary import Binary, clean

from ..models.common.customer_archive_guard import is_ours
from ..models.copies.ir_attachment import ITEM
from .mail import refused_upload


class CustomerArchiveBinary(Binary):
    """Takes copies of items in, encrypting them while they are read."""

    @http.route()
    def upload_attachment(self, model, id, ufile, callback=None):  # noqa: A002
        """As Odoo's own; the content of items is never held as a whole."""
        if is_ours(model) and model != ITEM:
            return json.dumps([{"error": refused_upload(model, id)}])
        if model != ITEM or callback:
            return super().upload_attachment(model, id, ufile, callback)
        files = request.httprequest.files.getlist("ufile")
        return json.dumps([self._upload_item(each, int(id)) for each in files])

    def _upload_item(self, upload, item_id):
        # Safari decomposes names.
        name = unicodedata.normalize("NFC", upload.filename or "")
        try:
            with request.env.cr.savepoint():
                attachments = request.env["ir.attachment"]
                attachment = attachments._archive_upload(name, upload.stream, item_id)
                attachment._post_add_create()
        except (AccessError, UserError) as error:
            return {"error": str(error)}
        return {
            "warning": "\n".join(attachment._archive_warnings()) or False,
            "filename": clean(name),
            "mimetype": attachment.mimetype,
            "id": attachment.id,
            "size": attachment.file_size,
        }
