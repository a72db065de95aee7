"""Hostile names through everything that writes files: each counts in its own way."""

import io
import re
import zipfile
from xml.sax.saxutils import unescape

import openpyxl
import xlsxwriter
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase, TransactionCase, tagged

from odoo.addons.customer_archive.tools import qr
from odoo.addons.customer_archive.tools import sharing_package as package
from odoo.addons.customer_archive.tools.ledger import workbook as ledger_workbook
from odoo.addons.customer_archive.tools.papers import watermark
from odoo.addons.customer_archive.tools.xlsx import workbook

from ..registers.test_workbook import layout
from ..support.common import ArchiveCase

RARE = "𬬭"
NAMES = (
    # 31 and more, one beyond the first plane among the first.
    f"{RARE}示例国际进出口贸易集团华东区域供应链管理服务分公司驻上海办事处",
    f"{RARE}" * 40,
    "示" * 30 + RARE,
    "示例" * 60,
    "𠮷" * 127 + "x",
    "a" * 300,
    "'示例'",
    "''",
    "History",
    "history",
    "示例/分公司:[甲]*?\\",
    "شركة مثال التجارية",
    "\u202e示例\u202cgpj.exe",
    "第一行\n第二行\r\n第三行\t四",
    "说\"好\"的<公司>&'子'公司",
    "&" * 200,
    "_x0041_ 公司",
    "=1+1",
    "CON",
    "aux.公司",
    "...",
    " ",
    "示例\x00\x0b公司\ud83d",
    "e\u0301 é 示例",
    "示例公司",
    "示例公司",
)


def utf16(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def readable(text):
    """Return a name as databases can hold it."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


@tagged("post_install", "-at_install")
class TestNamesInTools(BaseCase):
    def test_sheet_names(self):
        """F7: as Excel counts, forbids and compares them."""
        taken = {"history"}
        names = [workbook.sheet_name(name, taken) for name in NAMES]
        for name in names:
            self.assertLessEqual(utf16(name), 31, name)
            self.assertFalse(re.search(r"[\[\]:*?/\\\x00-\x1f]", name), name)
            self.assertFalse(name.startswith("'") or name.endswith("'"), name)
            self.assertTrue(name.strip())
            self.assertNotEqual(name.casefold(), "history")
        self.assertEqual(len({name.casefold() for name in names}), len(names))

    def test_forms_and_lists(self):
        """Workbooks with each of them as title, value, footer and sheet."""
        for name in NAMES:
            stream = io.BytesIO()
            odd = layout(title=name, footer=name, statement=name, signatures=[name])
            with workbook.Book(stream) as book:
                book.add_list(odd, [[[1], [name], [None], [2.5]]])
                book.add_forms(odd, [(name, [name], [1, name, None, 2])] * 2)
            stream.seek(0)
            opened = openpyxl.load_workbook(stream)
            self.assertEqual(len(opened.sheetnames), 3)
            for sheet in opened:
                with zipfile.ZipFile(stream) as archive:
                    text = archive.read(f"xl/worksheets/sheet{1}.xml").decode()
                footer = re.search("<oddFooter>(.*?)</oddFooter>", text, re.DOTALL)[1]
                footer = unescape(footer)
                self.assertLessEqual(utf16(footer), 255)
                own = footer[2:].rpartition("&R")[0]
                self.assertEqual(own.replace("&&", "").count("&"), 0, sheet.title)

    def test_texts_of_cells(self):
        """32,767 as Excel counts them."""
        stream = io.BytesIO()
        with workbook.Book(stream) as book:
            book.add_list(layout(), [[[1], [RARE * 20_000], [None], [1]]])
        stream.seek(0)
        value = openpyxl.load_workbook(stream).active["B4"].value
        self.assertLessEqual(utf16(value), 32_767)
        self.assertEqual(set(value), {RARE})

    def test_ledgers(self):
        """The template and the workbook with the errors."""
        names = list(map(readable, NAMES))
        columns = [(name, name, name, [name, "是"]) for name in names]
        ledger_workbook.write_template(io.BytesIO(), "台账", columns, "说明")
        stream = io.BytesIO()
        rows = [(2, names)]
        problems = {2: [(index, name) for index, name in enumerate(names)]}
        ledger_workbook.write_errors(stream, "错误", names, rows, problems, "错")
        stream.seek(0)
        self.assertEqual(openpyxl.load_workbook(stream).active.max_row, 2)

    def test_file_names(self):
        """In packages and folders: 255 bytes, no devices, nothing turned round."""
        taken = set()
        for name in NAMES:
            safe = package.safe_name(f"{name}.pdf")
            unique = package.unique(safe, taken)
            self.assertLessEqual(len(unique.encode()), 255)
            self.assertLessEqual(utf16(unique), 255)
            self.assertFalse(re.search('[\\\\/:*?"<>|\x00-\x1f\u202a-\u202e]', unique))
            if name.strip(" ."):
                self.assertTrue(unique.endswith(".pdf"), unique)
        stream = io.BytesIO()
        files = [(f"{readable(name)}.pdf", io.BytesIO(b"x")) for name in NAMES]
        package.write_package(stream, files, {"to": readable(NAMES[0])}, "secret")
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
        self.assertEqual(len(set(map(str.casefold, names))), len(NAMES) + 1)

    def test_marks(self):
        """Of PDF and XLSX: shown, and as long as a footer may be."""
        sheet, page = io.BytesIO(), io.BytesIO()
        book = xlsxwriter.Workbook(sheet)
        book.add_worksheet().set_footer("&L" + "旧" * 100 + "&R&P")
        book.close()
        canvas = Canvas(page)
        canvas.drawString(50, 50, "licence")
        canvas.save()
        for name in (NAMES[0], RARE * 200, "&" * 250, "\u202e示例\n公司", NAMES[11]):
            target = io.BytesIO()
            sheet.seek(0)
            watermark.mark_xlsx(sheet, target, name)
            footer = openpyxl.load_workbook(target).active.oddFooter
            with zipfile.ZipFile(target) as archive:
                text = archive.read("xl/worksheets/sheet1.xml").decode()
            raw = re.search("<oddFooter>(.*?)</oddFooter>", text, re.DOTALL)[1]
            self.assertLessEqual(utf16(raw.replace("&amp;", "&")), 255)
            self.assertTrue(footer.left.text)
            target = io.BytesIO()
            page.seek(0)
            watermark.stamp_pdf(page, target, [name])
            self.assertEqual(len(PdfReader(target).pages), 1)

    def test_codes(self):
        """A QR code holds what it is given, or says that it is too much."""
        for name in map(readable, NAMES):
            try:
                rows = qr.modules(name)
            except ValueError:
                self.assertGreater(len(name.encode()), qr.MAX_BYTES)
            else:
                self.assertTrue(rows)


@tagged("post_install", "-at_install")
class TestNamesOfRecords(ArchiveCase, TransactionCase):
    def test_exports_and_copies(self):
        """Each register of a file, its forms and its copies."""
        chosen = (0, 1, 11, 12, 13, 14)
        names = [readable(NAMES[index]) for index in chosen]
        files = self.env["customer.archive"]
        for name in names:
            files |= self.archive(partner=self.partner(name))
        registers = self.env["customer.archive.register"].search(
            [("model_id.model", "=", "customer.archive")]
        )
        self.assertTrue(registers.filtered(lambda each: each.layout == "form"))
        for register in registers:
            stream = io.BytesIO()
            register.write_xlsx(stream, files)
            stream.seek(0)
            self.assertTrue(openpyxl.load_workbook(stream).sheetnames)
        for file in files:
            item = file.document_ids[:1]
            item.write(
                {"attachment_ids": [(0, 0, {"name": "扫描.PDF", "raw": b"%PDF-1.4 x"})]}
            )
            [copy] = item.attachment_ids
            self.assertLessEqual(len(copy.name.encode()), 255)
            self.assertTrue(copy.name.endswith(".pdf"))
            self.assertNotRegex(copy.name, '[\\\\/:*?"<>|\x00-\x1f\u202a-\u202e]')
