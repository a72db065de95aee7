from . import (
    customer_archive_event_type,
    customer_archive_event,
    customer_archive_event_lock,
    customer_archive_event_kept,
    customer_archive_event_steps,
    customer_archive_event_reminder,
    customer_archive,
    customer_archive_agreement,
    res_partner,
    mail_message,
    ir_http,
)
