# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Has Chinese words that were changed taken anew from the catalogue.

A translation that is there isn't replaced by itself where its English stays.
"""

from openupgradelib import openupgrade

# Table, column, records, and the words of before, where nobody else's are to go.
CHANGED = (
    ("res_groups", "comment", ("group_auditor",), "可查看全部内容，不得修改。"),
    (
        "customer_archive_register_column",
        "name",
        ("register_stocktake_settled_on",),
        "处理日期",
    ),
    (
        "ir_ui_view",
        "arch_db",
        tuple(
            f"view_customer_archive_integrity_line_{kind}"
            for kind in ("form", "list", "search")
        ),
        None,
    ),
)


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    for table, column, names, words in CHANGED:
        cr.execute(
            f"""
            UPDATE {table} r SET {column} = r.{column} - 'zh_CN'
              FROM ir_model_data d
             WHERE d.module = 'customer_archive' AND d.name IN %s AND d.res_id = r.id
               AND (%s IS NULL OR r.{column} ->> 'zh_CN' = %s)
            """,
            [names, words, words],
        )
