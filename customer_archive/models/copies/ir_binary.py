from odoo import models

from ...tools.encrypted_stream import KeptStream
from ..common.customer_archive_guard import is_ours

ATTACHMENT = "ir.attachment"


class IrBinary(models.AbstractModel):
    """What belongs to our records is sent as what it is, and never as a page.

    A page opened from this server acts with the rights of whoever opens it. So the
    type that a client asks for says nothing, and of the type that is stored only what
    browsers show without running it; see :func:`..tools.http_headers.served_type`.
    """

    _inherit = "ir.binary"

    def _record_to_stream(self, record, field_name):
        stream = super()._record_to_stream(record, field_name)
        # Attachments do it themselves, for whoever asks them for their stream.
        of_field = is_ours(record._name) and not isinstance(stream, KeptStream)
        return KeptStream.of(stream) if of_field else stream

    def _get_stream_from(
        self,
        record,
        field_name="raw",
        filename=None,
        filename_field="name",
        mimetype=None,
        default_mimetype="application/octet-stream",
    ):
        mimetype = None if _is_kept(record) else mimetype
        return super()._get_stream_from(
            record, field_name, filename, filename_field, mimetype, default_mimetype
        )


def _is_kept(record):
    """Whether a record is one of ours, or an attachment that belongs to one."""
    if record._name != ATTACHMENT:
        return is_ours(record._name)
    # Of an attachment, whether it is a paper of ours is nothing to be kept secret.
    own = record.sudo()
    return any(each.archive_key or is_ours(each.res_model) for each in own)
