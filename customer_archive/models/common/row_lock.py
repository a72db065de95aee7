"""Whoever acts on a record waits for who is at it at this moment: the room for locks.

If the other one changed something, this transaction is started again by Odoo, and reads
what was done: so a second decider is told, and doesn't fail. Starting again is no error
that an administrator should read about.
"""

import contextlib

from odoo.tools import SQL


def wait_for_others(records):
    """Let whoever acts on ``records`` at this moment finish first.

    :raise AccessError: for those who may not read the records
    """
    records.check_access("read")
    records.flush_recordset()
    lock_rows(records)


def lock_rows(records, mode="UPDATE"):
    """Lock the rows of some records until the transaction ends; rights don't count.

    :param mode: what the lock keeps others from, as PostgreSQL calls it; with
        ``NOWAIT`` it is an ``OperationalError`` if somebody has one of the rows
    """
    query = SQL(
        "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR %s",
        SQL.identifier(records._table),
        records._ids or (0,),
        SQL(mode),
    )
    records.env.cr.execute(query, log_exceptions=False)


def touch_rows(records):
    """Write the rows of some records, though nothing changes.

    Of two who do, the second is started again also if the first changed something else.
    """
    query = SQL(
        "UPDATE %s SET id = id WHERE id IN %s",
        SQL.identifier(records._table),
        tuple(sorted(records._ids)) or (0,),
    )
    records.env.cr.execute(query, log_exceptions=False)


@contextlib.contextmanager
def kept_alone(cr, name, number):
    """Keep other processes from a work that commits on its way; give if that is so.

    No row is locked: whoever acts on the record doesn't wait. Who is killed keeps
    nobody out.

    :param name: of the kind of work
    :param number: id of what is worked on
    """
    lock = "advisory_lock(hashtext(%s), %s)"
    key = [name, number]
    cr.execute(f"SELECT pg_try_{lock}", key)
    is_ours = cr.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            unlock = lock.replace("lock(", "unlock(", 1)
            cr.execute(f"SELECT pg_{unlock}", key)
