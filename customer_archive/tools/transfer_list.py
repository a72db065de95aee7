"""The list that both sides of a transfer sign, and its check report, as XLSX."""

import xlsxwriter

from .xlsx.workbook import cleaned

_HEAD = {"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True}
_TEXT = {"border": 1, "text_wrap": True, "valign": "top"}


def write_list(stream, title, above, headings, rows, below=()):
    """Write one sheet with lines above and below a table.

    :param stream: binary file
    :param above: list of pairs of texts: what, and its value
    :param headings: list of (text, width in characters)
    :param rows: iterable of lists of texts and numbers
    :param below: list of texts, such as places to sign
    """
    book = xlsxwriter.Workbook(
        stream, {"strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, head, text = (
        book.add_format(each) for each in ({"bold": True}, _HEAD, _TEXT)
    )
    sheet = book.add_worksheet(title)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, bold)
    for line, (what, value) in enumerate(above, 1):
        sheet.write_string(line, 0, what)
        sheet.write_string(line, 2, cleaned(str(value or "")))
    first = len(above) + 2
    for column, (words, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(first, column, words, head)
    sheet.repeat_rows(first)
    line = first
    for line, row in enumerate(rows, first + 1):
        for column, value in enumerate(row):
            _write(sheet, line, column, value, text)
    for place, words in enumerate(below, 2):
        sheet.write_string(line + 2 * place, 0, words)
    book.close()


def _write(sheet, line, column, value, style):
    if isinstance(value, int):
        sheet.write_number(line, column, value, style)
    else:
        sheet.write_string(line, column, cleaned(str(value or "")), style)
