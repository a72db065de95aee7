from . import (
    customer_archive_agreement,
    customer_archive_agreement_lifecycle,
    customer_archive,
    customer_archive_opened,
)
