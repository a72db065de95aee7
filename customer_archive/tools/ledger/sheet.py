"""Reads the first sheet of a workbook: values, formats, what is merged and hidden.

Plain Python. Styles but for formats, properties and drawings aren't looked at: what is
wrong with them doesn't matter to a ledger. Strict workbooks differ in namespaces only,
which aren't looked at either.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from . import number_format
from . import package as ledger_package
from .cells import UNCALCULATED, Formatted
from .package import LedgerError, _local

MAX_ROWS = 200_000
MAX_COLUMNS = 200
# Of any workbook, up to XFD.
_COLUMNS = 16_384
# Elements: a cell with a value is two or three.
MOST_IN_SHEET = 16_000_000
# Cells that were formatted and never filled in.
MOST_BLANK = 3_000_000
MOST_STRINGS = 8_000_000
MOST_TEXTS = 2_000_000
MOST_MERGES = 200_000
_MOST_BEHIND = 30 * 1024 * 1024
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_END_OF_CELLS = re.compile(
    rb"</(?:[\w.-]{1,40}:)?sheetData\s{0,40}>|<(?:[\w.-]{1,40}:)?sheetData\s{0,40}/>"
)
_MERGED = re.compile(
    rb"<(?:[\w.-]{1,40}:)?mergeCell\b[^<>]{0,200}?\bref\s*=\s*[\"']"
    rb"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})[\"']"
)
_TRUE = ("1", "true", "on")


@dataclass(slots=True)
class Line:
    """A row that isn't blank.

    :param number: as Excel counts it
    :param cells: from column A on
    """

    number: int
    cells: list
    is_hidden: bool = False


@dataclass(frozen=True)
class Merged:
    """Cells shown as one; rows are counted from 1, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet:
    """The first visible sheet of a workbook.

    :param package: a :class:`Package`
    """

    def __init__(self, package):
        self.package = package
        self.is_1904, sheets = _book(package)
        related = package.related(package.workbook)
        shown = [
            (name, related[key][1])
            for name, state, key in sheets
            if state == "visible" and related.get(key, ("",))[0] == "worksheet"
        ]
        if not shown:
            raise LedgerError("empty")
        (_name, self.part), *others = shown
        self.other_sheets = [name for name, _part in others]
        by_kind = dict(related.values())
        self.styles = by_kind.get("styles")
        self.texts = by_kind.get("sharedstrings")
        self.hidden_columns = set()

    def lines(self):
        """Yield each row that isn't blank as a :class:`Line`.

        :raise LedgerError: if it can't be read, or holds more than a ledger does
        """
        with ledger_package.readable():
            yield from self._lines()

    def _lines(self):
        reader = _Reader(self)
        filled = 0
        for _chunk in self.package.parsing(
            self.part,
            reader.start,
            reader.end,
            reader.text,
            MOST_IN_SHEET,
            ledger_package.MAX_PART,
        ):
            filled += len(reader.lines)
            if filled > MAX_ROWS:
                raise LedgerError("rows")
            yield from reader.lines
            reader.lines.clear()
        if not filled and not reader.lines:
            raise LedgerError("empty")
        yield from reader.lines

    def merges(self):
        """Return the list of what is merged; it stands behind the cells."""
        with ledger_package.readable():
            behind = self._behind()
        merges = []
        for match in _MERGED.finditer(behind):
            left, top, right, bottom = match.groups()
            if len(merges) >= MOST_MERGES:
                raise LedgerError("cells")
            left, right = column(left.decode()), column(right.decode())
            merges.append(Merged(int(top), left, int(bottom), right))
        return merges

    def _behind(self):
        """Return the XML behind the cells."""
        behind, found = b"", False
        with self.package.archive.open(self.package.parts[self.part]) as content:
            while chunk := content.read(1 << 20):
                behind += chunk
                if not found and (match := _END_OF_CELLS.search(behind)):
                    behind, found = behind[match.end() :], True
                if not found:
                    behind = behind[-200:]
                elif len(behind) > _MOST_BEHIND:
                    raise LedgerError("bomb")
        return behind if found else b""


class _Reader:
    """Makes rows of what the parser comes by."""

    def __init__(self, sheet):
        self.sheet, self.is_1904 = sheet, sheet.is_1904
        self.formats = _formats(sheet.package, sheet.styles)
        self.strings = _strings(sheet.package, sheet.texts)
        self.columns = {}
        self.lines = []
        self.number, self.cells, self.is_hidden = 0, [], False
        self.place, self.kind, self.format, self.count = -1, "n", None, 0
        self.pieces, self.takes, self.blank = [], False, 0
        self.has_formula = self.has_value = self.is_cell = self.is_reading = False

    def start(self, tag, attributes):
        if ":" in tag:
            tag = _local(tag)
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v":
            self.takes = self.has_value = True
        elif tag == "row":
            number = int(attributes.get("r") or self.number + 1)
            if not self.number < number <= 1_048_576:
                raise LedgerError("broken")
            self.number, self.cells, self.place = number, [], -1
            self.count = 0
            self.is_hidden = attributes.get("hidden") in _TRUE
        elif tag == "f":
            self.has_formula = True
        elif tag == "t":
            self.takes = self.is_cell and not self.is_reading
        elif tag == "rPh":
            self.is_reading = True
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            first, last = int(attributes["min"]), int(attributes["max"])
            self.sheet.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))

    def _start_cell(self, attributes):
        self.count += 1
        if self.count > _COLUMNS:
            raise LedgerError("wide")
        place = attributes.get("r")
        if place is None:
            self.place += 1
        else:
            letters = place.rstrip("0123456789")
            found = self.columns.get(letters)
            if found is None:
                found = self.columns[letters] = column(letters)
            self.place = found
        self.kind = attributes.get("t", "n")
        self.format = None
        style = attributes.get("s")
        if style is not None:
            self.format = self.formats.get(style)
        self.pieces = []
        self.has_formula = self.has_value = False
        self.is_cell = True

    def text(self, piece):
        if self.takes:
            self.pieces.append(piece)

    def end(self, tag):
        if ":" in tag:
            tag = _local(tag)
        if tag == "v" or tag == "t":
            self.takes = False
        elif tag == "c":
            self.is_cell = False
            value = self._value()
            if value is not None and value != "":
                self._put(value)
            else:
                self.blank += 1
                if self.blank > MOST_BLANK:
                    raise LedgerError("cells")
        elif tag == "rPh":
            self.is_reading = False
        elif tag == "row" and self.cells:
            self.lines.append(Line(self.number, self.cells, self.is_hidden))

    def _put(self, value):
        place, cells = self.place, self.cells
        if place >= MAX_COLUMNS:
            raise LedgerError("columns", f"{letters_of(place)}{self.number}")
        missing = place - len(cells)
        if missing > 0:
            cells.extend([None] * missing)
        if missing >= 0:
            cells.append(value)
        else:
            cells[place] = value

    def _value(self):
        if not self.pieces:
            return UNCALCULATED if self.has_formula and not self.has_value else None
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        kind = self.kind
        if kind == "n":
            return self._number(text)
        if kind == "b":
            return text.strip() in _TRUE
        if kind == "d":
            return datetime.fromisoformat(text.strip().rstrip("Z"))
        if kind == "s":
            text = self.strings[int(text)]
        elif kind != "e":
            text = _plain(text)
        if self.format is not None and "@" in self.format:
            return number_format.shown(self.format, text)
        return text

    def _number(self, text):
        value = float(text)
        if not isfinite(value):
            return text
        if value.is_integer() and abs(value) < 1e15:
            value = int(value)
        if self.format is None:
            return value
        return Formatted(value, self.format, self.is_1904)


def column(letters):
    """Return the index of a column by its letters."""
    number = 0
    for sign in letters:
        number = 26 * number + ord(sign) - 64
    if not 0 < number <= _COLUMNS:
        raise LedgerError("broken")
    return number - 1


def letters_of(index):
    """Return the letters of a column by its index."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _plain(text):
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _book(package):
    """Return whether days are counted from 1904, and (name, state, id) of sheets."""
    is_1904, sheets = False, []

    def start(tag, attributes):
        nonlocal is_1904
        tag = _local(tag)
        if tag == "workbookPr":
            is_1904 = attributes.get("date1904") in _TRUE
        elif tag == "sheet":
            key = next((attributes[n] for n in attributes if n.endswith(":id")), None)
            state = attributes.get("state", "visible")
            sheets.append((attributes.get("name", ""), state, key))

    package.scan(package.workbook, start)
    return is_1904, sheets


def _formats(package, part):
    """Return the format of each style of cells, without those that add nothing."""
    own, used, within = {}, [], False

    def start(tag, attributes):
        nonlocal within
        tag = _local(tag)
        if tag == "numFmt":
            own[attributes.get("numFmtId")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            within = True
        elif tag == "xf" and within:
            used.append(attributes.get("numFmtId", "0"))

    def end(tag):
        nonlocal within
        within = within and _local(tag) != "cellXfs"

    if part not in package.parts:
        return {}
    package.scan(part, start, end)
    codes = {str(key): code for key, code in number_format.BUILT_IN.items()} | own
    return {
        str(place): codes[key]
        for place, key in enumerate(used)
        if key in codes and not number_format.is_plain(codes[key])
    }


def _strings(package, part):
    """Return the texts that cells refer to."""
    texts = _Texts()
    if part in package.parts:
        package.scan(
            part,
            texts.start,
            texts.end,
            texts.text,
            MOST_STRINGS,
            ledger_package.MAX_STRINGS,
        )
    return texts.found


class _Texts:
    """Makes texts of what the parser comes by; readings of characters aren't part."""

    def __init__(self):
        self.found, self.pieces = [], []
        self.takes = self.is_reading = False

    def start(self, tag, _attributes):
        tag = _local(tag)
        if tag == "t":
            self.takes = not self.is_reading
        elif tag == "rPh":
            self.is_reading = True

    def text(self, piece):
        if self.takes:
            self.pieces.append(piece)

    def end(self, tag):
        tag = _local(tag)
        if tag == "t":
            self.takes = False
        elif tag == "rPh":
            self.is_reading = False
        elif tag == "si":
            if len(self.found) >= MOST_TEXTS:
                raise LedgerError("texts")
            self.found.append(_plain("".join(self.pieces)))
            self.pieces.clear()
