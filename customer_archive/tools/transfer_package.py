"""Packages of files that another custodian takes over 移交: a plain ZIP.

``manifest.json`` names every other member with its size and its digests, SHA-256 and
SM3; ``manifest.sha256`` is the digest of the manifest. Who writes the digest of the
manifest down elsewhere, as on the list that both sides sign, needs no server to see
later whether anything was altered: see :mod:`.verify_transfer`.
"""

import hashlib
import json
import zipfile

import pypdf
from pypdf.errors import PyPdfError

from . import fixity
from .sharing_package import safe_name, unique

KIND, FORMAT = "customer.archive.transfer", 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
LIST, REPORT, METADATA = "移交清单.xlsx", "四性检测报告.xlsx", "元数据.xml"
ROOT = "customer archive"
PIECE = 1 << 20
# What a damaged PDF file may cause, besides pypdf's own errors.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Altered(Exception):
    """A content isn't what the manifest says of it; ``args[0]`` is its path."""


def folder_of(year, party, taken):
    """Return the folder of a file, as no other of this package has.

    :param taken: set of folders that were given, in lower case; gets this one
    """
    above = f"{ROOT}/{year}/"
    here = {each[len(above) :] for each in taken if each.startswith(above)}
    folder = above + unique(safe_name(party), here)
    taken.add(folder.casefold())
    return folder


def path_in(folder, name, taken):
    """Return the path of a member in a folder, as no other of this package has."""
    above = f"{folder}/".casefold()
    here = {each.rpartition("/")[2] for each in taken if each.startswith(above)}
    path = f"{folder}/{unique(safe_name(name), here)}"
    taken.add(path.casefold())
    return path


def entry_of(role, path, size, digests, **more):
    """Return what the manifest says of a member.

    :param role: "content", "metadata", "list" or "report"
    :param digests: as :func:`.fixity.digests_of` returns it
    """
    told = {"sha256": digests["sha256"], "sm3": digests["sm3"]}
    return {"role": role, "path": path, "size": size, **told, **more}


def manifest_of(about, files, entries):
    """Return the manifest as it is stored and sealed.

    :param about: dictionary of what JSON takes, such as number, from whom, to whom;
        its ``kind``, if it is no transfer
    :param files: list of dictionaries, one for each file: number, party, folder, …
    :param entries: list of what :func:`entry_of` returns
    :return: bytes
    """
    values = {"kind": KIND, "format": FORMAT, **about}
    values = {**values, "files": files, "entries": entries}
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def digest_of(manifest):
    """Return the digest of a manifest, in hexadecimal digits."""
    return hashlib.sha256(manifest).hexdigest()


def seal_of(manifest):
    """Return what lies beside a manifest, as ``sha256sum`` takes it."""
    return f"{digest_of(manifest)}  {MANIFEST}\n".encode()


def write_package(target, manifest, opened, moment):
    """Write a package; nothing that isn't as the manifest says gets into a whole one.

    Contents are read in parts, so memory doesn't depend on their size.

    :param target: binary file to write to
    :param manifest: bytes, see :func:`manifest_of`
    :param opened: function of a path that returns a context manager of a binary file
    :param moment: datetime that all members get
    :raise Altered: naming the content that isn't what it was
    """
    with zipfile.ZipFile(target, "w") as package:
        for name, content in ((MANIFEST, manifest), (SEAL, seal_of(manifest))):
            package.writestr(_info(name, moment), content)
        for entry in json.loads(manifest)["entries"]:
            with opened(entry["path"]) as source:
                _add(package, entry, source, moment)


def _info(name, moment):
    info = zipfile.ZipInfo(name, moment.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    # A file that everybody may read.
    info.external_attr = 0o100644 << 16
    return info


def _add(package, entry, source, moment):
    info = _info(entry["path"], moment)
    if entry["role"] == "content":
        # Scans and photos are compressed as they are.
        info.compress_type = zipfile.ZIP_STORED
    with package.open(info, "w", force_zip64=True) as member:
        copy_checked(entry, source, member)


def copy_checked(entry, source, target):
    """Copy a content in parts.

    :param entry: what the manifest says of it
    :raise Altered: if it isn't that, once it was copied
    """
    size = 0
    with fixity.Digests() as digests:
        while part := source.read(PIECE):
            digests.update(part)
            size += len(part)
            target.write(part)
    told = (size, digests["sha256"], digests["sm3"])
    if told != (entry["size"], entry["sha256"], entry["sm3"]):
        raise Altered(entry["path"])


def pages_of(source, mimetype):
    """Return how many pages a content has, None if that isn't known.

    :param source: binary file; it is read from its beginning
    """
    if mimetype in ("image/jpeg", "image/png"):
        return 1
    if mimetype != "application/pdf":
        return None
    source.seek(0)
    try:
        return len(pypdf.PdfReader(source).pages)
    except (PyPdfError, *UNREADABLE):
        return None
