from . import (
    customer_archive_guard,
    mail_message,
    mail_language,
    messages_elsewhere,
    hidden_names,
    mail_thread_gateway,
    recipients,
    embedded_pictures,
)
