from . import (
    customer_archive_packing,
    customer_archive_disposal_line,
    customer_archive_transfer,
    customer_archive_transfer_package,
    customer_archive_transfer_manifest,
)
