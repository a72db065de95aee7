"""Marks on PDF files and workbooks, as plain Python."""

import io
import re
from unittest.mock import patch

import openpyxl
from lxml import etree
from pypdf import PdfReader

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.papers import watermark
from odoo.addons.customer_archive.tools.papers.watermark import Unmarkable, marked

from .watermark_case import (
    TEXT,
    locked_pdf,
    members,
    pdf,
    raw_pdf,
    repacked,
    texts,
    workbook,
)

LINES = ["张小敏 (zhang)", "2026-03-01 18:12 UTC+0800", "CR/2026/0001"]
LINE = " · ".join(LINES)
SHEET = "xl/worksheets/sheet1.xml"
# Draws nothing more: moved away, clipped to nothing, and left like that.
UNDONE = b"q 0 0 1 1 re W n 0.001 0 0 0.001 9999 9999 cm q BT /F1 1 Tf"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Case(BaseCase):
    def check_refused(self, kind, content, code):
        with self.assertRaises(Unmarkable) as caught:
            marked(kind, content, LINES)
        self.assertEqual(caught.exception.code, code)


@tagged("post_install", "-at_install")
class TestWatermarkPdf(Case):
    """Requirement C7."""

    def check_marked(self, content, pages=1):
        """Check that each page carries all lines, many times, and return the texts."""
        found = texts(content)
        self.assertEqual(len(found), pages)
        for text in found:
            joined = re.sub(r"\s+", "", text)
            for line in LINES:
                self.assertGreaterEqual(joined.count(line.replace(" ", "")), 2, text)
        return found

    def test_pages(self):
        content = marked("pdf", pdf(3), LINES)
        for text in self.check_marked(content, 3):
            self.assertIn(TEXT, text)

    def test_source_and_target_are_files(self):
        source, target = io.BytesIO(pdf()), io.BytesIO()
        watermark.stamp_pdf(source, target, LINES)
        self.check_marked(target.getvalue())
        target = io.BytesIO()
        with self.assertRaises(Unmarkable):
            watermark.stamp_pdf(io.BytesIO(b"%PDF-1.4"), target, LINES)
        self.assertEqual(target.getvalue(), b"")

    def test_place(self):
        """Upright and within what is seen of a page, whatever its size and turn."""
        box = b"/MediaBox [0 0 595 842]"
        for page, matrix in {
            box: (1, 0, 0, 1, 0, 0),
            box + b"/Rotate 90": (0, 1, -1, 0, 595, 0),
            box + b"/Rotate 180": (-1, 0, 0, -1, 595, 842),
            box + b"/Rotate -90": (0, -1, 1, 0, 0, 842),
            box + b"/Rotate 45": (1, 0, 0, 1, 0, 0),
            b"/MediaBox [595 842 0 0]": (1, 0, 0, 1, 0, 0),
            b"/MediaBox [-100 -50 1090 1634]": (2, 0, 0, 2, -100, -50),
            box + b"/CropBox [100 200 397.5 700]": (0.5, 0, 0, 0.5, 100, 200),
            box + b"/CropBox [100 200 397.5 9999]/Rotate 90": (
                (0, 0.5, -0.5, 0, 397.5, 200)
            ),
            # What is none is ignored, as readers do.
            box + b"/CropBox [0 0 0 0]": (1, 0, 0, 1, 0, 0),
            box + b"/CropBox [900 0 999 99]": (1, 0, 0, 1, 0, 0),
            b"/MediaBox [0 0 (a) /b]": (1, 0, 0, 1, 0, 0),
            b"": (1, 0, 0, 1, 0, 0),
        }.items():
            with self.subTest(page):
                content = marked("pdf", raw_pdf(b"0 0 9 9 re f", page), LINES)
                self.check_marked(content)
                page = PdfReader(io.BytesIO(content)).pages[0]
                numbers = page.get_contents().get_data().split(b"Q\nq ")[1].split()
                self.assertEqual(tuple(map(float, numbers[:6])), matrix)

    def test_odd_sizes(self):
        for size in ((60, 40), (226, 6000), (6000, 226), (14400, 14400), (2, 1)):
            with self.subTest(size):
                self.check_marked(marked("pdf", pdf(1, size), LINES))

    def test_content_stays(self):
        """Also where it names things as the mark does, or nothing at all."""
        form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 8>>stream\n"
        form += b"0 0 m f \nendstream"
        page = b"/MediaBox[0 0 595 842]/Resources<</XObject<</Copy0 5 0 R>>>>"
        content = marked("pdf", raw_pdf(b"/Copy0 Do", page, more=[form]), LINES)
        self.check_marked(content)
        page = PdfReader(io.BytesIO(content)).pages[0]
        own = page["/Resources"]["/XObject"]
        self.assertEqual(set(own), {"/Copy0", "/Copy1", "/Copy2"})
        self.assertEqual(own["/Copy0"].get_data().strip(), b"0 0 m f")
        self.assertEqual(own["/Copy1"].get_data().strip(), b"/Copy0 Do")
        self.check_marked(marked("pdf", raw_pdf(b""), LINES))

    def test_content_cannot_hide_the_mark(self):
        """What a page's content leaves undone ends before the mark."""
        content = marked("pdf", raw_pdf(UNDONE), LINES)
        self.check_marked(content)
        page = PdfReader(io.BytesIO(content)).pages[0]
        self.assertNotIn(b"9999", page.get_contents().get_data())

    def test_page_that_is_there_twice(self):
        content = marked("pdf", raw_pdf(b"0 0 9 9 re f", kids=b"[3 0 R 3 0 R]"), LINES)
        self.check_marked(content, 2)

    def test_inherited(self):
        """Boxes and resources that stand in a node above the page."""
        node = (
            b"[3 0 R]/Rotate 90/MediaBox[0 0 300 400]"
            b"/Resources<</Font<</F9<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>"
        )
        content = raw_pdf(b"BT /F9 12 Tf (Inherited) Tj ET", b"", node)
        content = marked("pdf", content, LINES)
        self.assertIn("Inherited", self.check_marked(content)[0])

    def test_restrictions_stay(self):
        content = marked("pdf", locked_pdf(), LINES)
        reader = PdfReader(io.BytesIO(content))
        self.assertTrue(reader.is_encrypted)
        before = PdfReader(io.BytesIO(locked_pdf()))
        self.assertEqual(reader.user_access_permissions, before.user_access_permissions)
        self.check_marked(content)

    def test_lines(self):
        """Long ones, rare characters, what breaks lines or turns them."""
        lines = ["长" * 500, "a\nb\u202ec\x00", "𠮷 \U0010fffd \ud800 é Ж", "(x) \\"]
        text = "".join(texts(marked("pdf", pdf(), lines)))
        self.assertIn("长" * 120, text)
        self.assertNotIn("长" * 121, text)
        for part in ("a b c", "é", "(x) \\"):
            self.assertIn(part, text)
        with self.assertRaises(ValueError):
            marked("pdf", pdf(), ["", "\n"])

    def test_without_a_font_on_this_machine(self):
        """Then the reader's own is asked for."""
        without = watermark._BOOT.replace(
            "main()",
            "from tools.papers import watermark_text as t; t._font = bool; main()",
        )
        with patch.object(watermark, "_BOOT", without):
            content = marked("pdf", pdf(), LINES)
        self.check_marked(content)
        self.assertNotIn(b"/SMask", content)
        self.assertIn(b"STSong-Light", content)

    def test_refused(self):
        self.check_refused("pdf", locked_pdf("secret"), "protected")
        good = pdf()
        for content in (
            b"",
            b"%PDF-1.4",
            b"no PDF",
            b"%PDF-1.4\n" + b"x" * 100_000,
            good[: len(good) // 3],
            raw_pdf(kids=b"[]"),
            raw_pdf(kids=b"[2 0 R]"),
            raw_pdf(kids=b"[9 0 R]"),
        ):
            with self.subTest(content[:40]):
                self.check_refused("pdf", content, "damaged")

    def test_hostile(self):
        """Small files that ask for much memory, time or depth."""
        deep = b"[" * 100_000 + b"]" * 100_000
        many = b"[" + b"3 0 R " * 5000 + b"]"
        page = b"/MediaBox [0 0 9 9]/Own 5 0 R"
        chain = [b"[%d 0 R]" % number for number in range(6, 100_006)]
        for name, content, codes in (
            ("bomb", raw_pdf(1 << 30), {"too_large"}),
            ("pages", raw_pdf(kids=many), {"too_large"}),
            ("objects", raw_pdf(more=[b"0"] * 300_000), {"too_large"}),
            ("nested", raw_pdf(b"f", page, more=[deep]), {"too_large", "marked"}),
            ("chain", raw_pdf(b"f", page, more=[*chain, b"0"]), {"too_large"}),
            ("loop", raw_pdf(b"f", page, more=[b"5 0 R"]), {"damaged", "marked"}),
        ):
            with self.subTest(name):
                try:
                    self.check_marked(marked("pdf", content, LINES))
                    code = "marked"
                except Unmarkable as error:
                    code = error.code
                self.assertIn(code, codes)

    def test_long_chain(self):
        """As bookmarks are linked, each to the next: no reason to refuse a book."""
        page = b"/MediaBox [0 0 595 842]/Own 5 0 R"
        chain = [b"<</Next %d 0 R>>" % number for number in range(6, 2006)]
        self.check_marked(
            marked("pdf", raw_pdf(b"f", page, more=[*chain, b"0"]), LINES)
        )

    def test_limits(self):
        with patch.object(watermark, "MAX_SIZE", 100):
            self.check_refused("pdf", pdf(), "too_large")
        with patch.object(watermark, "TIMEOUT", 0.01):
            self.check_refused("pdf", pdf(), "too_large")
        with patch.object(watermark, "_BOOT", "import os; os.kill(os.getpid(), 9)"):
            self.check_refused("pdf", pdf(), "too_large")

    def test_without_a_library(self):
        """A server that can't mark says so, and hands out nothing unmarked."""
        without = "import sys; sys.modules['pypdf'] = None; " + watermark._BOOT
        with (
            patch.object(watermark, "_BOOT", without),
            self.assertRaisesRegex(RuntimeError, "pypdf"),
        ):
            marked("pdf", pdf(), LINES)

    def test_kinds(self):
        for name, mimetype, head, kind in (
            ("a.PDF", None, b"", "pdf"),
            ("a", "application/pdf", b"", "pdf"),
            ("a.txt", "text/plain", b"\n%PDF-1.7", "pdf"),
            ("a.xlsx", None, b"PK", "xlsx"),
            ("a.XLSM", "application/octet-stream", b"PK", "xlsx"),
            ("a", "application/vnd.ms-excel.sheet.macroEnabled.12", b"PK", "xlsx"),
            ("a.png", "image/png", b"\x89PNG", None),
            ("a.txt", "text/plain", b"about PDF", None),
            (None, None, b"", None),
        ):
            with self.subTest(name):
                self.assertEqual(watermark.kind_of(name, mimetype, head), kind)


@tagged("post_install", "-at_install")
class TestWatermarkXlsx(Case):
    """Requirement C7."""

    def footers(self, content):
        """Return the footers of each sheet, as openpyxl reads them."""
        sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        return [
            (
                sheet.oddFooter.left.text,
                sheet.oddFooter.center.text,
                sheet.oddFooter.right.text,
            )
            for sheet in sheets
        ]

    def test_each_sheet(self):
        original = workbook()
        content = marked("xlsx", original, LINES)
        self.assertEqual(self.footers(content), [(LINE, None, None)] * 2)
        before, after = members(original), members(content)
        self.assertEqual(list(before), list(after))
        changed = {name for name in before if before[name] != after[name]}
        sheets = {f"xl/worksheets/sheet{number}.xml" for number in (1, 2)}
        self.assertEqual(changed, sheets | {"xl/chartsheets/sheet1.xml"})
        for name in changed:
            root = etree.fromstring(after[name])
            names = [etree.QName(child).localname for child in root]
            at = names.index("headerFooter")
            self.assertEqual(names[at - 1], "pageMargins")
            # All other bytes are the same.
            footer = re.search(
                rb"<headerFooter>.*</headerFooter>", after[name], re.DOTALL
            )
            self.assertEqual(after[name].replace(footer[0], b""), before[name])
        self.assertLess(
            after[SHEET.replace("1", "2")].index(b"headerFooter"),
            after[SHEET.replace("1", "2")].index(b"<drawing"),
        )

    def test_existing_footer_stays(self):
        for footer, expected in (
            ("&LConf && <x>&C&P of &N&R&D", (f"{LINE}\nConf && <x>", "&P of &N", "&D")),
            ("Page &P", (LINE, "Page &P", None)),
            ("&R&8x", (LINE, None, None)),
            ("&L" + "x" * 240, (LINE, None, None)),
        ):
            with self.subTest(footer):
                content = marked("xlsx", workbook(footer), LINES)
                first, second = self.footers(content)
                if footer.startswith("&R"):
                    self.assertIn(b"&amp;R&amp;8x", members(content)[SHEET])
                    self.assertEqual(first[0], LINE)
                else:
                    self.assertEqual(first, expected)
                self.assertEqual(second, (LINE, None, None))

    def test_pages_that_differ(self):
        sheet = members(workbook("&Cx"))[SHEET].replace(
            b"<headerFooter>",
            b'<headerFooter differentOddEven="1" differentFirst="1">'
            b"<oddHeader>&amp;Ch &lt;</oddHeader>",
        )
        content = marked("xlsx", repacked(workbook("&Cx"), {SHEET: sheet}), LINES)
        found = etree.fromstring(members(content)[SHEET]).find(
            f"{{{MAIN}}}headerFooter"
        )
        self.assertEqual(
            [(etree.QName(child).localname, child.text) for child in found],
            [
                ("oddHeader", "&Ch <"),
                ("oddFooter", f"&L{LINE}&Cx"),
                ("evenFooter", f"&L{LINE}"),
                ("firstFooter", f"&L{LINE}"),
            ],
        )
        self.assertEqual(
            dict(found.attrib), {"differentOddEven": "1", "differentFirst": "1"}
        )

    def test_ways_to_write_a_sheet(self):
        """With a prefix, an empty footer, a saved view, comments, no elements."""
        for sheet, count in (
            (f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData/></x:worksheet>', 1),
            (f'<worksheet xmlns="{MAIN}"><sheetData/><headerFooter/></worksheet>', 1),
            (
                (
                    f'<worksheet xmlns="{MAIN}"><sheetData/><customSheetViews>'
                    "<customSheetView><headerFooter alignWithMargins='0>'>"
                    "<oddFooter>&amp;Lold</oddFooter></headerFooter></customSheetView>"
                    "</customSheetViews><pageMargins a='>'/><!-- <x> --><drawing/>"
                    "</worksheet>"
                ),
                2,
            ),
            (f'<worksheet xmlns="{MAIN}"><drawing/></worksheet>', 1),
            (f'<worksheet xmlns="{MAIN}"></worksheet>', 1),
            (f'<worksheet xmlns="{MAIN}"><sheetData></sheetData ></worksheet>', 1),
        ):
            with self.subTest(sheet):
                content = repacked(workbook(), {SHEET: sheet})
                after = members(marked("xlsx", content, LINES))[SHEET]
                root = etree.fromstring(after)
                found = list(root.iter(f"{{{MAIN}}}oddFooter"))
                self.assertEqual(len(found), count, after)
                for each in found:
                    self.assertTrue(each.text.startswith(f"&L{LINE}"))
                own = root.find(f"{{{MAIN}}}headerFooter/{{{MAIN}}}oddFooter")
                self.assertIsNotNone(own)
                names = [
                    etree.QName(child).localname
                    for child in root
                    if isinstance(child.tag, str)
                ]
                self.assertIn(names[-1], ("headerFooter", "drawing"))

    def test_line(self):
        """Signs that mean something in a footer, and what would end it."""
        content = marked("xlsx", workbook(), ["R&D <b> \x00", "&" * 200])
        [text, *_rest] = self.footers(content)[0]
        self.assertTrue(text.startswith("R&&D <b> · &&"))
        sheet = etree.fromstring(members(content)[SHEET])
        footer = sheet.find(f"{{{MAIN}}}headerFooter/{{{MAIN}}}oddFooter").text
        self.assertLessEqual(len(footer), 255)
        self.assertEqual(len(re.search("&*$", footer)[0]) % 2, 0)

    def test_macros_stay(self):
        types = members(workbook())["[Content_Types].xml"].replace(
            b"officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled"
        )
        changes = {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\xd0\xcf macro"}
        content = marked("xlsx", repacked(workbook(), changes), LINES)
        self.assertEqual(members(content)["xl/vbaProject.bin"], b"\xd0\xcf macro")
        self.assertIn(b"headerFooter", members(content)[SHEET])

    def test_refused(self):
        good = workbook()
        entity = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
        for content in (
            b"",
            b"PK",
            b"\xd0\xcf\x11\xe0 as Excel encrypts",
            good[:-30],
            repacked(good, {"[Content_Types].xml": None}),
            repacked(good, {"[Content_Types].xml": "<Types/>"}),
            repacked(good, {SHEET: entity}),
            repacked(good, {SHEET: "<worksheet>"}),
            repacked(good, {SHEET: "<html/>"}),
            repacked(good, {SHEET: "<worksheet/>".encode("utf-16")}),
        ):
            with self.subTest(content[-300:-200]):
                self.check_refused("xlsx", content, "damaged")

    def test_hostile(self):
        """Small files that unpack to large ones."""
        bomb = bytes(300 << 20)
        good = workbook()
        for changes in ({"xl/a": bomb, "xl/b": bomb}, {SHEET: bomb}):
            self.check_refused("xlsx", repacked(good, changes), "too_large")
        # One that tells a smaller size than it has.
        content = repacked(good, {"xl/a": b"x" * 1000})
        lying = content.replace((1000).to_bytes(4, "little"), bytes([9, 0, 0, 0]))
        self.assertNotEqual(lying, content)
        self.check_refused("xlsx", lying, "damaged")
        deep = "<worksheet>" + "<a>" * 2_000_000
        self.check_refused("xlsx", repacked(good, {SHEET: deep}), "damaged")
