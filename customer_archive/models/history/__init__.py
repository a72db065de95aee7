from . import (
    customer_archive_guard,
    customer_archive_silent,
    mail_thread,
    mail_message,
    mail_tracking_value,
    mail_language,
    messages_elsewhere,
    hidden_names,
    mail_thread_gateway,
    recipients,
    embedded_pictures,
)
