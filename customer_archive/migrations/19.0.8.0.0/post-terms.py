# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Loads the terms of the addon that have other Chinese words now."""

from openupgradelib import openupgrade

from odoo.addons.customer_archive.tools.shipped_terms import load_terms


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    load_terms(cr)
