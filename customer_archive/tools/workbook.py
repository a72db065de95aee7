"""Writes registers as XLSX, row by row in constant memory.

Plain Python: it knows columns and values, not records. Laid out as offices
print them: title, a line with company, department and date, a heading that is
repeated on each page, borders, a signature line, A4 landscape.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import xlsxwriter

TEXT, INTEGER, NUMBER, DATE, DATETIME = "text", "integer", "number", "date", "datetime"
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
}

# Excel's own limits, see "Excel specifications and limits".
MAX_TEXT = 32767
MAX_ROWS = 1048576
MAX_SHEET_NAME = 31
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Column:
    """A column, or a labelled cell of a form."""

    heading: str
    path: str
    width: float
    kind: str
    wide: bool


@dataclass(frozen=True)
class Layout:
    """What a sheet shows around its values."""

    title: str
    columns: list
    subtitle: list
    statement: str
    signatures: list
    footer: str
    labels: dict = field(default_factory=dict)


def kind_of(field_type):
    """Return the kind of cell for an Odoo field type."""
    return _KINDS.get(field_type, TEXT)


def cleaned(text):
    """Return ``text`` as a cell can hold it: cut short, without control characters."""
    return _CONTROL.sub("", text)[:MAX_TEXT]


def sheet_name(text, taken):
    """Return a legal name for a sheet that isn't in ``taken``, and add it there.

    Names are compared as Excel does.
    """
    base = (
        _FORBIDDEN_IN_SHEET_NAME.sub(" ", cleaned(text)).strip().strip("'").strip()
        or "-"
    )
    name = base[:MAX_SHEET_NAME].rstrip()
    count = 1
    while name.casefold() in taken:
        count += 1
        suffix = f" ({count})"
        name = base[: MAX_SHEET_NAME - len(suffix)] + suffix
    taken.add(name.casefold())
    return name


def write_list(stream, layout, rows):
    """Write one sheet with a row per record.

    :param stream: binary file
    :param layout: a :class:`Layout`
    :param rows: iterable of value lists in the order of the columns
    :raise ValueError: when there are more rows than a sheet holds
    """
    book = _Book(stream)
    sheet = book.sheet(layout.title, layout)
    last = len(layout.columns) - 1
    for index, column in enumerate(layout.columns):
        sheet.set_column(index, index, column.width)
    head = book.head(sheet, layout, last)
    sheet.set_row(head, 32)
    for index, column in enumerate(layout.columns):
        sheet.write_string(head, index, cleaned(column.heading), book.style("heading"))
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(0, head)
    row = head
    for row, values in enumerate(rows, head + 1):
        if row >= MAX_ROWS - 5:
            raise ValueError("too many rows for one sheet")
        for index, (column, value) in enumerate(
            zip(layout.columns, values, strict=True)
        ):
            book.cell(sheet, row, index, value, column.kind)
    sheet.autofilter(head, 0, max(row, head), last)
    book.foot(sheet, layout, row + 1, last)
    book.close()


def write_forms(stream, layout, records):
    """Write one sheet per record: labels and values in two pairs a line.

    :param stream: binary file
    :param layout: a :class:`Layout`; its wide columns take a whole line
    :param records: iterable of (sheet name, subtitle, values in column order)
    """
    book = _Book(stream)
    for name, subtitle, values in records:
        sheet = book.sheet(name, layout)
        for index, width in enumerate((18, 34, 18, 34)):
            sheet.set_column(index, index, width)
        row = book.head(sheet, replace(layout, subtitle=subtitle), 3)
        for line in _form_lines(list(zip(layout.columns, values, strict=True))):
            row = book.form_line(sheet, row, line)
        book.foot(sheet, layout, row, 3)
    book.close()


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


class _Book:
    """A workbook under way, with its styles."""

    def __init__(self, stream):
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self.book = xlsxwriter.Workbook(
            stream, {**options, "default_date_format": _FORMATS[DATE]}
        )
        self.names = set()
        self.styles = {}

    def close(self):
        self.book.close()

    def style(self, name):
        if name not in self.styles:
            self.styles[name] = self.book.add_format(_STYLES[name])
        return self.styles[name]

    def sheet(self, name, layout):
        sheet = self.book.add_worksheet(sheet_name(name, self.names))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        footer = cleaned(layout.footer).replace("&", "&&")[:150]
        sheet.set_footer(f"&L{footer}&R{layout.labels.get('page', '&P / &N')}")
        return sheet

    def head(self, sheet, layout, last):
        """Write title and subtitle; return the row below."""
        sheet.set_row(0, 30)
        sheet.set_row(1, 20)
        self.merged(sheet, 0, 0, last, layout.title, "title")
        self.merged(sheet, 1, 0, last, "        ".join(layout.subtitle), "subtitle")
        return 2

    def foot(self, sheet, layout, row, last):
        if layout.statement:
            sheet.set_row(row, 60)
            self.merged(sheet, row, 0, last, layout.statement, "statement")
            row += 1
        if layout.signatures:
            sheet.set_row(row, 28)
            line = "".join(f"{name}{' ' * 24}" for name in layout.signatures)
            self.merged(sheet, row, 0, last, line, "plain")

    def form_line(self, sheet, row, line):
        column, value = line[0]
        sheet.set_row(row, 48 if column.wide else 26)
        sheet.write_string(row, 0, cleaned(column.heading), self.style("heading"))
        if column.wide:
            self.merged(sheet, row, 1, 3, "" if value is None else str(value), "text")
            return row + 1
        for index, (each, content) in enumerate(line):
            sheet.write_string(
                row, 2 * index, cleaned(each.heading), self.style("heading")
            )
            self.cell(sheet, row, 2 * index + 1, content, each.kind)
        for index in range(2 * len(line), 4):
            sheet.write_blank(row, index, None, self.style("text"))
        return row + 1

    def merged(self, sheet, row, first, last, text, style):
        if first == last:
            sheet.write_string(row, first, cleaned(text), self.style(style))
            return
        # The text is written apart: merge_range would take "=1+1" for a formula.
        sheet.merge_range(row, first, row, last, "", self.style(style))
        sheet.write_string(row, first, cleaned(text), self.style(style))

    def cell(self, sheet, row, index, value, kind):
        """Write a value as its own kind of cell; all else is text and stays text."""
        if value is None or value is False or value == "":
            sheet.write_blank(row, index, None, self.style("text"))
        elif kind in (DATE, DATETIME) and isinstance(value, date | datetime):
            sheet.write_datetime(row, index, value, self.style(kind))
        elif kind in (INTEGER, NUMBER) and isinstance(value, int | float):
            sheet.write_number(row, index, value, self.style(kind))
        else:
            sheet.write_string(row, index, cleaned(str(value)), self.style("text"))


_FONT = {"font_name": "SimSun", "font_size": 11, "valign": "vcenter"}
_BOXED = {**_FONT, "border": 1, "text_wrap": True}
_STYLES = {
    "title": {**_FONT, "font_size": 18, "bold": True, "align": "center"},
    "subtitle": {**_FONT, "align": "left"},
    "plain": {**_FONT, "align": "left"},
    "statement": {**_FONT, "text_wrap": True, "align": "left"},
    "heading": {**_BOXED, "bold": True, "align": "center", "bg_color": "#EDEDED"},
    "text": _BOXED,
    **{kind: {**_BOXED, "num_format": code} for kind, code in _FORMATS.items()},
}
