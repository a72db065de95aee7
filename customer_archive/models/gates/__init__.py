from . import (
    customer_archive,
    customer_archive_gate,
    customer_archive_gate_findings,
    customer_archive_gated,
    customer_archive_gated_line,
    customer_archive_waiver,
    sale_order,
    purchase_order,
)
