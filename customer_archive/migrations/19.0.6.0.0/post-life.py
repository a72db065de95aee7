# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Remembers whose keystore it is, and completes records that earlier updates left.

What a new installation comes with was missing in updated databases: the sample
appraisal of raw materials; headings, formats, totals and widths of columns of shipped
registers. ``columns.tsv`` has them: column, field, what it came with before, and comes
with now. Only what is as it came before is changed.
"""

from pathlib import Path

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api
from odoo.modules import get_module_path
from odoo.tools import SQL
from odoo.tools.translate import TranslationImporter

COLUMNS = Path(__file__).with_name("columns.tsv")
TRANSLATED = ("group", "name")


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["customer.archive.keyring"]._remember_origin()
    category = env.ref(
        "customer_archive.category_raw_material", raise_if_not_found=False
    )
    # Nobody could set it before it was there; whoever did since has answered.
    if category and not category.needs_sample_appraisal:
        category.needs_sample_appraisal = True
    for line in COLUMNS.read_text().splitlines():
        name, field, before, now = line.split("\t")
        column = env.ref(f"customer_archive.{name}", raise_if_not_found=False)
        if column:
            complete(column, field, before, now)
    drop_left_table(cr)
    env.flush_all()
    renew_terms(env)


def complete(column, field, before, now):
    """Give one field of a shipped column what new ones come with."""
    value = column.with_context(lang="en_US")[field]
    if (f"{value:g}" if field == "width" else value or "") != before:
        return
    if field not in TRANSLATED:
        column[field] = int(now) if field == "width" else now
        return
    # Without the other languages: the update loads them for the new text.
    column.env.cr.execute(
        SQL(
            "UPDATE %s SET %s = jsonb_build_object('en_US', %s::text) WHERE id = %s",
            SQL.identifier(column._table),
            SQL.identifier(field),
            now,
            column.id,
        )
    )
    column.invalidate_recordset([field])


def renew_terms(env):
    """Load the addon's terms where the update keeps those of older versions.

    What administrators may have translated anew, in records that updates leave alone,
    stays.
    """
    folder = Path(get_module_path("customer_archive"), "i18n")
    importer = TranslationImporter(env.cr, verbose=False)
    for lang, _name in env["res.lang"].get_installed():
        if (folder / f"{lang}.po").exists():
            importer.load_file(str(folder / f"{lang}.po"), lang)
    importer.save(overwrite=True)


def drop_left_table(cr):
    """Drop what 19.0.4.0.0 kept blocked contacts in, if nothing is in it."""
    table = "customer_archive_blocked_contact_rel"
    if not openupgrade.table_exists(cr, table):
        return
    cr.execute(SQL("SELECT EXISTS (SELECT FROM %s)", SQL.identifier(table)))
    if not cr.fetchone()[0]:
        cr.execute(SQL("DROP TABLE %s", SQL.identifier(table)))
        cr.execute(SQL("DELETE FROM ir_model_relation WHERE name = %s", table))
