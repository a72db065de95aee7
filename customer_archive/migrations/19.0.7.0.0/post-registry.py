# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Has the parties of the shipped categories of companies looked up in the registry.

As in a new database; and permits are asked for by the trades that need them. What is
open goes on as it was submitted: neither the running reviews of files nor the periodic
reviews that fell due ask for a check. Categories of the company's own are left to its
administrators.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

COMPANIES = (
    *("buyer", "service", "prospect", "channel", "strategic"),
    *("raw_material", "goods", "services", "works"),
)
# As in data/customer_archive_document_type_data.xml.
TRADES = (
    "许可项目、危险化学品、危险废物、食品生产、食品经营、食品销售、药品、医疗器械、烟草、"
    "烟花爆竹、道路货物运输、建设工程施工、建筑工程施工、劳务派遣、特种设备"
)


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for name in COMPANIES:
        category = env.ref(f"customer_archive.category_{name}", False)
        if category:
            category.registry_check = True
    permit = env.ref("customer_archive.document_type_permit", False)
    if permit:
        permit.scope_words = TRADES
