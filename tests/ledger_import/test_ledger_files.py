"""Files of ledgers as Excel, WPS and others pack them, and such as are no ledger."""

import csv
import io
import zipfile

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .ledger_case import HEADINGS, workbook
from .sheet_case import PLAIN, SheetCase
from .test_ledger_reader import changed


@tagged("post_install", "-at_install")
class TestLedgerFiles(SheetCase, TransactionCase):
    """Requirement H10."""

    def test_oddly_packed_workbooks(self):
        """What Excel opens is read."""
        content = workbook([self.plain(4420)], {key: HEADINGS[key] for key in PLAIN})
        kinds = {
            "fill": self.replaced(
                content, "xl/styles.xml", b"<fill>", b"<fill/><fill>"
            ),
            "docprops": changed({"docProps/core.xml": "<x>long ago</x>"}, content),
            "strict": self.strict(content),
            "backslash": self.backslashes(content),
            "utf-16": self.utf16(content),
        }
        for kind, each in kinds.items():
            with self.subTest(kind):
                one = self.checked(each)
                self.assertEqual((one.created_count, one.error_count), (1, 0))

    def replaced(self, content, part, old, new):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = archive.read(part)
        self.assertIn(old, text)
        return changed({part: text.replace(old, new)}, content)

    def strict(self, content):
        """As "Strict Open XML": all namespaces are others, dates are ISO."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {
                name: archive.read(name)
                .replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                )
                .replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                )
                for name in archive.namelist()
            }
        return changed(parts, content)

    def backslashes(self, content):
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for name in old.namelist():
                info = zipfile.ZipInfo("x")
                info.filename = name.replace("/", "\\")
                new.writestr(info, old.read(name))
        return stream.getvalue()

    def utf16(self, content):
        part = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = archive.read(part).decode()
        return changed({part: text.encode("utf-16")}, content)

    def test_text_files(self):
        """CSV as Excel and WPS write it: UTF-8, GBK, UTF-16 with tabs."""
        for place, (encoding, separator) in enumerate(
            (("utf-8-sig", ","), ("utf-8", ";"), ("gb18030", ","), ("utf-16", "\t"))
        ):
            row = self.plain(4430 + place, phone="0551-5550001")
            stream = io.StringIO()
            writer = csv.writer(stream, delimiter=separator)
            writer.writerows([[HEADINGS[key] for key in PLAIN], list(row.values())])
            with self.subTest(encoding):
                one = self.imported(stream.getvalue().encode(encoding))
                self.assertEqual(one.created_count, 1)
                self.assertEqual(self.party(4430 + place).phone, "0551-5550001")
        shortened = "客户名称,信用代码\n甲,9.13101E+17\n".encode()
        self.assertEqual(
            self.problems(self.checked(shortened)) & {(2, "vat", "digits_lost")},
            {(2, "vat", "digits_lost")},
        )

    def test_other_kinds_are_named(self):
        """Each for what it is, with what to do."""
        ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
        kinds = {
            r"\.et of WPS": ole + "Workbook".encode("utf-16-le"),
            "document, not": ole + "WordDocument".encode("utf-16-le"),
            "web page": b"<html><body><table><tr><td>1</td></tr></table>",
            "of 2003": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "OpenDocument": _zip("content.xml"),
            "Apple": _zip("Index/Document.iwa"),
            "xlsb": _zip("xl/workbook.bin"),
            "archive: unpack": _zip("台账.xlsx"),
        }
        for words, content in kinds.items():
            with self.assertRaisesRegex(UserError, words):
                self.upload(content)


def _zip(name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    return stream.getvalue()
