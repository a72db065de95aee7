"""Searches everything that a server leaves behind for what was planted."""

import base64
import gzip
import io
import re
import subprocess
import urllib.parse
import zipfile

from PIL import Image, UnidentifiedImageError

# What people part the characters of a number with.
SEPARATORS = b" -_."
# Of the marked scan, in all its pixels.
COLOUR = (201, 17, 143)


class Stem:
    """The beginning that all planted values of one kind share.

    Values differ behind it, so that one search finds all and a hit tells which.

    :param text: long and odd enough to be found nowhere else
    """

    def __init__(self, name, text):
        self.name, self.text = name, text
        self.needles = dict(_forms(text))

    def hits(self, where, data):
        """Return what of this kind ``data`` holds, as texts that tell where."""
        found = []
        compact = data.translate(None, SEPARATORS)
        for form, needle in self.needles.items():
            for haystack in (data, compact):
                position = haystack.find(needle)
                if position >= 0:
                    around = haystack[
                        max(position - 60, 0) : position + len(needle) + 40
                    ]
                    found.append(f"{self.name} as {form} in {where}: {around!r}")
                    break
        return found


def _forms(text):
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        plain = text.encode(encoding)
        yield encoding, plain
        yield f"{encoding} hex", plain.hex().encode()
        yield f"{encoding} HEX", plain.hex().upper().encode()
        for shift in range(3):
            # Without the characters that what stands before and behind has a part in.
            coded = base64.b64encode(bytes(shift) + plain)
            start = -(-shift * 8 // 6)
            yield f"{encoding} base64 +{shift}", coded[start : len(coded) // 4 * 4 - 4]
    if urllib.parse.quote(text) != text:
        yield "url", urllib.parse.quote(text).encode()
        yield "url +", urllib.parse.quote_plus(text).encode()
    if not text.isascii():
        yield "json", text.encode("unicode-escape")


def search(stems, sources):
    """Return all hits in ``sources``, pairs of a name and bytes."""
    return [
        hit
        for name, data in sources
        for where, content in _unpacked(name, data)
        for stem in stems
        for hit in stem.hits(where, content)
    ] + [f"picture in {name}" for name, data in sources if _is_marked_picture(data)]


def _unpacked(name, data, depth=0):
    """Yield ``data`` and what is packed in it."""
    yield name, data
    if depth > 2:
        return
    if data.startswith(b"PK\3\4"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for each in packed.namelist():
                    yield from _unpacked(f"{name}!{each}", packed.read(each), depth + 1)
        except zipfile.BadZipFile:
            pass
    elif data.startswith(b"\x1f\x8b"):
        yield from _unpacked(f"{name}!gz", gzip.decompress(data), depth + 1)


def _is_marked_picture(data):
    try:
        with Image.open(io.BytesIO(data)) as picture:
            middle = (picture.width // 2, picture.height // 2)
            colour = picture.convert("RGB").getpixel(middle)
    except (UnidentifiedImageError, OSError, ValueError):
        return False
    return all(abs(a - b) < 12 for a, b in zip(colour, COLOUR, strict=True))


def dumped(dbname):
    """Return what ``pg_dump`` writes of a database, and its binary columns decoded."""
    text = subprocess.run(["pg_dump", dbname], check=True, capture_output=True).stdout
    binaries = [
        (
            f"database, binary column at {found.start()}",
            bytes.fromhex(found[1].decode()),
        )
        for found in re.finditer(rb"\\\\x((?:[0-9a-f]{2}){8,})(?=[\t\n])", text)
    ]
    return [("database", text), *binaries]


def files(folder, known=frozenset()):
    """Return the files under ``folder``, unless they were there before."""
    return [
        (str(path.relative_to(folder)), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in known
    ]
