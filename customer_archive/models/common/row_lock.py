"""Whoever acts on a record waits for who is at it at this moment."""

from odoo.tools import SQL


def wait_for_others(records):
    """Let whoever acts on ``records`` at this moment finish first.

    If they changed something, this transaction is started again by Odoo and reads what
    they did; so a second decider is told, and doesn't fail.

    :raise AccessError: for those who may not read the records
    """
    records.check_access("read")
    records.flush_recordset()
    query = SQL(
        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR UPDATE",
        SQL.identifier(records._table),
        records._ids or (0,),
    )
    # Starting again is no error that an administrator should read about.
    records.env.cr.execute(query, log_exceptions=False)
