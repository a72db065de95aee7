from . import (
    customer_archive_location,
    customer_archive_move,
    customer_archive_placed,
    customer_archive,
    customer_archive_document,
    customer_archive_location_content,
    customer_archive_prints,
    customer_archive_scan,
    customer_archive_stocktake,
    customer_archive_stocktake_line,
    customer_archive_stocktake_expected,
    customer_archive_stocktake_count,
)
