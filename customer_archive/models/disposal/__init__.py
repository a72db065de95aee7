from . import (
    customer_archive_disposal,
    customer_archive_disposal_line,
    customer_archive_disposal_execution,
    customer_archive_disposal_proposal,
    customer_archive_disposal_certificate,
    customer_archive,
    customer_archive_closing,
    customer_archive_request,
    customer_archive_erasure,
    customer_archive_secret,
    ir_attachment,
    res_partner,
)
