from . import (
    customer_archive_opened,
    customer_archive_agreement,
    customer_archive_agreement_lock,
    customer_archive_agreement_approval,
    customer_archive_agreement_signing,
    customer_archive_agreement_lifecycle,
    customer_archive_agreement_performance,
    customer_archive,
    customer_archive_facts,
    customer_archive_document,
    customer_archive_secret,
    customer_archive_change_line,
)
