from . import (
    customer_archive_application,
    customer_archive_request,
    customer_archive_request_items,
    customer_archive_request_period,
    customer_archive_grant,
    customer_archive_consultation,
    customer_archive_sharing,
    customer_archive_sharing_release,
    customer_archive_sharing_package,
    customer_archive,
    ir_attachment,
    customer_archive_document,
)
