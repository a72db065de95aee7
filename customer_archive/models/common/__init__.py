from . import (
    sentinel,
    company_day,
    fields,
    customer_archive_configured,
    customer_archive_lifted,
    customer_archive_guard,
    base,
    customer_archive_due,
    ir_sequence,
    stand_in,
    ir_http,
)
