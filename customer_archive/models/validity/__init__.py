from . import (
    customer_archive_validity,
    customer_archive_validity_reminder,
    customer_archive_document_type,
    customer_archive_document,
    customer_archive_papers,
    customer_archive_undertaking,
    customer_archive_digest,
    mail_activity,
    res_users,
)
