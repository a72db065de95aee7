"""How contents are written to a target: encrypted, and named by their digest."""

import hashlib
import io
import shutil
import tempfile

from .. import fixity, keyring
from ..keyring.errors import KeyringError
from .errors import BackupError
from .place import PIECE

# The key in the keystore that backups are encrypted and sealed with.
KEY_NAME = "backup"
# Above so many bytes it is the disk that holds what was fetched.
IN_MEMORY = 8 << 20


class Content:
    """What a manifest says of one content.

    ``source``: its name in the filestore, or ``part:…`` of a dump; ``sealed``: whether
    it was encrypted for the backup; ``sha256``, ``sm3`` and ``size`` are of what is
    stored.
    """

    __slots__ = ("sealed", "sha256", "size", "sm3", "source")

    def __init__(self, source, sealed, sha256, sm3, size):
        self.source, self.sealed = source, sealed
        self.sha256, self.sm3, self.size = sha256, sm3, size

    @property
    def is_part(self):
        return self.source.startswith("part:")

    @property
    def name(self):
        return path_of(self.sha256)


def path_of(sha256):
    """Return the place of a content below the root."""
    return f"contents/{sha256[:2]}/{sha256}"


class Sealer:
    """Encrypts and opens what a backup holds.

    :param data_key: the keystore's key of that name
    :param database: identity of the database
    """

    def __init__(self, data_key, database):
        self._key, self._database = data_key, database

    @property
    def manifest_key(self):
        return self._key.derive("backup manifests")

    def source_of_part(self, data):
        """Return the name of a part of a dump: the same for the same bytes."""
        return (
            f"part:{self._key.blind_index(hashlib.sha256(data).hexdigest(), ('part',))}"
        )

    def store(self, place, source, stream, sealed=True):
        """Write a content to a target, and return what a manifest says of it.

        :param source: see :class:`Content`
        :param stream: open binary file
        :param sealed: whether to encrypt it; what is encrypted already goes as it is
        """

        def write(target):
            with fixity.Digests() as digests:
                if sealed:
                    plain = keyring.encrypt(
                        self._content_key(), self._key.suite, stream, target,
                        context=self._context(source), digest=digests,
                    )  # fmt: skip
                    size = keyring.stored_size(plain)
                else:
                    size = _copy(stream, target, digests)
                sha256 = digests["sha256"]
                made = Content(source, sealed, sha256, digests["sm3"], size)
            return made, path_of(sha256)

        return place.put(None, write)

    def open(self, content, fetched):
        """Return the plaintext of what was fetched, as a file."""
        try:
            return keyring.Reader(
                self._content_key(), fetched, self._context(content.source)
            )
        except KeyringError as error:
            raise BackupError("tampered", content.name) from error

    def _content_key(self):
        return self._key.derive("backup contents")

    def _context(self, source):
        return ("backup", self._database, source)


def fetched(place, content):
    """Return a content as an open temporary file, after comparing its digest.

    :raise BackupError: "gone" or "tampered"
    """
    target = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- handed on
    try:
        digest = hashlib.sha256()
        with place.open(content.name) as source:
            size = _copy(source, target, digest)
        if size != content.size or digest.hexdigest() != content.sha256:
            raise BackupError("tampered", content.name)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def verified(place, content):
    """Return what is wrong with a content on a target: None, "gone" or "tampered"."""
    digest = hashlib.sha256()
    try:
        with place.open(content.name) as source:
            size = _copy(source, _Nowhere(), digest)
    except BackupError as error:
        if error.code != "gone":
            raise
        return "gone"
    same = size == content.size and digest.hexdigest() == content.sha256
    return None if same else "tampered"


def pour(source, target):
    """Copy an open file into another."""
    shutil.copyfileobj(source, target, PIECE)


def _copy(source, target, digest):
    size = 0
    while piece := source.read(PIECE):
        digest.update(piece)
        target.write(piece)
        size += len(piece)
    return size


class _Nowhere(io.RawIOBase):
    def write(self, data):  # pylint: disable=method-required-super
        return len(data)
