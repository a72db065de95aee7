from . import (
    customer_archive_backup_target,
    customer_archive_backup,
    customer_archive_backup_content,
    customer_archive_backup_run,
    customer_archive_backup_about,
    customer_archive_backup_retention,
    customer_archive_backup_verification,
    customer_archive_restore,
    customer_archive,
    customer_archive_document,
    customer_archive_integrity_line,
)
