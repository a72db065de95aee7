# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Has the annual run ask for the papers that the regulation names, as a new database.

What was asked for before named no papers, and is answered as it was then.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

ASKED = ("document_type_license", "document_type_bank")


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in ASKED:
        kind = env.ref(f"customer_archive.{name}", raise_if_not_found=False)
        if kind:
            kind.is_asked_yearly = True
