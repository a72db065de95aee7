from . import (
    customer_archive_location,
    customer_archive_move,
    customer_archive_placed,
    customer_archive,
    customer_archive_document,
    customer_archive_location_content,
    customer_archive_prints,
    customer_archive_scan,
)
