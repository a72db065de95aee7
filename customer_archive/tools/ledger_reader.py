"""Reads a company's own ledger from XLSX, and refuses what isn't one before unpacking.

Plain Python: it knows cells, not records. What a file declares about itself (sizes,
number of parts) is looked at first; nothing is unpacked beyond what it declares.
"""

import contextlib
import warnings
import zipfile
from xml.parsers import expat

import openpyxl

MAX_BYTES = 60 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_PART = 300 * 1024 * 1024
MAX_STRINGS = 150 * 1024 * 1024
MAX_PARTS = 1000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
# Rows that were formatted and never filled in.
MAX_BLANK = 50_000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_KINDS = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "document",
    "ppt/presentation.xml": "document",
    "content.xml": "ods",
}


class LedgerError(ValueError):
    """A table that can't be read.

    :param code: why: ``xls``, ``csv``, ``pdf``, ``image``, ``ods``, ``xlsb``,
        ``document``, ``zip``, ``other``, ``password``, ``large``, ``bomb``,
        ``entities``, ``broken``, ``empty``, ``rows``, ``columns``
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def check(stream):
    """Check that a binary file is a workbook that can be read safely.

    :raise LedgerError: that says what it is instead
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise LedgerError("empty")
    head = stream.read(4096)
    if not head.startswith(b"PK"):
        raise LedgerError(_what(head, stream))
    if size > MAX_BYTES:
        raise LedgerError("large")
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_parts(archive)
    except LedgerError:
        raise
    except Exception as error:
        raise LedgerError("broken") from error
    finally:
        stream.seek(0)


def _what(head, stream):
    """Return the code of what isn't a ZIP archive."""
    if head.startswith(_OLE):
        stream.seek(0)
        return "password" if _ENCRYPTED in stream.read(MAX_BYTES) else "xls"
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith(_IMAGES):
        return "image"
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        with contextlib.suppress(UnicodeDecodeError):
            # The last sign may be cut in two.
            text = head[: len(head) - len(head) % 2].decode(encoding, "strict")
            if "\0" not in text and any(sign in text for sign in ",;\t"):
                return "csv"
    return "other"


def _check_parts(archive):
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise LedgerError("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise LedgerError("password")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise LedgerError("bomb")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        kinds = (kind for name, kind in _KINDS.items() if name in names)
        raise LedgerError(next(kinds, "zip"))
    for part in parts:
        limit = MAX_STRINGS if "sharedStrings" in part.filename else MAX_PART
        if part.file_size > limit:
            raise LedgerError("bomb")
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            with archive.open(part) as content:
                _check_declarations(content)


class _Started(Exception):
    pass


def _check_declarations(content):
    """Refuse entities: what comes before the first element is all that is read."""

    def refuse(*_arguments):
        raise LedgerError("entities")

    def started(*_arguments):
        raise _Started

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = started
    with contextlib.suppress(_Started):
        while chunk := content.read(4096):
            parser.Parse(chunk)


def rows(stream):
    """Yield the rows of the first sheet as lists of values, blank ends cut off.

    Stands for each row of the sheet, blank ones too, from its first.

    :raise LedgerError: see there
    """
    check(stream)
    book = None
    try:
        with warnings.catch_warnings():
            # About styles and the like, which aren't read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                stream, read_only=True, data_only=True, keep_links=False
            )
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not shown:
            raise LedgerError("empty")
        sheet = shown[0]
        # What it says about its extent needn't be true.
        sheet.reset_dimensions()
        yield from _rows_of(sheet)
    except LedgerError:
        raise
    except GeneratorExit:
        raise
    except Exception as error:
        raise LedgerError("broken") from error
    finally:
        if book is not None:
            book.close()


def _rows_of(sheet):
    filled = blank = 0
    for row in sheet.iter_rows(values_only=True):
        width = len(row)
        while width and row[width - 1] in (None, ""):
            width -= 1
        if width > MAX_COLUMNS:
            raise LedgerError("columns")
        filled += bool(width)
        blank += not width
        if filled > MAX_ROWS:
            raise LedgerError("rows")
        if blank > MAX_BLANK:
            raise LedgerError("rows")
        yield list(row[:width])
    if not filled:
        raise LedgerError("empty")
