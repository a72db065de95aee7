from . import (
    customer_archive_tree,
    customer_archive_tree_line,
    customer_archive_tree_package,
    customer_archive_tree_target,
    customer_archive_tree_term,
    customer_archive_tree_writing,
    customer_archive_backup_target,
    customer_archive,
)
