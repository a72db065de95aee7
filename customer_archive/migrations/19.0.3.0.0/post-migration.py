# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Brings the record rules up to date: grants open files, and requests are decided.

An update doesn't touch them otherwise, because administrators may have changed them.
What was changed by hand in these few is replaced.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

CHANGES = "migrations/19.0.3.0.0/noupdate_changes.xml"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    openupgrade.load_data(env, "customer_archive", CHANGES)
