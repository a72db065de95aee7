from . import (
    customer_archive_disposal,
    customer_archive_disposal_line,
    customer_archive_disposal_execution,
    customer_archive_disposal_proposal,
    customer_archive_disposal_certificate,
    customer_archive,
    customer_archive_closing,
    customer_archive_erasure,
    ir_attachment,
    res_partner,
)
