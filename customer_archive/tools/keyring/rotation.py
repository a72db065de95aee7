"""Moving data keys to a new master key, on an open connection of the keystore."""

from . import records
from .errors import KeyInUse, KeyMissing, KeyringError, Tampered


def begin(connection, meta, master, suite):
    """Make the next master key the current one and return its id."""
    wrappers = records.Wrappers(connection, meta.id, master)
    wrappers.checked(meta.current)
    _erase_again(connection)
    following = master.next()
    if following == meta.current:
        raise KeyringError(
            "nothing",
            f"Master key {following} is the current one already. Put a new one in "
            "front of it and restart, then rotate.",
        )
    known = _master(connection, following)
    if known is None:
        wrappers.add_master(following, suite)
    elif known["retired"]:
        raise KeyringError(
            "retired",
            f"Master key {following} was retired. Put a new one in front of the "
            "others and restart, then rotate.",
        )
    else:
        wrappers.checked(following)
    records.write_meta(connection, current=following, suite=suite.name)
    return following


def progress(connection, meta):
    """Return how many data keys are under the current master key, and how many all."""
    counts = dict(
        connection.execute("SELECT master_id, count(*) FROM data_key GROUP BY 1")
    )
    return counts.get(meta.current, 0), sum(counts.values())


def rewrap(connection, meta, master, batch):
    """Move up to ``batch`` data keys to the current master key; return how many.

    Damaged ones are passed over as long as there are others.
    """
    wrappers = records.Wrappers(connection, meta.id, master)
    target = wrappers.checked(meta.current)
    done, damaged = 0, []
    query = "SELECT id FROM master WHERE id != ?"
    for (old,) in connection.execute(query, (meta.current,)).fetchall():
        after = 0
        while done < batch and (page := _page(connection, old, after, batch - done)):
            after = page[-1].number
            done += _move(connection, wrappers, target, page, damaged)
    if damaged and not done:
        raise Tampered(
            "tampered",
            f"{len(damaged)} data keys were changed in the keystore, the first is "
            f"{damaged[0]}. Put the keystore back from its backup, or destroy them.",
        )
    return done


def retire(connection, meta, master_id):
    """Note that a master key isn't needed any more; ``KeyInUse`` if it is."""
    if _master(connection, master_id) is None:
        raise KeyMissing(
            "no_master_key", f"Master key {master_id} isn't one of this keystore."
        )
    query = "SELECT count(*) FROM data_key WHERE master_id = ?"
    (keys,) = connection.execute(query, (master_id,)).fetchone()
    if master_id == meta.current:
        raise KeyInUse(
            "in_use",
            f"Master key {master_id} is the current one. Rotate to a new one first.",
        )
    if keys:
        raise KeyInUse(
            "in_use",
            f"{keys} data keys are still under master key {master_id}. Finish the "
            "rotation first.",
        )
    connection.execute(
        "UPDATE master SET retired = coalesce(retired, ?) WHERE id = ?",
        (records.now(), master_id),
    )


def _page(connection, master_id, after, size):
    condition = "WHERE master_id = ? AND number > ? ORDER BY number LIMIT ?"
    return records.rows(connection, condition, (master_id, after, size))


def _move(connection, wrappers, target, page, damaged):
    moved = []
    for row in page:
        try:
            moved.append((target.wrap(wrappers.unwrap(row), row.name), row.number))
        except Tampered:
            damaged.append(row.id)
    connection.executemany("UPDATE wrapping SET wrapped = ? WHERE number = ?", moved)
    connection.executemany(
        "UPDATE data_key SET master_id = ? WHERE number = ?",
        [(target.master_id, number) for _wrapped, number in moved],
    )
    return len(moved)


def _erase_again(connection):
    """Erase destroyed keys that somebody put back."""
    condition = "WHERE data_key.id IN (SELECT id FROM tombstone)"
    for row in records.rows(connection, condition, ()):
        records.erase(connection, row)


def _master(connection, master_id):
    query = "SELECT created, retired FROM master WHERE id = ?"
    found = connection.execute(query, (master_id,)).fetchone()
    return found and dict(zip(("created", "retired"), found, strict=True))
