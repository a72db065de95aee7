# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls the dates in the register of agreements as the agreement does.

Headings that somebody wrote stay; the Chinese of the others comes from the catalogue.
"""

from openupgradelib import openupgrade

# Column, and its heading and Chinese as they were shipped; the heading of now.
HEADINGS = (
    ("register_agreement_date_start", "From", "起", "Valid from"),
    ("register_agreement_date_end", "Until", "止", "Expiry Date"),
    ("register_agreement_signed_on", "Signed on", "签署时间", "Signing Recorded on"),
)


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    for name, old, chinese, new in HEADINGS:
        cr.execute(
            """
            UPDATE customer_archive_register_column c
               SET name = jsonb_set(
                   CASE WHEN c.name ->> 'zh_CN' = %s THEN c.name - 'zh_CN'
                   ELSE c.name END, '{en_US}', to_jsonb(%s::text))
              FROM ir_model_data d
             WHERE d.module = 'customer_archive' AND d.res_id = c.id AND d.name = %s
               AND d.model = 'customer.archive.register.column'
               AND c.name ->> 'en_US' = %s
            """,
            [chinese, new, name, old],
        )
