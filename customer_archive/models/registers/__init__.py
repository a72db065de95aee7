from . import (
    customer_archive_register,
    customer_archive_register_column,
    customer_archive_register_preview,
    customer_archive_register_pages,
    customer_archive,
    customer_archive_register_filter,
    customer_archive_register_run,
    customer_archive_register_schedule,
    customer_archive_register_run_mail,
    mail_mail,
    ir_attachment,
)
