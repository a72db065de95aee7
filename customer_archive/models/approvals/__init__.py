from . import (
    customer_archive_approval_policy,
    customer_archive_approval_step,
    customer_archive_approval_policy_version,
    customer_archive_approval,
    customer_archive_approval_mixin,
    customer_archive_approval_mixin_rounds,
    mail_activity,
)
