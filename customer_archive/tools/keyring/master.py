"""Where master keys come from: a folder of files, or a text from the environment."""

# pylint: disable=method-required-super

import base64
import binascii
import re
import secrets
from pathlib import Path

from . import private
from .errors import KeyMissing, KeyringError

KEY_SIZE = 32
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SUFFIX = ".key"


class MasterKeys:
    """Master keys by their ids; made by ``from_folder`` or ``from_text``."""

    #: What these keys come from, for messages.
    source = ""

    @staticmethod
    def from_folder(folder):
        """Return the keys in files ``<id>.key`` of a folder.

        Each holds 64 hexadecimal digits. Files must have mode 0600 and the folder
        0700. Nothing is read before it is needed.
        """
        return FolderKeys(folder)

    @staticmethod
    def from_text(text):
        """Return the keys in ``id:base64[,id:base64…]``, each of 32 bytes.

        The first one is the newest. ``KeyringError`` ``format`` if that isn't its
        form.
        """
        return TextKeys(text)

    def ids(self):
        """Return the ids of the keys that are there."""
        raise NotImplementedError

    def get(self, master_id):
        """Return the 32 bytes of a key; ``KeyMissing`` if it isn't there."""
        raise NotImplementedError

    def create(self):
        """Add a new random key and return its id; ``KeyMissing`` if that can't be."""
        raise NotImplementedError

    def first(self):
        """Return the id of a key for a new keystore, made if possible."""
        raise NotImplementedError

    def next(self):
        """Return the id of the key to rotate to, made if possible."""
        raise NotImplementedError

    def remove(self, master_id):
        """Remove a key that isn't needed any more, where it can be removed."""

    def problems(self):
        """Return the errors that the place itself has."""
        return []

    def _missing(self, master_id):
        return KeyMissing(
            "no_master_key",
            f"Master key {master_id} isn't in {self.source}. Put it back from where "
            "it was backed up.",
        )


class FolderKeys(MasterKeys):
    """One file per key. A new keystore gets a key of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.source = f"folder {self.folder}"

    def ids(self):
        if not self.folder.is_dir():
            return []
        names = (path.name for path in self.folder.glob(f"*{_SUFFIX}"))
        ids = (name.removesuffix(_SUFFIX) for name in names)
        return sorted(key for key in ids if _ID.fullmatch(key))

    def get(self, master_id):
        if not _ID.fullmatch(master_id):
            raise self._missing(master_id)
        path = self._path(master_id)
        try:
            private.check(self.folder)
            private.check(path)
            text = path.read_bytes()
        except FileNotFoundError:
            raise self._missing(master_id) from None
        except OSError as error:
            raise private.unreadable(path, error) from error
        return _decoded(bytes.fromhex, text.decode("latin-1").strip(), path)

    def create(self):
        private.make_folder(self.folder)
        master_id = secrets.token_hex(8)
        path = self._path(master_id)
        try:
            private.create_file(path, secrets.token_hex(KEY_SIZE).encode() + b"\n")
        except OSError as error:
            raise private.unreadable(path, error) from error
        return master_id

    first = next = create

    def remove(self, master_id):
        path = self._path(master_id)
        try:
            path.unlink(missing_ok=True)
            if self.folder.is_dir():
                private.sync_folder(self.folder)
        except OSError as error:
            raise private.unreadable(path, error) from error

    def problems(self):
        found = []
        paths = [self.folder, *map(self._path, self.ids())]
        for path in paths:
            try:
                private.check(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                found.append(private.unreadable(path, error))
            except KeyringError as error:
                found.append(error)
        return found

    def _path(self, master_id):
        return self.folder / f"{master_id}{_SUFFIX}"


class TextKeys(MasterKeys):
    """Keys that somebody else keeps and hands in; they can't be made here."""

    source = "the text of master keys"

    def __init__(self, text):
        self._keys = {}
        for number, entry in enumerate(text.split(","), 1):
            what = f"entry {number} of {self.source}"
            master_id, _colon, encoded = entry.strip().partition(":")
            key = _decoded(_from_base64, encoded, what)
            if not _ID.fullmatch(master_id) or master_id in self._keys:
                raise _malformed(what)
            self._keys[master_id] = key

    def ids(self):
        return list(self._keys)

    def get(self, master_id):
        if master_id not in self._keys:
            raise self._missing(master_id)
        return self._keys[master_id]

    def create(self):
        raise KeyMissing(
            "external",
            "The master keys come from outside and can't be made here. Put a new one, "
            "id:base64 of 32 random bytes, in front of the others and restart.",
        )

    def first(self):
        return self.ids()[0]

    next = first


def _from_base64(text):
    return base64.b64decode(text, validate=True)


def _decoded(decode, text, what):
    try:
        key = decode(text)
    except (ValueError, binascii.Error):
        # The cause isn't chained: it might tell of the key.
        raise _malformed(what) from None
    if len(key) != KEY_SIZE:
        raise _malformed(what)
    return key


def _malformed(what):
    return KeyringError(
        "format",
        f"{what} isn't a master key. A file has 64 hexadecimal digits; a text has "
        "id:base64 of 32 bytes, each id once. Put the right one back from its backup.",
    )
