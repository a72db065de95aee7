from . import (
    customer_archive_guard,
    mail_message,
    mail_language,
)
