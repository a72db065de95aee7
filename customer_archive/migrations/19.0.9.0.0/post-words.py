# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Loads the terms that have other Chinese words now, and renews some of records.

The new value of a change was called as the button that makes a record: in the register
as well, whose headings an update leaves alone. Parties are called 客商 in descriptions
of categories, too. What people wrote themselves stays.
"""

from openupgradelib import openupgrade

from odoo.addons.customer_archive.tools.shipped_terms import load_terms

HEADING = "register_change_shown_new"
OLD, NEW = "新建", "变更后"
UNIT, PARTY = "单位", "客商"
# What was shipped.
DESCRIPTIONS = {
    "buyer": "采购我方生产或经销产品的单位。",
    "goods": "提供货物、零部件和设备的单位。",
    "prospect": "有可能成为客户的单位，只收集最少信息。",
    "raw_material": "提供回收或加工用原材料的单位。",
    "service": "由我方提供服务的单位：项目、集成、维护。",
    "services": "为我方提供运输、检测、咨询等服务的单位。",
    "works": "为我方提供施工、安装的单位。",
}


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
    for name, text in DESCRIPTIONS.items():
        cr.execute(
            """
            UPDATE customer_archive_category c
               SET description = jsonb_set(
                   c.description, '{zh_CN}', to_jsonb(%s::text))
              FROM ir_model_data d
             WHERE d.module = 'customer_archive' AND d.res_id = c.id
               AND d.name = %s AND c.description ->> 'zh_CN' = %s
            """,
            [text.replace(UNIT, PARTY), f"category_{name}", text],
        )
