"""Hostile and mistaken files: refused quickly, and each in words of its own."""

import io
import time
import zipfile
from unittest.mock import patch

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import ledger_reader
from odoo.addons.customer_archive.tools.ledger_reader import LedgerError

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"


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


@tagged("post_install", "-at_install")
class TestLedgerReader(BaseCase):
    def refused(self, content):
        started = time.perf_counter()
        with self.assertRaises(LedgerError) as caught:
            list(ledger_reader.rows(io.BytesIO(content)))
        self.assertLess(time.perf_counter() - started, 5)
        return caught.exception.code

    def test_reads(self):
        rows = list(ledger_reader.rows(io.BytesIO(book())))
        self.assertEqual(rows, [["名称", "电话"], ["甲", "1"]])

    def test_other_files(self):
        for code, content in {
            "empty": b"",
            "xls": OLE + b"\0" * 2000,
            "password": OLE + b"\0" * 700 + "EncryptedPackage".encode("utf-16-le"),
            "pdf": b"%PDF-1.7\n%",
            "image": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
            "csv": "名称,电话\r\n甲,1\r\n".encode(),
            "other": b"\x7fELF" + bytes(range(256)) * 4,
            "broken": b"PK\x03\x04" + b"\0" * 500,
        }.items():
            self.assertEqual(self.refused(content), code)
        self.assertEqual(self.refused("名称,电话\r\n".encode("gb18030")), "csv")
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
        with patch.object(ledger_reader, "MAX_STRINGS", 1000):
            strings = {"xl/sharedStrings.xml": "<sst>" + " " * 2000 + "</sst>"}
            self.assertEqual(self.refused(changed(strings)), "bomb")
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

    def test_extent(self):
        with patch.object(ledger_reader, "MAX_ROWS", 5):
            self.assertEqual(self.refused(book([["x"]] * 6)), "rows")
            self.assertEqual(len(list(ledger_reader.rows(io.BytesIO(book())))), 2)
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
        self.assertEqual(self.refused(changed({SHEET: text})), "rows")

    def test_formatted_rows_below(self):
        """Ends of sheets that were formatted and never filled in don't matter."""
        made = openpyxl.Workbook()
        made.active.append(["名称"])
        made.active.cell(300, 30).font = openpyxl.styles.Font(bold=True)
        stream = io.BytesIO()
        made.save(stream)
        rows = list(ledger_reader.rows(stream))
        self.assertEqual([row for row in rows if row], [["名称"]])

    def test_hidden_sheet_before(self):
        made = openpyxl.Workbook()
        made.active.sheet_state = "hidden"
        made.create_sheet("台账").append(["名称"])
        stream = io.BytesIO()
        made.save(stream)
        self.assertEqual(list(ledger_reader.rows(stream)), [["名称"]])
