from . import (
    customer_archive_document_type,
    customer_archive_document,
    ir_attachment,
    ir_attachment_watermark,
    ir_attachment_encryption,
    ir_attachment_paper,
    customer_archive_document_paper,
    customer_archive,
    ir_attachment_view,
    ir_attachment_recording,
    ir_attachment_download,
    ir_binary,
)
