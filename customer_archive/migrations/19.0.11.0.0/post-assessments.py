# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plans the first assessments of files on record, spread over a year.

So that nobody finds thousands of proposals on the first morning; who is to be assessed
sooner is by the button on the file.
"""

import itertools

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

# By the side of the category, as in models/assessment/customer_archive.py.
SIDES = {
    "credit": ("customer", "both"),
    "risk": ("customer", "supplier", "both"),
    "supplier": ("supplier", "both"),
}


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    for company, kind in itertools.product(companies, SIDES):
        column = f"{kind}_next_date"
        cr.execute(
            f"""
            UPDATE customer_archive a
               SET {column} = %s::date + 1 + a.id %% 365
              FROM customer_archive_category c
             WHERE a.company_id = %s
               AND c.id = a.category_id AND c.side IN %s AND a.state = 'active'
               AND a.{column} IS NULL AND NOT EXISTS (
                   SELECT 1 FROM customer_archive_assessment x
                    WHERE x.archive_id = a.id AND x.kind = %s)
            """,
            [company._archive_today(), company.id, SIDES[kind], kind],
        )
