# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Says of whom a level lets to a file as new databases do: the rules mean the same.

Also in rules that administrators have changed, where they have both parts.
"""

from openupgradelib import openupgrade

BEFORE = "reader.cleared_for({0}) | reader.answers_for({0})"
NOW = "reader.within_level({0})"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    for path in ("", "'archive_id'"):
        cr.execute(
            """
            UPDATE ir_rule r SET domain_force = replace(r.domain_force, %s, %s)
              FROM ir_model_data d
             WHERE d.module = 'customer_archive' AND d.model = 'ir.rule'
               AND d.res_id = r.id
            """,
            [BEFORE.format(path), NOW.format(path)],
        )
