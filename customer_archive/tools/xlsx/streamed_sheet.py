"""A worksheet of xlsxwriter that takes its cells a batch of rows at a time.

Written one by one, cells cost more than reading them from the database. Rows
are put together here column by column instead, and go to the file that
xlsxwriter keeps them in anyway; all else is its own. What comes out is byte for
byte what its methods for single cells write: a test compares the two.
"""

import re
from datetime import date
from itertools import repeat
from math import isfinite

from xlsxwriter.utility import _preserve_whitespace, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# Excel's own limits, see "Excel specifications and limits".
MAX_TEXT = 32767
MAX_ROWS = 1048576
# Excel knows no dates before.
FIRST_YEAR = 1900
# Dates that are kept in mind at once.
MOST_DAYS = 10_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Parts the texts that are looked at together: it is in no text that stays as it is.
_PART = "\x1f"
_ODD = re.compile(r"[&<>\x00-\x1e\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
_SPACE_AT_END = re.compile(rf"(?:\A|{_PART})\s|\s(?:{_PART}|\Z)")


def cleaned(text):
    """Return ``text`` as a cell can hold it: cut short, without control characters."""
    return cut(_CONTROL.sub("", text), MAX_TEXT)


def cut(text, length):
    """Return the beginning of ``text``, as long as Excel takes for ``length`` signs.

    It counts what lies beyond the first plane twice, such as 𬬭 in names.
    """
    if len(text) <= length // 2:
        return text
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


class StreamedSheet(Worksheet):
    """Takes whole batches of rows, besides the single cells of its base."""

    def __init__(self):
        super().__init__()
        self._days = {}

    def write_batch(self, row, columns, heights=None):
        """Write rows of cells below what was written last.

        :param row: index of the first one
        :param heights: in points, of each row; None for the usual one
        :param columns: (format, format of texts, values) of each; values are texts,
            numbers, dates, or None for an empty cell
        :return: index of the row below
        :raise ValueError: when there are more rows than a sheet holds
        """
        count = len(columns[0][2])
        if row + count > MAX_ROWS:
            raise ValueError("too many rows for one sheet")
        if not count:
            return row
        self._check_dimensions(row, 0)
        self._check_dimensions(row + count - 1, len(columns) - 1)
        self._write_single_row(row + count)
        numbers = [str(number) for number in range(row + 1, row + count + 1)]
        cells = [
            self._cells(xl_col_to_name(index), numbers, *column)
            for index, column in enumerate(columns)
        ]
        starts = list(map(_row_start, numbers, heights or repeat(None)))
        rows = zip(starts, zip(*cells, strict=True), strict=True)
        self.fh.write("".join(f"{start}{''.join(line)}</row>" for start, line in rows))
        return row + count

    def merge_written(self, first_row, first_column, last_row, last_column):
        """Merge cells that were written one by one.

        The base's own method goes back to rows that have left the memory.
        """
        self.merge.append([first_row, first_column, last_row, last_column])

    def _cells(self, letter, numbers, own, text, values):
        """Return the cells of one column as XML."""
        own, text = own._get_xf_index(), text._get_xf_index()
        texts = [value for value in values if isinstance(value, str)]
        plain = _are_plain(texts)
        if len(texts) == len(values) and plain:
            head, tail = f'<c r="{letter}', "</t></is></c>"
            middle = f'" s="{text}" t="inlineStr"><is><t>'
            return [
                f"{head}{number}{middle}{value}{tail}"
                for number, value in zip(numbers, values, strict=True)
            ]
        return [
            self._cell(f"{letter}{number}", own, text, value, plain)
            for number, value in zip(numbers, values, strict=True)
        ]

    def _cell(self, place, own, text, value, plain):
        if isinstance(value, date):
            value = self._day(value)
        if isinstance(value, int | float):
            if isfinite(value):
                return f'<c r="{place}" s="{own}"><v>{value:.16G}</v></c>'
            value = str(value)
        preserve = ""
        if not plain:
            value = cleaned(value or "")
        if not value:
            return f'<c r="{place}" s="{text}"/>'
        if not plain:
            value = self._escape_control_characters(value)
            preserve = ' xml:space="preserve"' if _preserve_whitespace(value) else ""
            value = self._escape_data(value)
        return (
            f'<c r="{place}" s="{text}" t="inlineStr"><is>'
            f"<t{preserve}>{value}</t></is></c>"
        )

    def _day(self, value):
        """Return what stands for a date in a cell; registers repeat theirs a lot."""
        if value not in self._days:
            if len(self._days) > MOST_DAYS:
                self._days.clear()
            known = value.year >= FIRST_YEAR
            self._days[value] = self._convert_date_time(value) if known else str(value)
        return self._days[value]

    def _xml_rich_inline_string(self, string, attributes=()):
        # Nothing here is of several styles: who typed "<r>…</r>" means just that.
        self._xml_inline_string(string, _preserve_whitespace(string), attributes)


def _row_start(number, height):
    if height is None:
        return f'<row r="{number}">'
    return f'<row r="{number}" ht="{height:.16G}" customHeight="1">'


def _are_plain(texts):
    """Whether all texts are written as they are."""
    joined = _PART.join(texts)
    return (
        joined.count(_PART) == max(len(texts) - 1, 0)
        and "" not in texts
        and max(map(len, texts), default=0) <= MAX_TEXT // 2
        and not _ODD.search(joined)
        and not _SPACE_AT_END.search(joined)
    )
