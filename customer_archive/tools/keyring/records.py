"""What a keystore's tables hold, read and written on an open connection."""

import secrets
from datetime import datetime, timezone
from typing import NamedTuple

from . import suites
from .datakey import SECRET_SIZE, DataKey
from .errors import KeyringError, Tampered
from .storage import FORMAT
from .wrapping import SIZE, Wrapper

_KEYS = """
SELECT data_key.id, name, suite, master_id, number, wrapped
FROM data_key JOIN wrapping USING (number)
"""


class Meta(NamedTuple):
    """The keystore's ``id``, ``suite`` of new keys and ``current`` master id."""

    id: str
    suite: suites.Suite
    current: str


class Row(NamedTuple):
    """A data key as it is stored."""

    id: str
    name: str | None
    suite: int
    master_id: str
    number: int
    wrapped: bytes


def now():
    """Return the time in UTC as an ISO text, to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def read_meta(connection):
    """Return the ``Meta``; ``KeyringError`` ``format`` if this code can't read it."""
    values = dict(connection.execute("SELECT key, value FROM meta"))
    suite = suites.SUITES.get(values.get("suite"))
    complete = all(isinstance(values.get(key), str) for key in ("id", "current"))
    if values.get("format") != FORMAT or suite is None or not complete:
        raise KeyringError(
            "format",
            "The keystore has an unknown format. It is damaged or written by a newer "
            "version: put it back from its backup, or update the addon.",
        )
    return Meta(values["id"], suite, values["current"])


def write_meta(connection, **values):
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def rows(connection, condition, parameters):
    """Return the data keys that the SQL ``condition`` selects."""
    return list(map(Row._make, connection.execute(_KEYS + condition, parameters)))


def is_destroyed(connection, key_id):
    query = "SELECT 1 FROM tombstone WHERE id = ?"
    return connection.execute(query, (key_id,)).fetchone() is not None


def erase(connection, row):
    """Overwrite a wrapping (see ``storage``) and forget the data key."""
    connection.execute(
        "UPDATE wrapping SET wrapped = zeroblob(?) WHERE number = ?",
        (SIZE, row.number),
    )
    connection.execute("DELETE FROM data_key WHERE id = ?", (row.id,))


class Wrappers:
    """The wrappers of one operation; master keys are read when first needed."""

    def __init__(self, connection, keystore_id, master):
        self._connection = connection
        self._keystore_id = keystore_id
        self._master = master
        self._wrappers = {}

    def unwrap(self, row):
        """Return the ``DataKey`` of a ``Row``, or raise why it can't be had."""
        wrapper = self._wrapper(row.master_id)
        try:
            suite = suites.by_number(row.suite)
            return wrapper.unwrap(row.id, row.name, suite, row.wrapped)
        except (Tampered, TypeError, ValueError):
            # A damaged row may hold values of any kind.
            self.checked(row.master_id)
            raise Tampered(
                "tampered",
                f"Data key {row.id} was changed in the keystore. Put the keystore "
                "back from its backup.",
            ) from None

    def checked(self, master_id):
        """Return the wrapper of a master key that is there and the right one."""
        query = "SELECT sealed FROM master WHERE id = ?"
        found = self._connection.execute(query, (master_id,)).fetchone()
        wrapper = self._wrapper(master_id)
        wrapper.check(found[0] if found else b"")
        return wrapper

    def add_master(self, master_id, suite):
        """Note a master key that this keystore didn't have."""
        sealed = self._wrapper(master_id).check_value(suite)
        self._connection.execute(
            "INSERT INTO master VALUES (?, ?, ?, NULL)", (master_id, sealed, now())
        )

    def add_key(self, wrapper, suite, name=None):
        """Return a new random data key, stored."""
        secret = secrets.token_bytes(SECRET_SIZE)
        key = DataKey(secrets.token_hex(16), suite, secret)
        number = self._connection.execute(
            "INSERT INTO wrapping (wrapped) VALUES (?)", (wrapper.wrap(key, name),)
        ).lastrowid
        self._connection.execute(
            "INSERT INTO data_key VALUES (?, ?, ?, ?, ?, ?)",
            (key.id, name, suite.number, wrapper.master_id, number, now()),
        )
        return key

    def _wrapper(self, master_id):
        master_id = str(master_id)
        if master_id not in self._wrappers:
            # Read at once: a master key that is missing is told before all else.
            secret = self._master.get(master_id)
            self._wrappers[master_id] = Wrapper(self._keystore_id, master_id, secret)
        return self._wrappers[master_id]
