from . import (
    customer_archive_regulation,
    customer_archive_regulation_version,
    customer_archive_regulation_acknowledgement,
    customer_archive_regulation_acknowledgement_reminder,
    customer_archive_training,
    customer_archive_training_line,
    customer_archive_undertaking,
    ir_attachment,
    res_users,
)
