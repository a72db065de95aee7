"""Where backups are written to: a folder of any file system that ``fsspec`` knows."""

import contextlib
import io
import json
import os
import secrets
from urllib.parse import urlsplit

import fsspec
from fsspec.core import split_protocol

from . import sftp
from .errors import BackupError, code_of

# Those that write to a place of its own; by which package, if it isn't fsspec itself.
PROTOCOLS = {
    "file": "",
    "local": "",
    "ftp": "",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "smb": "smbprotocol",
    "webdav": "webdav4",
    "s3": "s3fs",
    "s3a": "s3fs",
    "oss": "ossfs",
}
LOCAL, SFTP = {"file", "local"}, {"sftp", "ssh"}
ALIASES = {"ssh": "sftp", "s3a": "s3"}
MARKER = "target.json"
# Bytes at a time.
PIECE = 1 << 20


class Place:
    """The folder of one database on a target.

    :param url: such as ``/mnt/backup`` or ``sftp://host/folder``
    :param options: dict of what ``fsspec`` takes for this protocol
    :param database: identity of the database
    :raise BackupError: if the URL, the options or the package can't be used
    """

    def __init__(self, url, options, database):
        self.protocol, path = parsed(url)
        self.database = database
        told = options.values()
        self._secrets = [each for each in told if each and isinstance(each, str)]
        with self.explained():
            self._fs, path = _opened(self.protocol, url, options)
            self.base = path.rstrip("/")
        self.root = f"{self.base}/customer_archive/{database}"
        self._folders = set()

    # What it is

    def mark(self, holds):
        """Say on the target what is kept there; a second time it has to be the same.

        :param holds: "contents", "keys" or "exports"
        :raise BackupError: "together" or "decrypted", if another is kept there
        """
        told = self.marked()
        if told and told.get("holds") != holds:
            raise apart(told.get("holds"), holds, self.base)
        if not told:
            about = {"format": 1, "database": self.database, "holds": holds}
            self.put_bytes(MARKER, json.dumps(about).encode())

    def marked(self):
        """Return what the target says of itself, None if nothing."""
        try:
            told = json.loads(self.read(MARKER))
        except BackupError as error:
            if error.code in ("missing", "gone"):
                return None
            raise
        except ValueError:
            raise BackupError("tampered", MARKER) from None
        return told if isinstance(told, dict) else None

    def check(self, holds):
        """Check that this is the place that was marked.

        :raise BackupError: "marker", if it isn't
        """
        told = self.marked()
        if not told:
            raise BackupError("marker", self.base)
        if told.get("database") != self.database:
            raise BackupError("foreign", self.base)
        if told.get("holds") != holds:
            raise apart(told.get("holds"), holds, self.base)

    # Writing

    def put(self, name, write):
        """Write a file as a whole or not at all, in place of what is there.

        :param name: path below the root
        :param write: function that is given the open binary file; what it returns is
            returned, or a pair of it and the name to keep it under, if ``name`` is None
        """
        passing = f"{self.root}/tmp/{secrets.token_hex(12)}"
        with self.explained():
            self._make_folder("tmp")
            with self._fs.open(passing, "wb") as target:
                result = write(target)
                _sync(target)
            if self.protocol in LOCAL:
                os.chmod(passing, 0o600)
            if name is None:
                result, name = result
            self._make_folder(name.rpartition("/")[0])
            self._give_name(passing, self._at(name))
        return result

    def _give_name(self, passing, path):
        """Give a whole file its name; some servers don't do so over what is there."""
        try:
            self._fs.mv(passing, path)
        except Exception:
            if not (self._fs.exists(passing) and self._fs.exists(path)):
                raise
            self._fs.rm(path)
            self._fs.mv(passing, path)

    def put_bytes(self, name, data):
        self.put(name, lambda target: target.write(data))

    def put_part(self, name, write):
        """Write a file of a tree at once under its name, in place of what is there.

        For what is whole once its last file is there. So all that a writer leaves who
        is killed lies in the tree, and goes with it.

        :param name: path below the root
        :param write: function that is given the open binary file
        """
        path = self._at(name)
        with self.explained():
            self._make_folder(name.rpartition("/")[0])
            with self._fs.open(path, "wb") as target:
                if self.protocol in LOCAL:
                    os.chmod(path, 0o600)
                write(target)
                _sync(target)

    def remove_tree(self, name):
        """Remove a folder with all that is in it, if it is there.

        :raise BackupError: if some of it may still be there
        """
        path = self._at(name)
        with self.explained():
            self._folders.clear()
            self._fs.invalidate_cache()
            with contextlib.suppress(FileNotFoundError):
                self._fs.rm(path, recursive=True)
            self._fs.invalidate_cache()
            if self._fs.exists(path):
                raise BackupError("failed", name)

    def remove(self, names):
        """Remove files; those that aren't there any more don't matter."""
        for name in names:
            with self.explained(), contextlib.suppress(FileNotFoundError):
                self._fs.rm(self._at(name), recursive="archive/" in name)

    # Reading

    def read(self, name):  # pylint: disable=method-required-super
        """Return a small file's bytes."""
        with self.open(name) as source:
            return source.read()

    @contextlib.contextmanager
    def open(self, name):
        """Give an open binary file; ``BackupError`` "gone" if it isn't there."""
        with self.explained():
            try:
                source = self._fs.open(self._at(name), "rb")
            except FileNotFoundError:
                raise BackupError("gone", name) from None
            with source:
                yield source

    def exists(self, name):
        with self.explained():
            self._fs.invalidate_cache()
            return self._fs.exists(self._at(name))

    def listed(self, folder):
        """Return what a folder holds: dict from name to size, None for folders."""
        path = self._at(folder)
        with self.explained():
            self._fs.invalidate_cache()
            try:
                rows = self._fs.ls(path, detail=True)
            except FileNotFoundError:
                return {}
        return {
            row["name"].rstrip("/").rpartition("/")[2]: (
                None if row["type"] == "directory" else row["size"]
            )
            for row in rows
        }

    def names(self, folder):
        """Return the names in a folder: cheaper than what each of them is."""
        with self.explained():
            self._fs.invalidate_cache()
            try:
                paths = self._fs.ls(self._at(folder), detail=False)
            except FileNotFoundError:
                return []
        return [path.rstrip("/").rpartition("/")[2] for path in paths]

    def clean(self):
        """Remove what a run left that was killed."""
        self.remove(f"tmp/{name}" for name in self.listed("tmp"))

    @contextlib.contextmanager
    def explained(self):
        """Put errors of the file system into a code, without any secret."""
        try:
            yield
        except BackupError:
            raise
        except Exception as error:  # noqa: BLE001 -- each file system has its own
            detail = f"{type(error).__name__}: {error}"
            for secret in self._secrets:
                detail = detail.replace(secret, "***")
            code = code_of(error)
            if code == "package":
                detail = PROTOCOLS[self.protocol] or detail
            raise BackupError(code, detail[:300]) from None

    def _make_folder(self, name):
        if name not in self._folders:
            self._fs.makedirs(self._at(name), exist_ok=True)
            self._folders.add(name)

    def _at(self, name):
        """Return the path of a name; ``BackupError`` if it leads out of the root."""
        if ".." in name.replace("\\", "/").split("/"):
            raise BackupError("failed", name)
        return f"{self.root}/{name}"


def apart(kind, other, place):
    """Return the error that two kinds of content aren't kept in one place."""
    return BackupError("decrypted" if "exports" in (kind, other) else "together", place)


def parsed(url):
    """Return protocol and path of a URL.

    :raise BackupError: "url", if it is no place that backups may be written to
    """
    protocol, path = split_protocol(url or "")
    protocol = protocol or "file"
    if protocol not in PROTOCOLS or "::" in url or ".." in path.split("/"):
        raise BackupError("url", protocol)
    if protocol in LOCAL and not os.path.isabs(path):
        raise BackupError("url", path)
    if protocol not in LOCAL and _split(url).password:
        raise BackupError("options", protocol)
    return protocol, path


def _split(url):
    try:
        return urlsplit(url)
    except ValueError:
        # Such as a bracket without its end.
        raise BackupError("url", url) from None


def _port(url, options):
    """Return the port of an SFTP target; ``BackupError`` "port" if it is none."""
    told = options.get("port")
    try:
        port = int(told or urlsplit(url).port or sftp.PORT)
    except (TypeError, ValueError):
        port = 0
    if not 0 < port < 65536:
        raise BackupError("port", told or urlsplit(url).netloc)
    return port


def where(url, options):
    """Return what two targets have in common if they are the same place, as a path.

    Whoever logs in there, and whatever the protocol is called.
    """
    protocol, path = parsed(url)
    if protocol in LOCAL:
        return f"file:{os.path.realpath(path)}/"
    parts = urlsplit(url)
    server = options.get("base_url") or ""
    server = server or (options.get("client_kwargs") or {}).get("endpoint_url", "")
    host = options.get("host") or parts.hostname or ""
    protocol = ALIASES.get(protocol, protocol)
    return f"{protocol}:{server}:{host}{parts.path.rstrip('/')}/"


def _opened(protocol, url, options):
    own = {key: _tupled(value) for key, value in options.items()}
    _check_options(own)
    kind = fsspec.get_filesystem_class(protocol)
    if protocol in SFTP:
        _port(url, options)
        kind = sftp.file_system()
    own = {**kind._get_kwargs_from_urls(url), **own}
    if protocol in LOCAL:
        own["auto_mkdir"] = True
    # No connection with somebody's password is kept for others.
    return kind(**own, skip_instance_cache=True), kind._strip_protocol(url)


def offered_key(url, options):
    """Return the public key that the server of an SFTP target shows now.

    :raise BackupError: "url" if it is no SFTP, "port"; "unreachable" and the like
    """
    protocol, _path = parsed(url)
    if protocol not in SFTP:
        raise BackupError("url", protocol)
    parts = urlsplit(url)
    host = options.get("host") or parts.hostname or ""
    port = _port(url, options)
    try:
        return sftp.offered_key(host, port)
    except Exception as error:  # noqa: BLE001 -- whatever answers there
        detail = PROTOCOLS[protocol] if isinstance(error, ImportError) else str(error)
        raise BackupError(code_of(error), detail[:300]) from None


def _check_options(options):
    """Check that options open the place of the URL, and lead to no other.

    :raise BackupError: "detour", naming one that fsspec would take for another place
    """
    others = {*fsspec.available_protocols(), "protocol", "fo", "fs", "references"}
    for name in options:
        if name in others or name.startswith(("target_", "remote_")):
            raise BackupError("detour", name)


def _tupled(value):
    """JSON has no pairs, which clients take a name with its password as."""
    return tuple(value) if isinstance(value, list) else value


def _sync(target):
    """Have the disk hold what was written, where there is one."""
    target.flush()
    with contextlib.suppress(AttributeError, OSError, io.UnsupportedOperation):
        os.fsync(target.fileno())
