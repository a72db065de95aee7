from . import (
    customer_archive_loan,
    customer_archive_loan_handover,
    customer_archive_loan_reminder,
    customer_archive_loan_line,
    customer_archive_loan_extension,
    customer_archive_document,
)
