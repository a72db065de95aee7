from . import (
    customer_archive_change_field,
    customer_archive_change,
    customer_archive_change_line,
    customer_archive_change_line_constraints,
    customer_archive_change_line_execution,
    customer_archive_document,
    customer_archive,
    account_bank_statement_line,
    res_partner_bank,
    res_partner,
)
