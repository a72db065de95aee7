from . import (
    customer_archive_category,
    customer_archive_document_type,
    customer_archive_registry_check,
    customer_archive_doubt,
    customer_archive_document,
    customer_archive_approval,
    customer_archive,
    customer_archive_doubts,
    customer_archive_change,
    customer_archive_credit_fact,
)
