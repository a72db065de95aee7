# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Loads the terms of the addon that have other Chinese words now.

An update keeps the words that are there. Those of records that updates leave alone stay
here, too: administrators may have put them in their own words.
"""

from pathlib import Path

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api
from odoo.modules import get_module_path
from odoo.tools.translate import TranslationImporter


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    folder = Path(get_module_path("customer_archive"), "i18n")
    importer = TranslationImporter(cr, verbose=False)
    for lang, _name in env["res.lang"].get_installed():
        if (folder / f"{lang}.po").exists():
            importer.load_file(str(folder / f"{lang}.po"), lang)
    importer.save(overwrite=True)
