# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gives shipped records that updates leave alone their new English and Chinese words.

Only where the old ones are still there: what administrators put into their own words
stays. ``words.tsv`` has them: old and new English, old and new Chinese.
"""

from pathlib import Path

from openupgradelib import openupgrade
from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

ADDON = "customer_archive"
WORDS = Path(__file__).with_name("words.tsv")
ENGLISH, CHINESE = "en_US", "zh_CN"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = WORDS.read_text().replace("\\n", "\0").splitlines()
    rows = [line.replace("\0", "\n").split("\t") for line in lines]
    words = {row[0]: row[1:] for row in rows}
    data = env["ir.model.data"].search(
        [("module", "=", ADDON), ("noupdate", "=", True)]
    )
    for model, rows in data.grouped("model").items():
        for field in env[model]._fields.values():
            if field.translate and field.store and field.column_type:
                rename(env, field, rows.mapped("res_id"), words)
    env.invalidate_all()
    # Scheduled actions keep a copy of the name of what they run.
    crons = env["ir.cron"].browse(
        data.filtered(lambda row: row.model == "ir.cron").mapped("res_id")
    )
    env.add_to_compute(crons._fields["cron_name"], crons.exists())
    env.flush_all()


def rename(env, field, ids, words):
    """Give the records of these ids the new words of one field."""
    table, column = (
        SQL.identifier(env[field.model_name]._table),
        SQL.identifier(field.name),
    )
    env.cr.execute(
        SQL("SELECT id, %s FROM %s WHERE id = ANY(%s)", column, table, list(ids))
    )
    for record_id, values in env.cr.fetchall():
        new = renamed(field, values, words) if values else values
        if new != values:
            env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    table,
                    column,
                    Json(new),
                    record_id,
                )
            )


def renamed(field, values, words):
    """Return the values of a field by language, with the new words.

    A Chinese word changes only below an English one that came with the addon.
    """
    if not callable(field.translate):
        found = words.get(values.get(ENGLISH))
        if not found:
            return values
        english, old, chinese = found
        new = {**values, ENGLISH: english}
        return {**new, CHINESE: chinese} if values.get(CHINESE) == old else new
    english = {old: row[0] for old, row in words.items()}
    chinese = {row[1]: row[2] for row in words.values()}
    return {
        lang: field.translate(
            {ENGLISH: english, CHINESE: chinese}.get(lang, {}).get, text
        )
        for lang, text in values.items()
    }
