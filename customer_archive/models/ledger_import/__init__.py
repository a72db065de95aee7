from . import (
    customer_archive_import,
    customer_archive_import_column,
    customer_archive_import_row,
    customer_archive_import_preview,
    customer_archive_import_messages,
    customer_archive_import_run,
    customer_archive_import_write,
    customer_archive_import_undo,
    customer_archive_import_workbook,
)
