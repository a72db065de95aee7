# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds the keystore of restored databases that took themselves for the original.

The update to 19.0.6.0.0 remembered the identity of the database as that of its
keystore, also where Odoo had given a restored one a new identity just before: it could
not be led back to its keystore any more.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.archive.keyring"]._remember_origin()
