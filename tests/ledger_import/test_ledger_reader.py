"""Hostile and mistaken files: refused quickly, and each in words of its own."""

import io
import time
import zipfile
from unittest.mock import patch

import openpyxl
import xlsxwriter

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.ledger import (
    layout as ledger_layout,
)
from odoo.addons.customer_archive.tools.ledger import (
    package as ledger_package,
)
from odoo.addons.customer_archive.tools.ledger import (
    reader as ledger_reader,
)
from odoo.addons.customer_archive.tools.ledger import (
    sheet as ledger_sheet,
)
from odoo.addons.customer_archive.tools.ledger.reader import LedgerError

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"
TEXTS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"


def book(rows=(("名称", "电话"), ("甲", "1"))):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def changed(parts, content=None):
    """Return a workbook with some of its parts exchanged, or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or book())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            if text is not None:
                new.writestr(name, text)
    return stream.getvalue()


def shared(rows=(("名称", "电话"), ("甲", "1"))):
    """Return a workbook whose texts are in a part of their own."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream)
    sheet = made.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    made.close()
    return stream.getvalue()


def renamed(content, name, other):
    """Return a workbook with a part under another name, and all that refers to it."""
    parts = {name: None}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts[other] = archive.read(name)
        for each in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            text = archive.read(each).decode()
            for path in (f"/{name}", name.removeprefix("xl/")):
                text = text.replace(f'"{path}"', f'"/{other}"')
            parts[each] = text
    return changed(parts, content)


@tagged("post_install", "-at_install")
class TestLedgerReader(BaseCase):
    """Requirement H10."""

    def rows(self, content):
        with ledger_reader.opened(io.BytesIO(content)) as ledger:
            return [line.cells for line in ledger.lines()]

    def refused(self, content):
        started = time.perf_counter()
        with self.assertRaises(LedgerError) as caught:
            self.rows(content)
        self.assertLess(time.perf_counter() - started, 5)
        return caught.exception.code

    def test_reads(self):
        rows = self.rows(book())
        self.assertEqual(rows, [["名称", "电话"], ["甲", "1"]])

    def test_other_files(self):
        for code, content in {
            "empty": b"",
            "xls": OLE + b"\0" * 2000,
            "password": OLE + b"\0" * 700 + "EncryptedPackage".encode("utf-16-le"),
            "pdf": b"%PDF-1.7\n%",
            "image": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
            "other": b"\x7fELF" + bytes(range(256)) * 4,
            "broken": b"PK\x03\x04" + b"\0" * 500,
        }.items():
            self.assertEqual(self.refused(content), code)
        self.assertEqual(self.refused(b"\xff\xd8\xff\xe0" + b"\0" * 99), "image")

    def test_other_archives(self):
        for code, name in {
            "zip": "readme.txt",
            "document": "word/document.xml",
            "ods": "content.xml",
            "xlsb": "xl/workbook.bin",
        }.items():
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                archive.writestr(name, "x")
            self.assertEqual(self.refused(stream.getvalue()), code)

    def test_cut_off(self):
        self.assertEqual(self.refused(book()[:-200]), "broken")
        self.assertEqual(self.refused(changed({SHEET: "<worksheet><row"})), "broken")

    def test_bombs(self):
        """By what they declare: a sheet of 500 MB, many parts, much in all."""
        stream = io.BytesIO(book())
        with (
            zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/worksheets/sheet2.xml", "w") as part,
        ):
            for _each in range(500):
                part.write(b" " * (1 << 20))
        self.assertLess(len(stream.getvalue()), 1 << 20)
        self.assertEqual(self.refused(stream.getvalue()), "bomb")
        many = {f"xl/media/{number}.png": "x" for number in range(1100)}
        self.assertEqual(self.refused(changed(many)), "bomb")
        with patch.object(ledger_reader, "MAX_BYTES", 100):
            self.assertEqual(self.refused(book()), "large")

    def test_a_part_that_lies_about_its_size(self):
        """No more is unpacked than is declared."""
        content = bytearray(changed({SHEET: "<worksheet>" + " " * 100_000}))
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
            place = archive.start_dir
        declared = (100_011).to_bytes(4, "little")
        while (at := content.find(declared, 0)) >= 0:
            content[at : at + 4] = (50).to_bytes(4, "little")
        self.assertGreater(place, 0)
        self.assertEqual(self.refused(bytes(content)), "broken")

    def test_encrypted_archive(self):
        content = bytearray(book())
        # The flag of each entry, in the directory at the end.
        at = content.find(b"PK\x01\x02")
        content[at + 8] |= 1
        self.assertEqual(self.refused(bytes(content)), "password")

    def test_entities(self):
        billion = (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
            "<worksheet>&b;</worksheet>"
        )
        outside = (
            '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'
        )
        for text in (billion, outside):
            self.assertEqual(self.refused(changed({SHEET: text})), "entities")
            self.assertEqual(
                self.refused(changed({SHEET: text.encode("utf-16")})), "entities"
            )

    def test_entities_in_any_part(self):
        """Whatever a part is called, and whether it is read or not."""
        declared = '<!DOCTYPE x [<!ENTITY a "EXPANDED">]>'
        for name, root in ((TEXTS, "<sst"), (SHEET, "<worksheet"), (STYLES, "<style")):
            content = renamed(shared(), name, "xl/part.dat")
            self.assertTrue(self.rows(content))
            part = zipfile.ZipFile(io.BytesIO(content)).read("xl/part.dat").decode()
            part = part.replace(root, declared + root, 1)
            content = changed({"xl/part.dat": part}, content)
            self.assertEqual(self.refused(content), "entities", name)
        for encoding in ("utf-8", "utf-16", "utf-8-sig"):
            unread = {"docProps/x.dat": f" {declared}<x>&a;</x>".encode(encoding)}
            self.assertEqual(self.refused(changed(unread)), "entities")

    def test_limits_by_what_a_part_is(self):
        """The texts of cells are limited as such, under any name."""
        content = renamed(shared(), TEXTS, "xl/ss.bin")
        for name, most in (("MAX_STRINGS", 100), ("MAX_SMALL", 100)):
            with patch.object(ledger_package, name, most):
                self.assertEqual(self.refused(content), "bomb")
        with patch.object(ledger_sheet, "MOST_STRINGS", 3):
            self.assertEqual(self.refused(content), "cells")
        with patch.object(ledger_sheet, "MOST_IN_SHEET", 5):
            self.assertEqual(self.refused(content), "cells")

    def test_bombs_end_within_their_limits(self):
        """Millions of empty elements in a small file: told in seconds."""
        head = "<worksheet><sheetData><row>"
        cells = changed({SHEET: head + "<c/>" * 4_000_000})
        self.assertLess(len(cells), 1 << 20)
        started = time.process_time()
        with self.assertRaisesRegex(LedgerError, "wide"):
            self.rows(cells)
        # Without cells there is nothing to be found in columns.
        self.assertEqual(
            self.refused(changed({SHEET: f"{head}{'<x/>' * 4_000_000}"})), "bomb"
        )
        rows = f"{head}</row>" + f"<row>{'<c/>' * 10_000}</row>" * 300
        self.assertEqual(self.refused(changed({SHEET: rows})), "bomb")
        texts = changed({TEXTS: "<sst>" + "<si/>" * 2_000_000}, shared())
        self.assertLess(len(texts), 1 << 16)
        self.assertEqual(self.refused(texts), "bomb")
        # Of processor time: others may use it, too.
        self.assertLess(time.process_time() - started, 5)

    def test_most_texts(self):
        with patch.object(ledger_sheet, "MOST_TEXTS", 3):
            self.assertEqual(self.refused(shared()), "texts")

    def test_cells_far_to_the_right(self):
        """3,000 rows that are formatted up to XFD cost nothing."""
        rows = "".join(
            f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="XFD{n}" s="0"/></row>'
            for n in range(1, 3001)
        )
        sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
        content = changed({SHEET: sheet})
        started = time.perf_counter()
        self.assertEqual(len(self.rows(content)), 3000)
        self.assertLess(time.perf_counter() - started, 1)
        content = changed(
            {SHEET: sheet.replace('"XFD7" s="0"/>', '"XFD7"><v>1</v></c>')}
        )
        with self.assertRaises(LedgerError) as caught:
            self.rows(content)
        self.assertEqual(
            (caught.exception.code, caught.exception.place), ("columns", "XFD7")
        )

    def test_merges_and_texts_cost_little(self):
        """Hundreds of thousands of merges, unclosed ones, long texts like totals."""
        rows = "".join(
            f'<row r="{n}"><c r="A{n}" t="str"><v>{text}</v></c></row>'
            for n, text in [(1, "名称"), *((n, "x") for n in range(2, 20_000))]
        )
        long = (
            f'<row r="20001"><c r="A20001" t="str"><v>合计{"." * 32_000}x</v></c></row>'
        )
        merges = "".join(
            f'<mergeCell ref="C{n}:C{n + 20_000}"/>' for n in range(2, 20_000)
        )
        sheet = f"<worksheet><sheetData>{rows}{long}</sheetData>{merges}</worksheet>"
        started = time.perf_counter()
        with ledger_reader.opened(io.BytesIO(changed({SHEET: sheet}))) as ledger:
            noted = ledger_layout.Noted()
            body = ledger_layout.Body(ledger, 1, ["name"], [True], False, noted)
            self.assertEqual(len(list(body.rows())), 19_999)
        unclosed = "<worksheet><sheetData/>" + "<mergeCell " * 1_000_000
        with ledger_reader.opened(io.BytesIO(changed({SHEET: unclosed}))) as ledger:
            self.assertEqual(ledger.merges(), [])
        self.assertLess(time.perf_counter() - started, 10)

    def test_ambiguous_packages(self):
        """Two parts of one name, rows that go back: programs would differ."""
        content = changed({SHEET.upper(): "<worksheet/>"})
        self.assertEqual(self.refused(content), "broken")
        back = '<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>'
        self.assertEqual(self.refused(changed({SHEET: back})), "broken")

    def test_extent(self):
        with patch.object(ledger_sheet, "MAX_ROWS", 5):
            self.assertEqual(self.refused(book([["x"]] * 6)), "rows")
            self.assertEqual(len(self.rows(book())), 2)
        self.assertEqual(self.refused(book([["x"] * 201])), "columns")
        self.assertEqual(self.refused(book([])), "empty")

    def test_rows_far_down(self):
        """A row that says it is the last of all: the blank ones aren't waited for."""
        text = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
            'main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
            "</worksheet>"
        )
        self.assertEqual(self.rows(changed({SHEET: text})), [[1], [1]])

    def test_formatted_rows_below(self):
        """Ends of sheets that were formatted and never filled in don't matter."""
        made = openpyxl.Workbook()
        made.active.append(["名称"])
        made.active.cell(300, 30).font = openpyxl.styles.Font(bold=True)
        stream = io.BytesIO()
        made.save(stream)
        self.assertEqual(self.rows(stream.getvalue()), [["名称"]])

    def test_hidden_sheet_before(self):
        made = openpyxl.Workbook()
        made.active.sheet_state = "hidden"
        made.create_sheet("台账").append(["名称"])
        stream = io.BytesIO()
        made.save(stream)
        self.assertEqual(self.rows(stream.getvalue()), [["名称"]])
