# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reckons anew until when files with agreements are kept.

Where the end of the last agreement counts, the day was reckoned before the agreement
was written: it was that of the agreements of before.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.archive"]._update_retention_of([("agreement_ids", "!=", False)])
