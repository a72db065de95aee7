from . import (
    base,
    customer_archive_keyring,
    customer_archive_log,
    customer_archive_log_sealing,
    customer_archive_log_deleted,
    customer_archive_log_summary,
    customer_archive_log_verification,
    customer_archive_log_anchor,
    ir_actions_report,
    ir_actions_server,
    ir_rule,
    ir_model_access,
)
