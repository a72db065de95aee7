from . import (
    customer_archive_credit_fact,
    customer_archive,
    customer_archive_business_lists,
    customer_archive_agreement,
)
