# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asks companies for ownership, industry, founding date and capital, as is shipped now.

Only in categories whose required data nobody changed. What is required is looked at
when a file is submitted: files on record stay as they are.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

COMPANIES = (
    *("buyer", "service", "channel", "strategic"),
    *("raw_material", "goods", "services", "works"),
)
# What was shipped before, and what joins it.
BEFORE = {
    *("vat", "legal_representative_id", "registered_address"),
    *("phone", "email", "business_scope"),
}
NEW = ("ownership_type", "industry_id", "founding_date", "registered_capital")


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    parties = env["ir.model.fields"]
    new = parties.union(*(parties._get("res.partner", name) for name in NEW))
    for name in COMPANIES:
        category = env.ref(f"customer_archive.category_{name}", False)
        if category and set(category.required_field_ids.mapped("name")) == BEFORE:
            category.required_field_ids |= new
