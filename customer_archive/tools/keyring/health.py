"""How a keystore is, for a screen or a monitor."""

from . import records, rotation
from .errors import KeyringError


def report(storage, master):
    """Return what ``Keystore.health`` returns; raise nothing."""
    exposed = storage.problems() + master.problems()
    result = {
        "ok": False,
        "code": "",
        "message": "",
        "path": str(storage.path),
        "id": None,
        "suite": None,
        "current_master": None,
        "keys": 0,
        "keys_under_old_masters": 0,
        "tombstones": 0,
        "masters": [],
        "permissions": [str(error) for error in exposed],
    }
    errors = list(exposed)
    try:
        with storage.reading() as connection:
            errors += _read(connection, storage, master, result)
    except KeyringError as error:
        errors.append(error)
    if errors:
        result.update(code=errors[0].code, message=str(errors[0]))
    result["ok"] = not errors
    return result


def _read(connection, storage, master, result):
    """Fill ``result`` and return the errors found."""
    meta = records.read_meta(connection)
    current, keys = rotation.progress(connection, meta)
    (tombstones,) = connection.execute("SELECT count(*) FROM tombstone").fetchone()
    result.update(
        id=meta.id,
        suite=meta.suite.name,
        current_master=meta.current,
        keys=keys,
        keys_under_old_masters=keys - current,
        tombstones=tombstones,
        masters=_masters(connection, master),
    )
    errors = _master_errors(connection, meta, master, result["masters"])
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        errors.insert(0, storage.damaged())
    return errors


def _masters(connection, master):
    present = set(master.ids())
    names = ("id", "created", "retired", "keys", "present")
    query = """
        SELECT id, created, retired,
               (SELECT count(*) FROM data_key WHERE master_id = master.id)
        FROM master ORDER BY created, rowid
    """
    return [
        dict(zip(names, (*row, row[0] in present), strict=True))
        for row in connection.execute(query).fetchall()
    ]


def _master_errors(connection, meta, master, masters):
    wrappers = records.Wrappers(connection, meta.id, master)
    errors = []
    for each in masters:
        if each["keys"] or each["id"] == meta.current:
            try:
                wrappers.checked(each["id"])
            except KeyringError as error:
                errors.append(error)
    return errors
