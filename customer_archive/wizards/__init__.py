from . import (
    base_partner_merge,
    customer_archive_decision,
    customer_archive_export,
    customer_archive_open,
)
