"""The SQLite file of a keystore: its tables, connections and errors.

A connection lives for one operation, so threads and forked processes may share a
keystore. Nothing else may open the file while it is in use: closing it would drop
SQLite's locks of the whole process.
"""

import contextlib
import os
import sqlite3
import threading
import urllib.parse
from pathlib import Path

from . import private
from .errors import KeyMissing, KeyringError

FILE_NAME = "keystore.sqlite"
FORMAT = "1"
BUSY_SECONDS = 30

# A destroyed key's wrapping must not survive anywhere in the file. SQLite wipes what
# it deletes, yet leaves copies behind when it moves rows between pages. So wrappings
# have a table whose rows never move: they are added at its end, have all the same
# size, and are overwritten in place, with zeros on destruction.
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE master (
    id TEXT PRIMARY KEY, sealed BLOB NOT NULL, created TEXT NOT NULL, retired TEXT);
CREATE TABLE wrapping (number INTEGER PRIMARY KEY AUTOINCREMENT, wrapped BLOB NOT NULL);
CREATE TABLE data_key (
    id TEXT PRIMARY KEY, name TEXT UNIQUE, suite INTEGER NOT NULL,
    master_id TEXT NOT NULL REFERENCES master (id),
    number INTEGER NOT NULL UNIQUE REFERENCES wrapping (number), created TEXT NOT NULL);
CREATE INDEX data_key_master ON data_key (master_id, number);
CREATE TABLE tombstone (id TEXT PRIMARY KEY, destroyed_at TEXT NOT NULL);
"""

# What SQLite says when the operating system refuses; the rest is a damaged file.
_REFUSALS = ("unable to open", "readonly", "disk I/O", "is full")
_creating = threading.Lock()


class Storage:
    """Transactions on the keystore file in ``folder``."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.path = self.folder / FILE_NAME

    def exists(self):
        """Tell whether there is a keystore; one that never got its tables is none.

        One that can't be looked at counts: nobody should make a new one beside it.
        """
        try:
            return self.path.stat().st_size > 0
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    @contextlib.contextmanager
    def reading(self):
        """Give a connection that sees one state of the store."""
        self._check_place()
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self):
        """Give a connection that writes alone; errors undo all it wrote."""
        self._check_place()
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def creating(self):
        """Give a connection like ``writing``, making folder and file if need be."""
        private.make_folder(self.folder)
        # Alone in this process: see the module's text on closing the file.
        with _creating:
            try:
                private.create_file(self.path, b"")
            except FileExistsError:
                private.check(self.path)
            except OSError as error:
                raise private.unreadable(self.path, error) from error
            with self._transaction("BEGIN IMMEDIATE") as connection:
                yield connection

    def problems(self):
        """Return the errors of the place's permissions."""
        found = []
        for path in (self.folder, self.path):
            try:
                private.check(path)
            except KeyringError as error:
                found.append(error)
            except OSError:
                continue
        return found

    def damaged(self):
        """Return the error of a file that can't be read as a keystore."""
        return KeyringError(
            "corrupt",
            f"{self.path} is damaged or isn't a keystore. Put it back from its backup.",
        )

    def _check_place(self):
        try:
            private.check(self.folder)
            private.check(self.path)
            empty = not self.path.stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            empty = True
        except OSError as error:
            raise private.unreadable(self.path, error) from error
        if empty:
            raise KeyMissing(
                "no_keystore",
                f"There is no keystore at {self.path}. Put it back from its backup; "
                "only where nothing was ever encrypted, create a new one.",
            )

    @contextlib.contextmanager
    def _transaction(self, begin):
        try:
            with contextlib.closing(self._connect()) as connection:
                connection.execute(begin)
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except UnicodeDecodeError as error:
            # A damaged text, met by SQLite or in its own message.
            raise self.damaged() from error
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _connect(self):
        path = urllib.parse.quote(os.path.abspath(self.path))
        connection = sqlite3.connect(
            f"file:{path}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
        )
        try:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("PRAGMA synchronous=FULL")
            # Anything but DELETE would be left by another program.
            connection.execute("PRAGMA journal_mode=DELETE")
        except BaseException:
            connection.close()
            raise
        return connection

    def _explained(self, error):
        text = str(error)
        if "locked" in text or "busy" in text:
            return KeyringError(
                "busy",
                f"{self.path} was locked by another process for {BUSY_SECONDS} "
                "seconds. Try again; end a program that holds it open.",
            )
        operational = isinstance(error, sqlite3.OperationalError)
        if operational and any(sign in text for sign in _REFUSALS):
            return private.unreadable(self.path, text)
        return self.damaged()
