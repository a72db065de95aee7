# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Corrects the sources of the shipped retention periods.

Only of examples that nobody has confirmed, and only where the words of before are still
there: what lawyers have put in their place, or confirmed, stays. ``retention.tsv`` has
old and new English, old and new Chinese. The example for accounting records counts from
the end of the year, as its source does: such files are kept longer, none shorter.
"""

from pathlib import Path

from openupgradelib import openupgrade
from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

WORDS = Path(__file__).with_name("retention.tsv")
NAMES = ("customer", "supplier", "agreement", "accounting")
PERIOD = {
    "trigger": "closing",
    "years": 30,
    "months": 0,
    "is_permanent": False,
    "from_year_end": False,
}
DESTROYED = "[('verdict', '=', 'destroy'), ('state', '=', 'done')]"
ENDED = "[('verdict', 'in', ('destroy', 'anonymise')), ('state', '=', 'done')]"


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    words = [line.split("\t") for line in WORDS.read_text().splitlines()]
    for name in NAMES:
        policy = env.ref(f"customer_archive.retention_{name}", False)
        if policy and policy.is_example:
            if name == "accounting":
                count_from_year_end(policy)
            for column in ("name", "legal_basis"):
                reword(policy, column, words)
    register = env.ref("customer_archive.register_destruction", False)
    if register and register.domain == DESTROYED:
        register.domain = ENDED


def count_from_year_end(policy):
    if all(policy[name] == value for name, value in PERIOD.items()):
        policy.from_year_end = True


def reword(policy, column, words):
    """Give a policy the new words of a column, where the old ones are there."""
    policy.flush_recordset([column])
    name = SQL.identifier(column)
    table = SQL.identifier(policy._table)
    query = SQL("SELECT %s FROM %s WHERE id = %s", name, table, policy.id)
    [(values,)] = policy.env.execute_query(query)
    for old, new, old_chinese, chinese in words:
        if values and values.get("en_US") == old:
            after = {**values, "en_US": new}
            if values.get("zh_CN") == old_chinese:
                after["zh_CN"] = chinese
            policy.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    table,
                    name,
                    Json(after),
                    policy.id,
                )
            )
            policy.invalidate_recordset([column])
            return
