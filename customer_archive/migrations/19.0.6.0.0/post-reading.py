# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Says which kind of sensitive paper item types are, and which values were compared.

Updates leave shipped item types alone, so these get their kind here; a company's own
types by how their numbers are checked. Those that this says nothing of are opened by
fewer people than before until somebody chooses their kind.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

SHIPPED = {
    "document_type_legal_id": "identity",
    "document_type_person_id": "identity",
    "document_type_bank": "bank",
    "document_type_person_card": "bank",
}
BY_FORMAT = {"identity_number": "identity", "bank_card": "bank"}


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    types = env["customer.archive.document.type"]
    for number_format, kind in BY_FORMAT.items():
        domain = [
            ("number_format", "=", number_format),
            ("sensitive_kind", "=", "other"),
        ]
        types.search(domain).sensitive_kind = kind
    for name, kind in SHIPPED.items():
        shipped = env.ref(f"customer_archive.{name}", raise_if_not_found=False)
        if shipped and shipped.sensitive_kind == "other":
            shipped.sensitive_kind = kind
    # What was submitted up to now was shown to its reviewers with its duplicates.
    cr.execute(
        "UPDATE customer_archive_secret s SET is_compared = true, has_twin = EXISTS ("
        "  SELECT FROM customer_archive_secret o"
        "    JOIN customer_archive g ON g.id = o.archive_id AND g.state <> 'draft'"
        "   WHERE o.blind_index = s.blind_index AND o.company_id = s.company_id"
        "     AND o.archive_id <> s.archive_id)"
        " FROM customer_archive f WHERE f.id = s.archive_id AND f.state <> 'draft'"
    )
