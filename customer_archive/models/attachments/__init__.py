from . import (
    ir_attachment,
    base,
    mail_thread,
    ir_attachment_evidence,
)
