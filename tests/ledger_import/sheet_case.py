"""Sheets as offices fill them, with formats, merged cells and rows in between."""

import io

import xlsxwriter

from ..support.common import credit_code
from .ledger_case import HEADINGS, LedgerCase

PLAIN = ("name", "vat", "category", "user", "contact", "phone")


def made(write, **options):
    """Return a workbook whose first sheet ``write(sheet, book)`` fills."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options)
    sheet = book.add_worksheet("台账")
    write(sheet, book)
    book.close()
    return stream.getvalue()


class SheetCase(LedgerCase):
    maxDiff = None

    def plain(self, serial, **values):
        row = self.row(serial)
        return {**{key: row[key] for key in PLAIN}, **values}

    def lines(self, sheet, rows, keys=PLAIN, top=0):
        """Write headings and rows; a cell is a value, or (value, format)."""
        sheet.write_row(top, 0, [HEADINGS[key] for key in keys])
        for place, row in enumerate(rows, top + 1):
            for index, key in enumerate(keys):
                cell = row.get(key)
                if cell is not None:
                    sheet.write(
                        place, index, *(cell if isinstance(cell, tuple) else (cell,))
                    )

    def told(self, one):
        """Return what was noticed, as (kind, count, places)."""
        return {kind: (count, places) for kind, count, places in one.sudo().noted or ()}

    def party(self, serial):
        domain = [("vat", "=", credit_code(serial)), ("parent_id", "=", False)]
        return self.env["res.partner"].search(domain)
