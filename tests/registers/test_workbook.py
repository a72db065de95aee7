import io
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.xlsx import workbook


def layout(**values):
    columns = [
        workbook.Column("No.", "", 6, workbook.INTEGER, False),
        workbook.Column("Text", "a", 20, workbook.TEXT, False),
        workbook.Column("Date", "b", 12, workbook.DATE, False),
        workbook.Column("Amount", "c", 12, workbook.NUMBER, False),
    ]
    base = {
        "title": "=1+1 title",
        "columns": columns,
        "subtitle": ["Company: A", "Date: B"],
        "statement": "",
        "signatures": ["Prepared by", "Checked by"],
        "footer": "Exported by R&D",
        "labels": {"page": "Page &P of &N"},
    }
    return workbook.Layout(**{**base, **values})


def written(rows, **values):
    stream = io.BytesIO()
    with workbook.Book(stream) as book:
        book.add_list(layout(**values), [list(zip(*rows, strict=True))])
    stream.seek(0)
    return openpyxl.load_workbook(stream)


@tagged("post_install", "-at_install")
class TestWorkbook(BaseCase):
    def test_cells_are_of_their_kind(self):
        sheet = written([[1, "91310100MA1DEM0101", date(2026, 1, 2), 1234.5]]).active
        self.assertEqual(
            [cell.value for cell in sheet[4]],
            [1, "91310100MA1DEM0101", datetime(2026, 1, 2), 1234.5],
        )
        self.assertEqual([cell.data_type for cell in sheet[4]], ["n", "s", "d", "n"])
        self.assertEqual(sheet["C4"].number_format, "yyyy-mm-dd")

    def test_texts_stay_texts(self):
        """H: what starts like a formula, or is a long number, is a text in the cell."""
        for text in (
            "=1+1",
            "+86 139",
            "-1",
            "@SUM(A1)",
            "622202123456789012345",
            "http://example.com",
        ):
            with self.subTest(text):
                cell = written([[1, text, None, None]]).active["B4"]
                self.assertEqual((cell.value, cell.data_type), (text, "s"))

    def test_hostile_texts_give_a_sound_file(self):
        for text, expected in (
            ("x" * 40000, "x" * 32767),
            ("a\x00b\x0bc", "abc"),
            ("😀 مرحبا", "😀 مرحبا"),
            ("line\nbreak", "line\nbreak"),
        ):
            with self.subTest(text[:10]):
                self.assertEqual(
                    written([[1, text, None, None]]).active["B4"].value, expected
                )

    def test_layout(self):
        book = written([[1, "a", None, None], [2, "b", None, None]])
        sheet = book.active
        self.assertEqual(sheet["A1"].value, "=1+1 title")
        self.assertEqual(sheet["A1"].data_type, "s")
        self.assertEqual(sheet["A2"].value, "Company: A        Date: B")
        self.assertEqual(
            [cell.value for cell in sheet[3]], ["No.", "Text", "Date", "Amount"]
        )
        self.assertTrue(sheet["A6"].value.startswith("Prepared by"))
        self.assertEqual(sheet.freeze_panes, "A4")
        self.assertEqual(sheet.auto_filter.ref, "A3:D5")
        self.assertEqual(sheet.print_title_rows, "$1:$3")
        self.assertEqual(
            (sheet.page_setup.orientation, sheet.page_setup.paperSize), ("landscape", 9)
        )
        self.assertEqual(sheet.oddFooter.right.text, "Page &P of &N")
        self.assertEqual(sheet.oddFooter.left.text, "Exported by R&&D")

    def test_sheet_names(self):
        taken = set()
        names = [
            workbook.sheet_name(text, taken)
            for text in ("A/B:C", "a b c", "'x'", "", "y" * 40, "y" * 40, "[*]")
        ]
        self.assertEqual(names[:4], ["A B C", "a b c (2)", "x", "-"])
        self.assertEqual([len(name) for name in names[4:6]], [31, 31])
        self.assertEqual(len({name.casefold() for name in names}), len(names))

    def test_forms(self):
        stream = io.BytesIO()
        columns = [
            workbook.Column("Name", "n", 0, workbook.TEXT, True),
            workbook.Column("Phone", "p", 0, workbook.TEXT, False),
            workbook.Column("Fax", "f", 0, workbook.TEXT, False),
            workbook.Column("E-mail", "e", 0, workbook.TEXT, False),
        ]
        sheet_layout = layout(
            columns=columns, title="Form", statement="I declare", signatures=["Handler"]
        )
        forms = [
            ("One", ["Company: A"], ["=X", "1", "2", "e@x.cn"]),
            ("one", ["Company: B"], ["Y", None, None, None]),
        ]
        with workbook.Book(stream) as book:
            book.add_forms(sheet_layout, forms)
        stream.seek(0)
        book = openpyxl.load_workbook(stream)
        self.assertEqual(book.sheetnames, ["One", "one (2)"])
        self.assertEqual(book["one (2)"]["A2"].value, "Company: B")
        rows = [
            [cell.value for cell in row]
            for row in book["One"].iter_rows(min_row=3, max_row=6)
        ]
        self.assertEqual(rows[0], ["Name", "=X", None, None])
        self.assertEqual(rows[1], ["Phone", "1", "Fax", "2"])
        self.assertEqual(rows[2], ["E-mail", "e@x.cn", None, None])
        self.assertEqual(rows[3][0], "I declare")
