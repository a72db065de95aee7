from . import (
    test_backup_drill,
    test_backup_keys,
    test_backup_remote,
    test_customer_archive_backup,
    test_customer_archive_restore,
)
