"""Writes registers as XLSX, batch by batch in constant memory.

Plain Python: it knows columns and values, not records. Laid out as offices
print them: title, a line with company, department and date, a heading that is
repeated on each page, borders, subtotals, a signature line, A4 landscape.
"""

import re
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date

# Runs of what follows each other are wanted, as this one gives them.
# pylint: disable=bad-builtin-groupby
from itertools import groupby

import xlsxwriter

from .row_heights import row_heights
from .streamed_sheet import FIRST_YEAR, MAX_ROWS, StreamedSheet, cleaned, cut
from .workbook_totals import Totals

TEXT, INTEGER, NUMBER, DATE, DATETIME = "text", "integer", "number", "date", "datetime"
# Of whole hundreds, and of 1; in the cell both are parts of 1.
PERCENT, FRACTION = "percent", "fraction"
_KINDS = {
    "integer": INTEGER,
    "float": NUMBER,
    "monetary": NUMBER,
    "date": DATE,
    "datetime": DATETIME,
}
_FORMATS = {
    INTEGER: "0",
    NUMBER: "#,##0.00",
    DATE: "yyyy-mm-dd",
    DATETIME: "yyyy-mm-dd hh:mm",
    PERCENT: "0%",
    FRACTION: "0.00%",
}

MAX_SHEET_NAME = 31
# Of the 255 that Excel takes, besides the orders and the number of the page.
MAX_FOOTER = 150
# Records that a list holds besides heads, total, statement and signatures.
MOST_ROWS = MAX_ROWS - 10
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_FORM_WIDTHS = (18, 34, 18, 34)


@dataclass(frozen=True)
class Column:
    """A column, or a labelled cell of a form.

    Columns side by side with the same ``group`` share that heading above theirs.
    ``total`` is ``sum``, ``average`` or ``count``. In a form, cells that follow each
    other with the same ``section`` come below one line with that heading.
    """

    heading: str
    path: str
    width: float
    kind: str
    wide: bool = False
    group: str = ""
    total: str = ""
    section: str = ""


@dataclass(frozen=True)
class Layout:
    """What a sheet shows around its values.

    ``labels`` are words for ``page``, ``total`` and ``subtotal``, the last with a
    place for the group.
    """

    title: str
    columns: list
    subtitle: list
    statement: str
    signatures: list
    footer: str
    labels: dict = field(default_factory=dict)
    grouped: bool = False


def kind_of(field_type):
    """Return the kind of cell for an Odoo field type."""
    return _KINDS.get(field_type, TEXT)


def sheet_name(text, taken):
    """Return a legal name for a sheet that isn't in ``taken``, and add it there.

    Names are compared as Excel does.
    """
    words = re.sub(r"\s", " ", _FORBIDDEN_IN_SHEET_NAME.sub(" ", cleaned(text)))
    base = words.strip("' ") or "-"
    name = cut(base, MAX_SHEET_NAME).rstrip("' ") or "-"
    count = 1
    while name.casefold() in taken:
        count += 1
        suffix = f" ({count})"
        name = cut(base, MAX_SHEET_NAME - len(suffix)) + suffix
    taken.add(name.casefold())
    return name


def doubled(text, length):
    """Return a text for a footer, where & begins an order, within a length."""
    while len(text.replace("&", "&&").encode("utf-16-le")) > 2 * length:
        text = text[:-1]
    return text.replace("&", "&&")


class Book:
    """A workbook under way; leaving its ``with`` block finishes it.

    :param stream: binary file to write to
    """

    def __init__(self, stream):
        self.folder = tempfile.TemporaryDirectory()
        self.book = xlsxwriter.Workbook(
            stream,
            {
                "constant_memory": True,
                "tmpdir": self.folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "default_date_format": _FORMATS[DATE],
            },
        )
        # Excel reserves this name.
        self.names = {"history"}
        self.styles = {}

    def __enter__(self):
        return self

    def __exit__(self, kind, _error, _trace):
        # Also of a workbook that is given up nothing stays behind.
        with self.folder:
            if kind is None:
                self.book.close()

    # Lists

    def add_list(self, layout, batches):
        """Add a sheet with a row per record.

        :param layout: a :class:`Layout`
        :param batches: iterable of batches; each is a list of columns of values, in
            the order of the columns, preceded by the names of the groups if
            ``layout.grouped``
        :raise ValueError: when there are more rows than a sheet holds
        """
        sheet = self._sheet(layout.title, layout)
        last = len(layout.columns) - 1
        for index, column in enumerate(layout.columns):
            sheet.set_column(index, index, column.width)
        top = self._head(sheet, layout, last)
        first = self._headings(sheet, layout, top)
        sheet.freeze_panes(first, 0)
        sheet.repeat_rows(0, first - 1)
        row = self._body(sheet, layout, first, batches)
        if not layout.grouped:
            end = max(row, first + 1) - 1
            sheet.autofilter(first - 1, 0, end, last)
        row = self._totals_row(sheet, layout, row, first)
        self._foot(sheet, layout, row, last)

    def _headings(self, sheet, layout, row):
        """Write one row of headings, or two if some share one; return the row below."""
        style, columns = self._style("heading"), layout.columns
        above = any(column.group for column in columns)
        if above:
            sheet.set_row(row, 22)
            self._headings_above(sheet, columns, row)
            row += 1
        sheet.set_row(row, 32)
        for index, column in enumerate(columns):
            if above and not column.group:
                sheet.write_blank(row, index, None, style)
            else:
                sheet.write_string(row, index, cleaned(column.heading), style)
        return row + 1

    def _headings_above(self, sheet, columns, row):
        """Write shared headings, and those that take both rows; merge their cells."""
        style, index = self._style("heading"), 0
        for group, run in groupby(columns, lambda column: column.group):
            run = list(run)
            for place, column in enumerate(run, index):
                if group and place > index:
                    sheet.write_blank(row, place, None, style)
                else:
                    text = cleaned(group or column.heading)
                    sheet.write_string(row, place, text, style)
                if not group:
                    sheet.merge_written(row, place, row + 1, place)
            if group and len(run) > 1:
                sheet.merge_written(row, index, row, index + len(run) - 1)
            index += len(run)

    def _body(self, sheet, layout, row, batches):
        formats = [
            (
                self._style(column.kind if column.path else "running"),
                self._style("text"),
            )
            for column in layout.columns
        ]
        widths = [column.width for column in layout.columns]
        self.totals = Totals([column.total for column in layout.columns])
        for batch in batches:
            names, columns = (batch[0], batch[1:]) if layout.grouped else ((), batch)
            for name, start, end in _runs(names, len(columns[0])):
                if self.totals.ends(name):
                    row = self._subtotal(sheet, layout, row)
                self.totals.begin(name, row)
                part = [values[start:end] for values in columns]
                self.totals.add(part)
                row = sheet.write_batch(
                    row,
                    [
                        (*style, cells)
                        for style, cells in zip(formats, part, strict=True)
                    ],
                    row_heights(widths, part),
                )
        if layout.grouped and self.totals.first is not None:
            row = self._subtotal(sheet, layout, row)
        return row

    def _subtotal(self, sheet, layout, row):
        label = layout.labels.get("subtotal", "%s").replace("%s", self.totals.name)
        values = self.totals.subtotals()
        return self._total_line(sheet, layout, row, self.totals.first, label, values)

    def _totals_row(self, sheet, layout, row, first):
        if not any(column.total for column in layout.columns):
            return row
        label = layout.labels.get("total", "")
        values = self.totals.overall()
        return self._total_line(sheet, layout, row, first, label, values)

    def _total_line(self, sheet, layout, row, first, label, values):
        """Write a line of totals over the rows from ``first`` on; return the next.

        They are formulas: who filters the sheet gets the totals of what is left.
        """
        columns = layout.columns
        free = next((i for i, each in enumerate(columns) if each.total), len(columns))
        if free:
            self._merged(sheet, row, 0, free - 1, label, "total")
        for index, column in enumerate(columns[free:], free):
            if not column.total:
                sheet.write_blank(row, index, None, self._style("total"))
                continue
            kind = INTEGER if column.total == "count" else column.kind
            sheet.write_formula(
                row,
                index,
                self.totals.formula(index, first, row - 1),
                self._style(f"total {kind}"),
                values[index],
            )
        return row + 1

    # Forms

    def add_forms(self, layout, records):
        """Add one sheet per record: labels and values in two pairs a line.

        :param layout: a :class:`Layout`; its wide columns take a whole line
        :param records: iterable of (sheet name, subtitle, values in column order)
        """
        for name, subtitle, values in records:
            sheet = self._sheet(name, layout)
            for index, width in enumerate(_FORM_WIDTHS):
                sheet.set_column(index, index, width)
            row = self._head(sheet, replace(layout, subtitle=subtitle), 3)
            for section, lines in form_sections(layout.columns, values):
                if section:
                    sheet.set_row(row, 24)
                    self._merged(sheet, row, 0, 3, section, "section")
                    row += 1
                for line in lines:
                    row = self._form_line(sheet, row, line)
            self._foot(sheet, layout, row, 3)
            # Each has a file of its own until all are put together: not all at once.
            sheet._opt_close()

    def _form_line(self, sheet, row, line):
        column, value = line[0]
        sheet.set_row(row, 48 if column.wide else 26)
        sheet.write_string(row, 0, cleaned(column.heading), self._style("heading"))
        if column.wide:
            self._merged(sheet, row, 1, 3, str(value or ""), "text")
            return row + 1
        for index, (each, content) in enumerate(line):
            heading = cleaned(each.heading)
            sheet.write_string(row, 2 * index, heading, self._style("heading"))
            self._cell(sheet, row, 2 * index + 1, content, each.kind)
        for index in range(2 * len(line), 4):
            sheet.write_blank(row, index, None, self._style("text"))
        return row + 1

    def _cell(self, sheet, row, index, value, kind):
        """Write a value as its own kind of cell; all else is text and stays text."""
        if value is None or value == "":
            sheet.write_blank(row, index, None, self._style("text"))
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            sheet.write_datetime(row, index, value, self._style(kind))
        elif isinstance(value, int | float):
            sheet.write_number(row, index, value, self._style(kind))
        else:
            sheet.write_string(row, index, cleaned(str(value)), self._style("text"))

    # What all sheets have

    def _style(self, name):
        if name not in self.styles:
            self.styles[name] = self.book.add_format(_STYLES[name])
        return self.styles[name]

    def _sheet(self, name, layout):
        name = sheet_name(name, self.names)
        sheet = self.book.add_worksheet(name, worksheet_class=StreamedSheet)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        footer = doubled(cut(cleaned(layout.footer), MAX_FOOTER), MAX_FOOTER)
        sheet.set_footer(f"&L{footer}&R{layout.labels.get('page', '&P / &N')}")
        return sheet

    def _head(self, sheet, layout, last):
        """Write title and subtitle; return the row below."""
        sheet.set_row(0, 30)
        sheet.set_row(1, 20)
        self._merged(sheet, 0, 0, last, layout.title, "title")
        self._merged(sheet, 1, 0, last, "        ".join(layout.subtitle), "subtitle")
        return 2

    def _foot(self, sheet, layout, row, last):
        if layout.statement:
            sheet.set_row(row, 60)
            self._merged(sheet, row, 0, last, layout.statement, "statement")
            row += 1
        if layout.signatures:
            sheet.set_row(row, 28)
            line = "".join(f"{name}{' ' * 24}" for name in layout.signatures)
            self._merged(sheet, row, 0, last, line, "plain")

    def _merged(self, sheet, row, first, last, text, style):
        # The text is written apart: merge_range would take "=1+1" for a formula.
        if first != last:
            sheet.merge_range(row, first, row, last, "", self._style(style))
        if text:
            sheet.write_string(row, first, cleaned(text), self._style(style))
        else:
            sheet.write_blank(row, first, None, self._style(style))


def _runs(names, count):
    """Yield (name, start, end) of each group of a batch, or of the whole of it."""
    if not names:
        yield None, 0, count
        return
    start = 0
    for name, run in groupby(names):
        end = start + sum(1 for _each in run)
        yield name, start, end
        start = end


def form_sections(columns, values):
    """Return the layout of a form: heading of each section, and its lines.

    A line is a list of (column, value): a wide one alone, the others in pairs.
    """
    cells = zip(columns, values, strict=True)
    return [
        (section, list(_form_lines(run)))
        for section, run in groupby(cells, lambda cell: cell[0].section)
    ]


def _form_lines(cells):
    """Group cells into lines: a wide one alone, the others in pairs."""
    line = []
    for column, value in cells:
        if column.wide and line:
            yield line
            line = []
        line.append((column, value))
        if column.wide or len(line) == 2:
            yield line
            line = []
    if line:
        yield line


_FONT = {"font_name": "SimSun", "font_size": 11, "valign": "vcenter"}
_BOXED = {**_FONT, "border": 1, "text_wrap": True}
_TOTAL = {**_FONT, "border": 1, "bold": True}
_STYLES = {
    "title": {**_FONT, "font_size": 18, "bold": True, "align": "center"},
    "subtitle": {**_FONT, "align": "left"},
    "plain": {**_FONT, "align": "left"},
    "statement": {**_FONT, "text_wrap": True, "align": "left"},
    "heading": {**_BOXED, "bold": True, "align": "center", "bg_color": "#EDEDED"},
    "section": {**_BOXED, "bold": True, "align": "left", "bg_color": "#DDDDDD"},
    "text": _BOXED,
    "running": {**_BOXED, "num_format": "0", "align": "center"},
    "total": _TOTAL,
    "total text": _TOTAL,
    **{kind: {**_BOXED, "num_format": code} for kind, code in _FORMATS.items()},
    DATE: {**_BOXED, "num_format": _FORMATS[DATE], "align": "center"},
    DATETIME: {**_BOXED, "num_format": _FORMATS[DATETIME], "align": "center"},
    **{f"total {kind}": {**_TOTAL, "num_format": c} for kind, c in _FORMATS.items()},
}
