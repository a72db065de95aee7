from . import (
    base_import,
    base_partner_merge,
    customer_archive_decision,
    customer_archive_export,
    customer_archive_open,
    customer_archive_revoke,
    customer_archive_sign,
)
