from . import (
    customer_archive_task,
    customer_archive_review_cycle,
    customer_archive,
    customer_archive_category,
    customer_archive_document_type,
    customer_archive_review,
    customer_archive_change,
    customer_archive_annual,
    customer_archive_annual_line,
    customer_archive_stored_registers,
    customer_archive_annual_request,
    res_users,
)
