from . import (
    ir_attachment,
    customer_archive_integrity,
    customer_archive_integrity_line,
    customer_archive_integrity_stock,
    customer_archive,
)
