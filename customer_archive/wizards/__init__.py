from . import (
    customer_archive_apply,
    base_import,
    base_partner_merge,
    customer_archive_decision,
    customer_archive_export,
    customer_archive_loan_return,
    customer_archive_open,
    customer_archive_revoke,
    customer_archive_sign,
)
