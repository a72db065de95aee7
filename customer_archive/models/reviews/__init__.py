from . import (
    customer_archive_task,
    customer_archive_tasks,
    customer_archive_review_cycle,
    customer_archive,
    customer_archive_review,
    customer_archive_change,
    customer_archive_annual,
    customer_archive_annual_line,
    customer_archive_annual_erasure,
    customer_archive_annual_request,
    res_users,
    customer_archive_register_erasure,
)
