from . import test_customer_archive_backup
