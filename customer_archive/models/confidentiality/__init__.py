from . import (
    customer_archive_undertaking,
    ir_rule,
    mail_activity,
    mail_message,
    mail_tracking_value,
    res_groups,
    res_partner_bank,
    res_partner,
    res_users,
    user_names,
)
