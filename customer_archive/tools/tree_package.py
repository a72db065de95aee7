"""The electronic tree of files, as it is exported: folders that any system opens.

``customer archive / category / year / number and name / item / copy``, with an index
for people (XLSX), ``manifest.json`` with the digests of all else, and
``manifest.sha256`` with the manifest's. A tree is whole once that is there: it is
written last. As one ZIP it is written by :mod:`.transfer_package`.
"""

import io

from . import fixity
from .backup.errors import BackupError
from .sharing_package import safe_name, unique
from .transfer_package import (
    MANIFEST,
    ROOT,
    SEAL,
    copy_checked,
    entry_of,
    manifest_of,
    seal_of,
)

KIND = "customer.archive.tree"
INDEX = "电子档案目录.xlsx"
# Characters of each level: paths on Windows have 259, and a tree lies somewhere.
CATEGORY, FOLDER, ITEM, COPY = 20, 48, 36, 48


class Interrupted(BackupError):
    """What was to be written can't be read; ``cause`` says why. No fault of the place.

    As a :class:`BackupError` a place hands it on unaltered.
    """

    def __init__(self, cause):
        super().__init__("interrupted", str(cause))
        self.cause = cause


class Names:
    """Gives folders and copies names that no other beside them has."""

    def __init__(self):
        self._taken = {}

    def below(self, folder, name, longest):
        """Return the path of something new in a folder.

        :param longest: characters of its name
        """
        taken = self._taken.setdefault(folder.casefold(), set())
        return f"{folder}/{unique(safe_name(name, longest), taken)}"

    def of_file(self, category, year, file):
        """Return the folder of a file; categories and years are shared.

        :param category: its name
        :param file: number and name
        """
        above = f"{ROOT}/{safe_name(category, CATEGORY)}/{year}"
        return self.below(above, file, FOLDER)

    def of_item(self, folder, item):
        return self.below(folder, item, ITEM)

    def of_copy(self, folder, copy):
        return self.below(folder, copy, COPY)


def entry_of_index(content):
    """Return what the manifest says of the index."""
    digests = fixity.digests_of(io.BytesIO(content))
    return entry_of("list", INDEX, len(content), digests)


def manifest(about, files, entries):
    """Return the manifest of a tree; see :func:`.transfer_package.manifest_of`."""
    return manifest_of({"kind": KIND, **about}, files, entries)


def write_content(put, folder, entry, opened):
    """Write one content to a place; arguments and errors as of :func:`write_tree`."""
    put(f"{folder}/{entry['path']}", _Copied(entry, opened))


def write_tree(put, folder, manifest, entries, opened):
    """Write a tree to a place, file by file, the seal last.

    :param put: function of a path and a writer, see ``Place.put_part``
    :param folder: path of the tree there
    :param manifest: bytes
    :param entries: those of the manifest that aren't there yet
    :param opened: function of a path that returns a context manager of a binary file
    :raise Interrupted: if a content can't be read, or isn't what it was
    :raise BackupError: if the place doesn't take it
    """
    for entry in entries:
        write_content(put, folder, entry, opened)
    for name, content in ((MANIFEST, manifest), (SEAL, seal_of(manifest))):
        put(f"{folder}/{name}", lambda target, content=content: target.write(content))


class _Copied:
    """Writes one content; what goes wrong at its source is told from the target."""

    def __init__(self, entry, opened):
        self._entry, self._opened = entry, opened

    def __call__(self, target):
        told = _Told(target)
        try:
            with self._opened(self._entry["path"]) as source:
                copy_checked(self._entry, source, told)
        except Exception as error:
            if error is told.error:
                raise
            raise Interrupted(error) from error


class _Told:
    """A target that remembers its own error."""

    def __init__(self, target):
        self._target, self.error = target, None

    def write(self, data):  # pylint: disable=method-required-super
        try:
            self._target.write(data)
        except Exception as error:
            self.error = error
            raise
