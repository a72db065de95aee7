from . import (
    customer_archive_category,
    customer_archive_registry_check,
    customer_archive_document,
    customer_archive_approval,
    customer_archive,
)
