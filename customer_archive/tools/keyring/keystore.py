"""Where wrapped data keys live: one SQLite file outside the database they serve."""

# pylint: disable=method-required-super

import uuid

from . import health, records, rotation, suites
from .datakey import is_key_id
from .errors import KeyDestroyed, KeyInUse, KeyMissing, KeyringError
from .storage import FORMAT, SCHEMA, Storage

_AT_ONCE = 500


class Keystore:
    """The data keys in ``folder``, wrapped by the master keys ``master``.

    Nothing is opened before it is needed, so a broken store can be asked for its
    ``health``. Every other operation raises a ``KeyringError`` that says what to do if
    the folder, the file or the master key is missing, wrong, damaged or readable by
    others. Safe to share between threads and over forks.

    :param folder: path; mode 0700, the file in it 0600.
    :param master: ``MasterKeys``.
    """

    def __init__(self, folder, master):
        self._storage = Storage(folder)
        self._master = master

    def __repr__(self):
        return f"<Keystore {self.path}>"

    @classmethod
    def create(cls, folder, master, suite="aes"):
        """Return the keystore in ``folder``, made with a first master key if need be.

        Of several processes at once, one makes it and the others open it.
        """
        store = cls(folder, master)
        chosen = _suite_named(suite)
        with store._storage.creating() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                store._fill(connection, chosen)
        return store

    @staticmethod
    def exists(folder):
        """Tell whether ``folder`` has a keystore, a damaged one included."""
        return Storage(folder).exists()

    @property
    def path(self):
        """The path of the SQLite file."""
        return self._storage.path

    @property
    def id(self):
        """The keystore's own id, 32 hexadecimal digits."""
        with self._storage.reading() as connection:
            return records.read_meta(connection).id

    @property
    def suite(self):
        """The ``Suite`` of new keys."""
        with self._storage.reading() as connection:
            return records.read_meta(connection).suite

    def set_suite(self, name):
        """Choose the suite of new keys, "aes" or "sm"; those that are there stay."""
        suite = _suite_named(name)
        with self._storage.writing() as connection:
            records.read_meta(connection)
            records.write_meta(connection, suite=suite.name)

    def new_key(self):
        """Return a new random ``DataKey``, on disk when this returns."""
        return self._new_keys(1)[0]

    def key(self, key_id):
        """Return a ``DataKey``; ``KeyDestroyed`` or ``KeyMissing`` if there is none."""
        with self._storage.reading() as connection:
            meta = records.read_meta(connection)
            # First of all: somebody may have put the row of a destroyed key back.
            if records.is_destroyed(connection, key_id):
                raise KeyDestroyed(
                    "destroyed",
                    f"Data key {key_id} was destroyed; what it protected can't be read "
                    "again.",
                )
            rows = records.rows(connection, "WHERE data_key.id = ?", (key_id,))
            if not rows:
                raise KeyMissing(
                    "no_key",
                    f"Data key {key_id} isn't in {self.path}. Put a newer backup of "
                    "the keystore back, or the keystore that belongs to this database.",
                )
            return self._wrappers(connection, meta).unwrap(rows[0])

    def keys(self, ids):
        """Return the ``DataKey`` of each id that is there and not destroyed, by id.

        ``key`` tells why one isn't.
        """
        ids = list(dict.fromkeys(ids))
        found = {}
        with self._storage.reading() as connection:
            wrappers = self._wrappers(connection, records.read_meta(connection))
            for start in range(0, len(ids), _AT_ONCE):
                part = ids[start : start + _AT_ONCE]
                marks = ",".join("?" * len(part))
                condition = (
                    f"WHERE data_key.id IN ({marks})"
                    " AND data_key.id NOT IN (SELECT id FROM tombstone)"
                )
                for row in records.rows(connection, condition, part):
                    found[row.id] = wrappers.unwrap(row)
        return found

    def named_key(self, name, *, create=True):
        """Return the ``DataKey`` of that name, made the first time it is asked for.

        Without ``create`` ``KeyMissing`` if there is none.
        """
        if not isinstance(name, str) or not name:
            raise ValueError("a key's name is a text")
        with self._storage.reading() as connection:
            key = self._named(connection, name)
        if key is not None:
            return key
        if not create:
            raise KeyMissing("no_key", f"There is no key named {name} in {self.path}.")
        with self._storage.writing() as connection:
            key = self._named(connection, name)
            if key is None:
                self._check_names(connection)
                key = self._added(connection, 1, name)[0]
            return key

    def has_named_key(self, name):
        """Tell whether there is a key of that name; it isn't opened."""
        query = "SELECT 1 FROM data_key WHERE name = ?"
        with self._storage.reading() as connection:
            return connection.execute(query, (name,)).fetchone() is not None

    def count_known(self, ids):
        """Return how many of these keys it holds or has destroyed; none is opened."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM data_key WHERE id = ?)"
            " OR EXISTS (SELECT 1 FROM tombstone WHERE id = ?)"
        )
        with self._storage.reading() as connection:
            return sum(
                connection.execute(query, (key_id, key_id)).fetchone()[0]
                for key_id in ids
            )

    def destroy(self, key_id):
        """Erase a data key permanently and leave a tombstone; twice is no error.

        A tombstone is left for an unknown id too. Named keys are refused with
        ``KeyInUse``.
        """
        if not is_key_id(key_id):
            raise KeyringError("format", "The id of a data key has 32 digits.")
        with self._storage.writing() as connection:
            records.read_meta(connection)
            for row in records.rows(connection, "WHERE data_key.id = ?", (key_id,)):
                if row.name is not None:
                    raise KeyInUse(
                        "in_use",
                        f"Key {row.name} serves all files and can't be destroyed.",
                    )
                records.erase(connection, row)
            connection.execute(
                "INSERT OR IGNORE INTO tombstone VALUES (?, ?)",
                (key_id, records.now()),
            )

    def is_destroyed(self, key_id):
        """Tell whether the key of that id has a tombstone."""
        with self._storage.reading() as connection:
            return records.is_destroyed(connection, key_id)

    def tombstones(self):
        """Return the id and the time (ISO, UTC) of all keys destroyed, oldest first."""
        query = "SELECT id, destroyed_at FROM tombstone ORDER BY rowid"
        with self._storage.reading() as connection:
            return connection.execute(query).fetchall()

    def tombstones_after(self, place):
        """Return (place, key id, time) of the keys destroyed behind a place.

        :param place: (place, key id) of the last one that is known, or None; if the
            keystore has another one there, it isn't the same any more, and all are new
        """
        query = "SELECT rowid, id, destroyed_at FROM tombstone ORDER BY rowid"
        with self._storage.reading() as connection:
            same = place and connection.execute(
                "SELECT 1 FROM tombstone WHERE rowid = ? AND id = ?", place
            )
            if not (same and same.fetchone()):
                return connection.execute(query).fetchall()
            query = query.replace(" ORDER", " WHERE rowid > ? ORDER")
            return connection.execute(query, place[:1]).fetchall()

    def destroyed_at(self, ids):
        """Return when the keys of these ids were destroyed (ISO, UTC), by id."""
        query = "SELECT id, destroyed_at FROM tombstone WHERE id = ?"
        with self._storage.reading() as connection:
            rows = [connection.execute(query, (key_id,)).fetchone() for key_id in ids]
        return dict(filter(None, rows))

    def begin_rotation(self, suite=None):
        """Make a new master key the current one and return its id.

        New keys are under it at once; ``rotate`` moves the others. ``suite`` also
        chooses the suite of new keys. ``KeyringError`` ``nothing`` if the keys come
        from a text whose first one is current already.
        """
        chosen = suite and _suite_named(suite)
        with self._storage.writing() as connection:
            meta = records.read_meta(connection)
            return rotation.begin(connection, meta, self._master, chosen or meta.suite)

    def rotation(self):
        """Return how many keys are under the current master key, and how many all."""
        with self._storage.reading() as connection:
            return rotation.progress(connection, records.read_meta(connection))

    def rotate(self, batch=500):
        """Wrap up to ``batch`` keys under the current master key; return how many.

        Repeat until it returns 0. Each call is one transaction: it may be killed
        anywhere and called again, and others read and write keys in between.
        """
        with self._storage.writing() as connection:
            meta = records.read_meta(connection)
            return rotation.rewrap(connection, meta, self._master, batch)

    def retire(self, master_id):
        """Give up a master key and remove its file; ``KeyInUse`` if it is needed."""
        with self._storage.writing() as connection:
            rotation.retire(connection, records.read_meta(connection), master_id)
        # After the commit: a key file that is left over can be retired again, one that
        # is gone too early can't be brought back.
        self._master.remove(master_id)

    def health(self):
        """Return how the store is, as a dict; a broken one is reported, not raised.

        ``ok``, ``code`` and ``message`` (of the first problem), ``path``, ``id``,
        ``suite`` (name), ``current_master`` (id), ``keys``,
        ``keys_under_old_masters``, ``tombstones`` (numbers), ``masters`` (dicts of
        ``id``, ``created``, ``retired``, ``keys``, ``present``), ``permissions``
        (texts of what others than the owner may open).
        """
        return health.report(self._storage, self._master)

    def _wrappers(self, connection, meta):
        return records.Wrappers(connection, meta.id, self._master)

    def _new_keys(self, count):
        with self._storage.writing() as connection:
            return self._added(connection, count)

    def _added(self, connection, count, name=None):
        meta = records.read_meta(connection)
        wrappers = self._wrappers(connection, meta)
        # A wrong master key would make keys that nobody can unwrap later.
        wrapper = wrappers.checked(meta.current)
        return [wrappers.add_key(wrapper, meta.suite, name) for _key in range(count)]

    def _named(self, connection, name):
        meta = records.read_meta(connection)
        rows = records.rows(connection, "WHERE name = ?", (name,))
        return self._wrappers(connection, meta).unwrap(rows[0]) if rows else None

    def _check_names(self, connection):
        """Raise if damage may hide a name: a second key of it would split its uses."""
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise self._storage.damaged()
        wrappers = self._wrappers(connection, records.read_meta(connection))
        for row in records.rows(connection, "WHERE name IS NOT NULL", ()):
            wrappers.unwrap(row)

    def _fill(self, connection, suite):
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        keystore_id = uuid.uuid4().hex
        current = self._master.first()
        wrappers = records.Wrappers(connection, keystore_id, self._master)
        wrappers.add_master(current, suite)
        records.write_meta(
            connection, id=keystore_id, format=FORMAT, suite=suite.name, current=current
        )


def _suite_named(name):
    if name not in suites.SUITES:
        raise ValueError(f"there is no suite {name!r}")
    return suites.SUITES[name]
