from . import (
    ir_filters,
    ir_default,
    customer_archive_keyring,
    customer_archive_keyring_copy,
    customer_archive_keyring_origin,
    customer_archive_sealed,
    customer_archive_secret,
)
