# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Has the parties of the shipped categories of companies looked up in the registry.

As in a new database. What is open goes on as it was submitted: the steps of reviews of
files that run, and periodic reviews that fell due, don't ask for it. Categories of the
company's own are left to its administrators.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

COMPANIES = (
    *("buyer", "service", "prospect", "channel", "strategic"),
    *("raw_material", "goods", "services", "works"),
)


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for name in COMPANIES:
        category = env.ref(f"customer_archive.category_{name}", False)
        if category:
            category.registry_check = True
