# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Loads the terms that have other Chinese words now, and renews those of a heading.

The new value of a change was called as the button that makes a record: in the register
as well, whose headings an update leaves alone. What people wrote themselves stays.
"""

from openupgradelib import openupgrade

from odoo.addons.customer_archive.tools.shipped_terms import load_terms

HEADING = "register_change_shown_new"
OLD, NEW = "新建", "变更后"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    load_terms(cr)
    cr.execute(
        """
        UPDATE customer_archive_register_column c
           SET name = jsonb_set(c.name, '{zh_CN}', to_jsonb(%s::text))
          FROM ir_model_data d
         WHERE d.module = 'customer_archive' AND d.res_id = c.id AND d.name = %s
           AND c.name ->> 'en_US' = 'New' AND c.name ->> 'zh_CN' = %s
        """,
        [NEW, HEADING, OLD],
    )
