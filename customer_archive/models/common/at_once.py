"""Many records in one statement, for what only scheduled actions write."""

from odoo.tools import SQL


def write_at_once(records, values):
    """Write the same dates and marks on all of some records, past the ORM.

    Record by record it costs as much as the work that is put down by it. Only for
    columns that nothing else follows; called as superuser.

    :param dict values: columns and their values, None for an empty one
    :raise ValueError: if something else that is stored depends on one of them
    """
    if not records:
        return
    names = list(values)
    written = [records._fields[name] for name in names]
    for field in written:
        follows = records.pool.get_dependent_fields(field)
        if any(each.store and each not in written for each in follows):
            raise ValueError(f"{field} is followed by what is stored elsewhere.")
    records.flush_recordset([*names, "write_uid", "write_date"])
    changes = [SQL("%s = %s", SQL.identifier(name), values[name]) for name in names]
    env = records.env
    env.cr.execute(
        SQL(
            "UPDATE %s SET %s, write_uid = %s, write_date = %s WHERE id IN %s",
            SQL.identifier(records._table),
            SQL(", ").join(changes),
            env.uid,
            env.cr.now(),
            records._ids,
        )
    )
    records.invalidate_recordset([*names, "write_uid", "write_date"], flush=False)
