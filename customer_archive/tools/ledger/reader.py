"""Reads a company's own ledger from XLSX or a text file, and tells what isn't one.

Plain Python: it knows cells, not records. See :mod:`.package` for what makes it
safe, and :mod:`.sheet` for what is read.
"""

import contextlib
import csv
import io
import zipfile

from .package import LedgerError, Package, readable
from .sheet import MAX_COLUMNS, MAX_ROWS, Line, Sheet, letters_of

MAX_BYTES = 60 * 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = ("WordDocument".encode("utf-16-le"), "PowerPoint".encode("utf-16-le"))
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PAGES = ("<html", "<table", "<!doctype html")
_SEPARATORS = "\t,;"


@contextlib.contextmanager
def opened(stream):
    """Open a ledger; it is a :class:`Sheet`, or a :class:`TextTable`.

    :param stream: binary file
    :raise LedgerError: that says what it is instead, or what is wrong with it
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise LedgerError("empty")
    if size > MAX_BYTES:
        raise LedgerError("large")
    head = stream.read(4096)
    if not head.startswith(b"PK"):
        yield _text_table(head, stream)
        return
    with readable():
        archive = zipfile.ZipFile(stream)
    with archive:
        with readable():
            sheet = Sheet(Package(archive))
        yield sheet


def _text_table(head, stream):
    """Return what isn't a ZIP archive, if it is a table."""
    if head.startswith(_OLE):
        stream.seek(0)
        raise LedgerError(_ole_kind(stream.read(MAX_BYTES)))
    if head.startswith(b"%PDF"):
        raise LedgerError("pdf")
    if head.startswith(_IMAGES):
        raise LedgerError("image")
    stream.seek(0)
    text = _decoded(stream.read())
    start = (text or "")[:4096].lstrip().lower()
    if any(mark in start for mark in _PAGES):
        raise LedgerError("html")
    if start.startswith("<?xml") and "spreadsheet" in start:
        raise LedgerError("xml")
    if text is None or not any(sign in start for sign in _SEPARATORS):
        raise LedgerError("other")
    return TextTable(text)


def _ole_kind(content):
    if _ENCRYPTED in content:
        return "password"
    return "document" if any(word in content for word in _WORD) else "xls"


def _decoded(content):
    """Return a text in one of the encodings that Chinese programs write, or None."""
    encodings = ["utf-8-sig", "gb18030"]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            return None if "\0" in text else text
    return None


class TextTable:
    """A table in a text file: what is shown is what is there."""

    other_sheets = ()
    hidden_columns = frozenset()

    def __init__(self, text):
        self.table = text
        # Of its first lines; a title has none.
        first = text[:4096]
        self.separator = max(_SEPARATORS, key=first.count)

    def merges(self):
        return []

    def lines(self):
        """Yield each row that isn't blank; see :meth:`Sheet.lines`."""
        with readable():
            yield from self._lines()

    def _lines(self):
        filled = 0
        reader = csv.reader(
            io.StringIO(self.table, newline=""), delimiter=self.separator
        )
        for number, cells in enumerate(reader, 1):
            cells = [cell if cell.strip() else None for cell in cells]
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                continue
            if len(cells) > MAX_COLUMNS:
                place = f"{letters_of(len(cells) - 1)}{number}"
                raise LedgerError("columns", place)
            filled += 1
            if filled > MAX_ROWS:
                raise LedgerError("rows")
            yield Line(number, cells)
        if not filled:
            raise LedgerError("empty")
