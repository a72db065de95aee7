# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes over what an administrator listed of bank accounts, before the data is loaded.

From this version on holder, bank and routing of an account are changed by request, and
come as data of the addon. A row of the same field would stand in the way of that.
"""

from openupgradelib import openupgrade

NAMES = ("acc_holder_name", "bank_id", "clearing_number", "currency_id")


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    if not openupgrade.table_exists(cr, "customer_archive_change_field"):
        # Changes by request came with 19.0.3.0.0.
        return
    cr.execute(
        """
        WITH taken AS (
            UPDATE customer_archive_change_field
               SET is_protected = TRUE, is_serious = TRUE, active = TRUE
             WHERE subject = 'bank' AND field_name IN %s
         RETURNING id, field_name
        )
        INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
        SELECT 'customer_archive', 'change_field_bank_' || field_name,
               'customer.archive.change.field', id, TRUE
          FROM taken
            ON CONFLICT DO NOTHING
        """,
        [NAMES],
    )
