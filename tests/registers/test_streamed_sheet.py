"""Rows written in batches, against the same cells written one by one."""

import io
import zipfile
from datetime import date, datetime
from unittest.mock import patch

import openpyxl
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.xlsx import streamed_sheet
from odoo.addons.customer_archive.tools.xlsx.row_heights import row_heights
from odoo.addons.customer_archive.tools.xlsx.streamed_sheet import (
    StreamedSheet,
    cleaned,
)

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "=1+1",
        " before",
        "after ",
        "\n",
        "a\tb",
        "_x0041_",
        "<b>&\"'</b>",
        "\x1f",
        "\r\n",
        "91310100MA1FL4AQ2B",
        "😀 مرحبا",
    ]
)
VALUES = (
    st.none()
    | TEXTS
    | st.integers(-(2**31), 2**31)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates(min_value=date(1900, 1, 1))
    | st.datetimes(min_value=datetime(1900, 1, 1))
)


def sheet_xml(write):
    """Return the XML of a sheet, and the whole file."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet(worksheet_class=StreamedSheet)
    own = book.add_format({"num_format": "0.00"})
    text = book.add_format({"border": 1})
    write(sheet, own, text)
    book.close()
    with zipfile.ZipFile(stream) as content:
        return content.read(SHEET), stream


def in_batches(columns, size):
    def write(sheet, own, text):
        sheet.write_string(0, 0, "head", text)
        row, count = 1, len(columns[0])
        for start in range(0, count, size):
            part = [(own, text, each[start : start + size]) for each in columns]
            row = sheet.write_batch(row, part)
        sheet.write_string(row, 0, "foot", text)

    return write


def one_by_one(columns):
    def write(sheet, own, text):
        sheet.write_string(0, 0, "head", text)
        for row, values in enumerate(zip(*columns, strict=True), 1):
            for index, value in enumerate(values):
                value = cleaned(value) if isinstance(value, str) else value
                if value is None or value == "":
                    sheet.write_blank(row, index, None, text)
                elif isinstance(value, date):
                    sheet.write_datetime(row, index, value, own)
                elif isinstance(value, str):
                    sheet.write_string(row, index, value, text)
                else:
                    sheet.write_number(row, index, value, own)
        sheet.write_string(len(columns[0]) + 1, 0, "foot", text)

    return write


@tagged("post_install", "-at_install")
class TestStreamedSheet(BaseCase):
    @settings(max_examples=300, deadline=None)
    @given(
        st.integers(1, 3).flatmap(
            lambda width: st.lists(
                st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=9
            )
        ),
        st.integers(1, 5),
    )
    @example([["\x1f", "", None]], 1)
    @example([["\r", " \r\n ", "\x85x"]], 1)
    @example([["plain", "alike"], ["", "a&b"], ["x" * 40_000, "😀" * 20_000]], 2)
    def test_same_bytes_as_single_cells(self, rows, size):
        columns = list(zip(*rows, strict=True))
        batched, _stream = sheet_xml(in_batches(columns, size))
        single, _stream = sheet_xml(one_by_one(columns))
        self.assertEqual(batched, single)

    def test_heights(self):
        def batched(sheet, _own, text):
            sheet.write_batch(0, [(text, text, ["a", "b", "c"])], [None, 33, 409.5])

        def single(sheet, _own, text):
            sheet.set_row(1, 33)
            sheet.set_row(2, 409.5)
            for row, value in enumerate("abc"):
                sheet.write_string(row, 0, value, text)

        self.assertEqual(sheet_xml(batched)[0], sheet_xml(single)[0])

    def test_rows_are_as_high_as_their_text(self):
        columns = [
            ["short", "一二三四五六", "line\nbreak", "x" * 20_000, None],
            [1, 2, 3, 4, 5],
        ]
        self.assertEqual(row_heights([10, 4], columns), [None, 33, 33, 409.5, None])
        self.assertIsNone(row_heights([12, 4], [["short", "一二三四五六"], [1, 2]]))
        self.assertIsNone(row_heights([0], [["", None]]))

    def test_text_that_looks_like_rich_text(self):
        """xlsxwriter would write it into the file as XML."""
        text = "<r><t>x</t><evil/></r>"
        for write in (in_batches([[text]], 1), one_by_one([[text]])):
            _xml, stream = sheet_xml(write)
            stream.seek(0)
            self.assertEqual(openpyxl.load_workbook(stream).active["A2"].value, text)

    def test_numbers_and_dates_that_excel_lacks(self):
        values = [float("nan"), float("-inf"), date(1899, 12, 31), datetime(999, 1, 1)]
        _xml, stream = sheet_xml(in_batches([values], 9))
        stream.seek(0)
        sheet = openpyxl.load_workbook(stream).active
        self.assertEqual(
            [sheet.cell(row, 1).value for row in range(2, 6)],
            ["nan", "-inf", "1899-12-31", "0999-01-01 00:00:00"],
        )

    def test_rows_beyond_the_sheet(self):
        def write(sheet, own, text):
            with self.assertRaisesRegex(ValueError, "too many rows"):
                sheet.write_batch(streamed_sheet.MAX_ROWS - 1, [(own, text, [1, 2])])
            last = streamed_sheet.MAX_ROWS - 1
            self.assertEqual(sheet.write_batch(last, [(own, text, [7])]), last + 1)

        xml, _stream = sheet_xml(write)
        self.assertIn(b'r="A1048576"', xml)

    def test_days_in_mind_are_limited(self):
        days = [date.fromordinal(700_000 + each) for each in range(25)]
        with patch.object(streamed_sheet, "MOST_DAYS", 10):
            few, _stream = sheet_xml(in_batches([days], 5))
        many, _stream = sheet_xml(in_batches([days], 5))
        self.assertEqual(few, many)
