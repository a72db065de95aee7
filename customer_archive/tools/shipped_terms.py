"""The addon's terms in other languages, brought to a database that has older ones."""

from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules import get_module_path
from odoo.tools.translate import TranslationImporter


def load_terms(cr):
    """Load the terms of the addon that have other words now.

    An update of Odoo keeps the words that are there. Those of records that updates
    leave alone stay here, too: administrators may have put them in their own words.

    :param cr: cursor on the database that is updated
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    folder = Path(get_module_path("customer_archive"), "i18n")
    importer = TranslationImporter(cr, verbose=False)
    for lang, _name in env["res.lang"].get_installed():
        if (folder / f"{lang}.po").exists():
            importer.load_file(str(folder / f"{lang}.po"), lang)
    importer.save(overwrite=True)
