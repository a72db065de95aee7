"""Writes the template of a ledger, and a ledger with its errors beside the cells.

Plain Python: it knows cells, not records.
"""

from datetime import date, datetime

import xlsxwriter

from ..xlsx.workbook import cleaned
from .cells import Formatted

# Each is a shape of its own in the workbook, so there is an end to them; the column
# with the errors has none.
MOST_COMMENTS = 5_000
MOST_CHOICES = 255
_HEAD = {"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True}
_BAD = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
_DATE = "yyyy-mm-dd"


def _book(stream, **options):
    return xlsxwriter.Workbook(
        stream, {"strings_to_formulas": False, "strings_to_urls": False, **options}
    )


def write_template(stream, title, columns, hints_title):
    """Write an empty ledger, and a sheet that says what each column takes.

    :param stream: binary file
    :param columns: list of (heading, hint, example, choices); choices may be empty
    """
    book = _book(stream)
    head, text = book.add_format(_HEAD), book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(title)
    hints = book.add_worksheet(hints_title)
    for index, (heading, hint, example, choices) in enumerate(columns):
        # As text: a credit code isn't to become 9.1E+17.
        sheet.set_column(index, index, max(14, 2 * len(heading)), text)
        sheet.write_string(0, index, heading, head)
        sheet.write_comment(0, index, hint)
        if _is_list(choices):
            rule = {"validate": "list", "source": choices, "error_type": "warning"}
            sheet.data_validation(1, index, 1000, index, rule)
        hints.write_string(index, 0, heading, head)
        hints.write_string(index, 1, hint, wrapped)
        hints.write_string(index, 2, example)
    sheet.freeze_panes(1, 0)
    hints.set_column(0, 0, 24)
    hints.set_column(1, 1, 70)
    hints.set_column(2, 2, 30)
    book.close()


def _is_list(choices):
    """Whether Excel takes choices as a list: commas part them, and it counts UTF-16."""
    joined = ",".join(choices)
    return (
        bool(joined)
        and len(joined.encode("utf-16-le")) <= 2 * MOST_CHOICES
        and joined.count(",") == len(choices) - 1
    )


def write_errors(stream, title, headings, rows, problems, error_heading):
    """Write the rows that are wrong, with what is wrong beside them.

    :param stream: binary file
    :param headings: those of the ledger
    :param rows: iterable of (number, cells)
    :param problems: by number, a list of (index of the cell or None, message)
    :param error_heading: of the column with the messages, the first one
    """
    book = _book(stream, constant_memory=True, default_date_format=_DATE)
    head, bad = book.add_format(_HEAD), book.add_format(_BAD)
    bad_date = book.add_format({**_BAD, "num_format": _DATE})
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, max(len(headings), 1), 16)
    for index, heading in enumerate([error_heading, *headings]):
        sheet.write_string(0, index, cleaned(str(heading or "")), head)
    sheet.freeze_panes(1, 1)
    comments = place = 0
    for number, cells in rows:
        if number not in problems:
            continue
        place += 1
        found = problems[number]
        told = "\n".join(message for _index, message in found)
        sheet.write_string(place, 0, cleaned(f"{number}: {told}"), bad)
        wrong = {}
        for index, message in found:
            if index is not None:
                wrong.setdefault(index, []).append(message)
        for index in range(max(len(cells), *(i + 1 for i in [*wrong, 0]))):
            cell = cells[index] if index < len(cells) else None
            marked = index in wrong
            _write(sheet, place, index + 1, cell, bad if marked else None, bad_date)
            if marked and comments < MOST_COMMENTS:
                comments += 1
                told = cleaned("\n".join(wrong[index]))
                sheet.write_comment(place, index + 1, told)
    sheet.autofilter(0, 0, max(place, 1), max(len(headings), 1))
    book.close()


def _write(sheet, row, column, cell, style, bad_date):
    if cell is None or cell == "":
        if style:
            sheet.write_blank(row, column, None, style)
    elif isinstance(cell, Formatted):
        # As it was shown, which is what is read the next time.
        _write(sheet, row, column, cell.day or str(cell).strip(), style, bad_date)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, datetime | date):
        try:
            sheet.write_datetime(row, column, cell, bad_date if style else None)
        except ValueError:
            sheet.write_string(row, column, str(cell), style)
    else:
        sheet.write_string(row, column, cleaned(str(cell)), style)
