from . import (
    customer_archive_opened,
    customer_archive_agreement,
    customer_archive_agreement_lifecycle,
    customer_archive_agreement_signatory,
    customer_archive,
    customer_archive_signatory,
    customer_archive_document,
    customer_archive_secret,
    customer_archive_change_line,
)
