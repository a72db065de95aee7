# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Says of whom a level lets to a file as new databases do: the rules mean the same.

Also in rules that administrators have changed, where they have both parts. And lets
archivists keep the company's regulations, as its regulation of files says.
"""

from openupgradelib import openupgrade

BEFORE = "reader.cleared_for({0}) | reader.answers_for({0})"
NOW = "reader.within_level({0})"
KEPT_BY = "compliance and administrators keep them"
NAMES = {
    "rule_regulation_keepers": f"Regulation: {KEPT_BY}",
    "rule_regulation_version_keepers": f"Version of a regulation: {KEPT_BY}",
}
KEEPING = (
    *("rule_regulation_roles", "rule_regulation_keepers"),
    *("rule_regulation_version_roles", "rule_regulation_version_keepers"),
)


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
    cr.execute(
        """
        INSERT INTO rule_group_rel (rule_group_id, group_id)
        SELECT rule.res_id, role.res_id
          FROM ir_model_data rule, ir_model_data role
         WHERE rule.module = 'customer_archive' AND rule.name = ANY(%s)
           AND rule.model = 'ir.rule'
           AND role.module = 'customer_archive' AND role.name = 'group_archivist'
            ON CONFLICT DO NOTHING
        """,
        [list(KEEPING)],
    )
    for name, old in NAMES.items():
        cr.execute(
            """
            UPDATE ir_rule r SET name = %s FROM ir_model_data d
             WHERE d.module = 'customer_archive' AND d.name = %s AND d.res_id = r.id
               AND r.name = %s
            """,
            [old.replace(KEPT_BY, "those who keep them"), name, old],
        )
