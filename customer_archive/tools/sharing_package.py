"""Packages of files for outsiders: a ZIP with AES-256 and a list of digests (C4).

Format: WinZip's AE-2 with keys of 256 bits, which 7-Zip, WinZip, WinRAR, Bandizip and
libarchive open; the plain ``unzip`` doesn't. Its key is derived from the password by
few rounds only, so what protects a package is a password as :func:`new_password` makes
it. Names and sizes are outside the encryption in any ZIP: who finds a package can read
the names of its files.
"""

import hashlib
import json
import re
import secrets
import unicodedata
from datetime import datetime, timezone

import pyzipper

MANIFEST, WORDS = "manifest.json", "manifest.txt"
# What one program reads as another: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "ACDEFGHJKMNPQRTVWXY34679"
GROUPS, GROUP = 6, 4
# Bytes at a time.
PART = 256 * 1024
# Characters, the end such as ".pdf" included; file systems take 255 bytes.
MAX_NAME = 80
# Names that Windows keeps for devices.
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"}
DEVICES |= {f"{name}{n}" for name in ("com", "lpt") for n in "0123456789¹²³"}


def new_password():
    """Return a password to be read over the telephone, such as "HX4K-…".

    Six groups of four capital letters and digits that aren't mistaken for each other:
    110 bits. The hyphens belong to it.
    """
    groups = (
        "".join(secrets.choice(ALPHABET) for _character in range(GROUP))
        for _group in range(GROUPS)
    )
    return "-".join(groups)


def write_package(target, files, about, password, words=None):
    """Write an encrypted ZIP of files with their digests, and return its manifest.

    ``manifest.json`` comes last: ``about``; ``created`` (UTC, ISO 8601); ``files``,
    each with its ``name`` in the package, ``original_name``, ``size`` in bytes and
    ``sha256``.
    Files are read in parts, so memory doesn't depend on their size.

    :param target: binary file to write to, at its beginning
    :param files: iterable of (name, binary file); names may be anybody's
    :param about: dictionary of what JSON takes, such as request, sender, recipient
    :param password: text, see :func:`new_password`
    :param words: function that returns the text of ``manifest.txt``, in the language of
        who receives it, given the manifest; without it there is none
    :raise ValueError: without a password, or without any file
    """
    if not password:
        raise ValueError("a package without a password")
    now = datetime.now(timezone.utc).replace(microsecond=0)
    manifest = {"about": about, "created": now.isoformat(), "files": []}
    taken = {MANIFEST, WORDS}
    with pyzipper.AESZipFile(
        target, "w", pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as package:
        package.setencryption(pyzipper.WZ_AES, nbits=256)
        package.setpassword(password.encode())
        for original, source in files:
            name = unique(safe_name(original), taken)
            size, digest = _add(package, _info(package, name, now), source)
            manifest["files"].append(
                {
                    "name": name,
                    "original_name": str(original),
                    "size": size,
                    "sha256": digest,
                }
            )
        if not manifest["files"]:
            raise ValueError("a package without files")
        if words:
            # With its mark, as editors on Windows need it for Chinese.
            text = words(manifest).replace("\n", "\r\n").encode("utf-8-sig")
            package.writestr(_info(package, WORDS, now), text)
        text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
        package.writestr(_info(package, MANIFEST, now), text.encode())
    return manifest


def safe_name(name, longest=MAX_NAME):
    """Return a file name that any system takes and that stays in its folder.

    :param longest: in characters, the end such as ".pdf" included
    """
    name = unicodedata.normalize("NFC", str(name))
    # Also what turns the direction of writing, and hides what a file is.
    name = "".join(" " if _is_unsafe(each) else each for each in name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, end = name.rpartition(".")
    if not dot or not re.fullmatch("[A-Za-z0-9]{1,10}", end):
        stem, end = name, ""
    end = f".{end}" if end else ""
    stem = stem[: longest - len(end)].rstrip(" .") or "file"
    while len(stem.encode()) + len(end) > 240:
        stem = stem[:-1].rstrip(" .")
    # A device whatever its end, and before the first dot.
    if stem.partition(".")[0].strip().lower() in DEVICES:
        stem = f"_{stem}"
    return stem + end


def _is_unsafe(character):
    return character in '\\/:*?"<>|' or unicodedata.category(character)[0] in "CZ"


def unique(name, taken):
    """Return a name that isn't taken, for systems that ignore case as well."""
    stem, dot, end = name.rpartition(".")
    stem, end = (stem, dot + end) if dot else (name, "")
    count, unique = 1, name
    while unique.casefold() in taken:
        count += 1
        unique = f"{stem} ({count}){end}"
    taken.add(unique.casefold())
    return unique


def _info(package, name, now):
    info = package.zipinfo_cls(name, now.timetuple()[:6])
    info.compress_type = pyzipper.ZIP_DEFLATED
    # A file that its owner may read and write.
    info.external_attr = 0o100600 << 16
    return info


def _add(package, info, source):
    """Add a file; return its size and digest."""
    digest, size = hashlib.sha256(), 0
    # The size isn't known before it was read.
    with package.open(info, "w", force_zip64=True) as member:
        while part := source.read(PART):
            digest.update(part)
            size += len(part)
            member.write(part)
    return size, digest.hexdigest()
