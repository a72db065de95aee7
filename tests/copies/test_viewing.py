"""Copies with names in any script are shown; nothing takes a worker with it."""

import inspect
import io
import re
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

from PIL import Image
from pypdf import PdfReader

from odoo.http import Stream
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

import odoo.addons.customer_archive as addon
from odoo.addons.customer_archive.controllers import ledger_import as ledger
from odoo.addons.customer_archive.models.copies.ir_attachment_view import ShownStream
from odoo.addons.customer_archive.tools import keyring
from odoo.addons.customer_archive.tools.encrypted_stream import (
    EncryptedStream,
    KeptStream,
    MarkedStream,
)
from odoo.addons.customer_archive.tools.http_headers import file_name
from odoo.addons.customer_archive.tools.papers.watermark import _BOOT

from ..encryption.encryption_case import COPY, SCAN
from ..support.common import PASSWORD
from ..support.size import meets
from .viewing_case import NAMES, PARTY, ViewingCase, chinese_pdf, scan, tiff
from .watermark_case import texts

HERE = Path(inspect.getfile(addon)).parent
SENT = "odoo.addons.customer_archive.tools.sent_file"


@tagged("post_install", "-at_install")
class TestViewing(ViewingCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("t_sales", PASSWORD)
        item = self.item("bank")
        self.copies = {
            MarkedStream: self.add_copy(item, chinese_pdf(), "执照.pdf"),
            EncryptedStream: self.add_copy(item, scan(), "照片.jpg"),
            ShownStream: self.add_copy(item, tiff(), "扫描.tiff"),
        }

    def test_every_stream(self):
        """A new stream has to be tried below, too; what is plain, in test_no_pages."""
        ours = {
            each
            for each in _below(Stream)
            if each.__module__.startswith("odoo.addons.customer_archive.")
        }
        self.assertEqual(ours, {KeptStream, *self.copies})

    def test_names(self):
        """Each kind of stream at each address with each kind of name."""
        for kind, copy in enumerate(self.copies.values()):
            extension = Path(copy.name).suffix
            # What Odoo doesn't take for a picture there is saved.
            pictured = "attachment" if extension == ".pdf" else "inline"
            addresses = (
                ("inline", f"/web/content/{copy.id}"),
                (pictured, f"/web/image/{copy.id}"),
                ("inline", f"/web/content/{COPY}/{copy.id}/raw"),
                ("attachment", f"/web/content/{copy.id}?download=true"),
            )
            for number, name in enumerate(NAMES):
                self.named(copy, f"{name}{extension}")
                for turn, (place, address) in enumerate(addresses):
                    if not meets(len(addresses), kind, number, turn):
                        continue
                    with self.subTest(address, name=name[:9]):
                        self.check_named(address, place, copy.name)
        self.assertFalse(self.wait_for_threads())

    def check_named(self, address, place, name):
        status, headers, body, took = self.raw(address)
        self.assertEqual(status, 200)
        self.assertEqual(len(body), int(headers["content-length"]))
        told = headers["content-disposition"]
        self.assertTrue(told.startswith(f"{place}; filename*=UTF-8''"), told)
        saved = unquote(told.partition("''")[2])
        self.assertFalse(re.search(r"[\x00-\x1f]", saved))
        self.assertLessEqual(len(saved.encode()), 255)
        # Odoo's own address replaces the ends of lines before.
        start = re.split(r"[\r\n\t]", name)[0][:20]
        self.assertTrue(saved.startswith(start), saved)
        # Also where the name is cut.
        self.assertRegex(saved, r"\.(pdf|jpg|tiff|png)$")
        self.assertLess(took, 15)

    def test_names_that_the_browser_says(self):
        """As the file viewer asks, and with a type that isn't one."""
        for copy in self.copies.values():
            for query in ("filename=示例.pdf", "mimetype=图/片", "mimetype=a%0Ab"):
                for path in ("content", "image"):
                    address = f"/web/{path}/{copy.id}?{query}&unique=1"
                    with self.subTest(address):
                        self.assertEqual(self.raw(address)[0], 200)

    def test_small_pictures(self):
        for name in NAMES:
            copy = self.named(self.copies[EncryptedStream], f"{name}.jpg")
            for address in (f"/web/image/{copy.id}/100x100", f"/web/image/{copy.id}-1"):
                with self.subTest(address, name=name[:9]):
                    self.assertEqual(self.raw(address)[0], 200)

    def test_parts(self):
        copy, whole = self.copies[EncryptedStream], scan()
        address = f"/web/content/{copy.id}"
        whole = self.raw(address)[2]
        status, headers, body, _took = self.raw(address, Range="bytes=5-14")
        self.assertEqual((status, body), (206, whole[5:15]))
        self.assertEqual(headers["content-range"], f"bytes 5-14/{len(whole)}")
        self.assertIn("filename*=UTF-8''", headers["content-disposition"])
        # There is no mark of the version by which a part would fit another.
        status, _headers, body, _took = self.raw(
            address, Range="bytes=5-14", If_Range='"x"'
        )
        self.assertIn((status, body), ((200, whole), (206, whole[5:15])))
        status, _headers, _body, _took = self.raw(address, Range="bytes=99999999-")
        self.assertEqual(status, 416)
        for copy in self.copies.values():
            status, headers, body, _took = self.raw(
                f"/web/content/{copy.id}", method="HEAD"
            )
            self.assertEqual((status, body), (200, b""))
            self.assertGreater(int(headers["content-length"]), 0)

    def test_viewer_of_pdf(self):
        """What Odoo's page for PDF files asks for is a PDF, with the mark."""
        copy = self.copies[MarkedStream]
        file = f"/web/content/{copy.id}?filename={copy.name}&unique=1"
        page = self.url_open("/web/static/lib/pdfjs/web/viewer.html", {"file": file})
        self.assertEqual(page.status_code, 200)
        _status, headers, body, _took = self.raw(file)
        self.assertEqual(headers["content-type"], "application/pdf")
        self.assertIn("t_sales", texts(body)[0])

    def test_own_downloads(self):
        """Whatever one of our own routes calls its file."""
        self.authenticate("t_clerk", PASSWORD)
        spooled = ledger.spooled
        for name in NAMES:
            with (
                self.subTest(name[:9]),
                patch.object(
                    ledger,
                    "spooled",
                    lambda write, _name, kind, name=name: spooled(write, name, kind),
                ),
            ):
                status, headers, body, _took = self.raw(
                    "/customer_archive/import/template"
                )
                self.assertEqual(status, 200)
                self.assertEqual(len(body), int(headers["content-length"]))

    def test_one_place_for_headers(self):
        """Who sends a file goes through the two places that the tests above try."""
        found = {
            str(path.relative_to(HERE))
            for folder in ("controllers", "models", "tools", "wizards")
            for path in (HERE / folder).rglob("*.py")
            if re.search(
                r"content.disposition|send_file\(|\bResponse\(|make_response\(",
                path.read_text(),
                re.IGNORECASE,
            )
        }
        self.assertEqual(
            found, {"tools/encrypted_stream.py", "controllers/streaming.py"}
        )

    def test_foreign_header(self):
        """A route that isn't ours, with a type that can't be sent."""
        loose = self.env[COPY].create(
            {"name": "示例.txt", "raw": b"text", "public": True}
        )
        status, _headers, body, _took = self.raw(
            f"/web/content/{loose.id}?mimetype=图/片"
        )
        self.assertEqual((status, body), (200, b"text"))
        self.assertFalse(self.wait_for_threads())

    def test_error_within_a_file(self):
        """The connection ends, nothing is put in place of the rest."""
        copy = self.add_copy(self.item("bank"), SCAN * 3, "长文.txt")
        address, read = f"/web/content/{copy.id}", keyring.Reader.readinto
        count = []

        def broken(reader, buffer):
            count.append(1)
            if len(count) > 1:
                raise OSError("the disk is gone")
            return read(reader, buffer)

        # The first reading looks for a kind of mark.
        with (
            patch.object(keyring.Reader, "readinto", _after_marks(broken, read)),
            self.assertLogs(SENT, "ERROR"),
        ):
            status, headers, body, took = self.raw(address)
        self.assertEqual(status, 200)
        self.assertLess(len(body), int(headers["content-length"]))
        self.assertEqual(body, SCAN[: len(body)] if len(body) < len(SCAN) else body)
        self.assertNotIn(b"Internal Server Error", body)
        self.assertLess(took, 10)
        self.assertEqual(self.raw(address)[2], SCAN * 3)
        self.assertFalse(self.wait_for_threads())

    def test_error_at_the_beginning(self):
        """Before anything is sent, there is an answer."""
        copy = self.copies[EncryptedStream]
        with (
            patch.object(EncryptedStream, "_streamed", side_effect=OSError("gone")),
            mute_logger("odoo.http"),
        ):
            status, _headers, _body, took = self.raw(f"/web/content/{copy.id}")
        self.assertEqual(status, 500)
        self.assertLess(took, 10)
        self.assertEqual(self.raw(f"/web/content/{copy.id}")[0], 200)

    # What browsers don't show

    def test_tiff(self):
        copy = self.copies[ShownStream]
        kept = self.stored(copy).read_bytes(), copy.sudo().checksum
        stored = self.env[COPY].sudo().search_count([])
        for address, kind in (
            (f"/web/image/{copy.id}", "JPEG"),
            (f"/web/image/{copy.id}/100x100", "JPEG"),
        ):
            _status, headers, body, _took = self.raw(address)
            self.assertEqual(headers["content-type"], "image/jpeg")
            self.assertEqual(Image.open(io.BytesIO(body)).format, kind)
        _status, headers, body, _took = self.raw(f"/web/content/{copy.id}")
        self.assertEqual(headers["content-type"], "application/pdf")
        self.assertEqual(len(PdfReader(io.BytesIO(body)).pages), 3)
        for text in texts(body):
            self.assertIn("t_sales", text)
        self.assertEqual(headers["cache-control"], "private, no-store")
        self.assertEqual(
            self.raw(f"/web/content/{copy.id}?download=1")[2], tiff()[:0] + copy.raw
        )
        self.assertEqual((self.stored(copy).read_bytes(), copy.sudo().checksum), kept)
        self.assertEqual(self.env[COPY].sudo().search_count([]), stored)
        rows = self.events("view") | self.events("download")
        self.assertIn(f"attachment {copy.id}", rows.mapped("detail"))

    def test_heic(self):
        from pillow_heif import register_heif_opener

        register_heif_opener()
        copy = self.add_copy(self.item("bank"), scan("HEIF"), "手机照片.heic")
        for path in ("image", "content"):
            status, headers, body, _took = self.raw(f"/web/{path}/{copy.id}")
            self.assertEqual((status, headers["content-type"]), (200, "image/jpeg"))
            self.assertEqual(Image.open(io.BytesIO(body)).size, (640, 480))
        without = "import sys; sys.modules['pillow_heif'] = None; " + _BOOT
        name = "odoo.addons.customer_archive.tools.papers.watermark._BOOT"
        with patch(name, without):
            self.check_told(copy)

    def check_told(self, copy):
        """Check that the browser is told what to do, and the file can be had."""
        for path in ("image", "content"):
            with mute_logger("odoo.http"):
                status, _headers, body, _took = self.raw(f"/web/{path}/{copy.id}")
            self.assertEqual(status, 422)
            self.assertIn(
                "download it, or also attach the document as a PDF", body.decode()
            )
        answer = self.raw(f"/web/content/{copy.id}?download=1")
        self.assertEqual(answer[0], 200)

    def test_ofd(self):
        from .paper_case import ofd

        item = self.item("bank")
        with_cover = self.add_copy(item, ofd(cover=scan()), "发票.ofd")
        status, headers, _body, _took = self.raw(f"/web/content/{with_cover.id}")
        self.assertEqual((status, headers["content-type"]), (200, "image/jpeg"))
        self.check_told(self.add_copy(item, ofd(), "合同.ofd"))

    def test_unseen_damaged(self):
        self.check_told(self.add_copy(self.item("bank"), b"II*\0" + SCAN, "坏.tif"))

    def test_party_names_copies(self):
        self.assertIn(PARTY, self.copies[MarkedStream].name)


def _below(cls):
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def _after_marks(broken, read):
    """Return ``broken`` for large reads alone."""

    def readinto(reader, buffer):
        large = len(buffer) > 100_000
        return broken(reader, buffer) if large else read(reader, buffer)

    return readinto


@tagged("post_install", "-at_install")
class TestFileName(TransactionCase):
    def test_file_name(self):
        for name, expected in (
            ("a\nb\t.pdf", "a b .pdf"),
            ("\ud800.pdf", "?.pdf"),
            (None, ""),
            ("字" * 300 + ".pdf", "字" * 83 + ".pdf"),
            ("." + "字" * 100, "." + "字" * 84),
        ):
            self.assertEqual(file_name(name), expected)
