# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gives columns of shipped registers the formats and totals that new ones come with.

Updates leave registers alone; only what nobody has chosen is filled in.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api

COLUMNS = {
    "register_ledger_document_count": {"total": "sum"},
    "register_ledger_completeness": {"format": "percent"},
}


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, values in COLUMNS.items():
        column = env.ref(f"customer_archive.{name}", raise_if_not_found=False)
        shown = name.removeprefix("register_ledger_")
        if column and column.path == shown and not (column.format or column.total):
            column.write(values)
