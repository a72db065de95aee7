"""What people get of copies carries who and when; what is stored stays as it was."""

import base64
import hashlib
import io
import re
import zipfile
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.internal_job import as_job
from odoo.addons.customer_archive.tools.papers import watermark

from ..encryption.encryption_case import COPY, ITEM, SCAN, EncryptionCase, picture
from ..support.common import PASSWORD
from .watermark_case import TEXT, locked_pdf, pdf, texts, workbook

NOW = "2026-03-02 16:30:00"
# The same in the zone of the company.
LOCAL = "2026-03-03 00:30 UTC+0800"
NUMBER = "CR/2026/0001"


class MarkCase(EncryptionCase):
    def setUp(self):
        super().setUp()
        self.sales = self.users["sales"]
        self.sales.write({"name": "张小敏", "tz": "Asia/Shanghai"})

    def original(self, copy):
        """Return what is kept, not what people get."""
        with copy._archive_reader() as reader:
            return reader.read()

    def digest(self, copy):
        return hashlib.sha256(self.original(copy)).hexdigest()

    def by_request(self, number=NUMBER):
        """Let everybody see items by a request only."""
        return patch.object(
            type(self.env[ITEM]), "_archive_request_numbers", lambda _item: number
        )

    def check_pdf(self, content, *parts):
        [text] = texts(content)
        self.assertIn(TEXT, text)
        joined = re.sub(r"\s", "", text)
        for part in ("张小敏", self.sales.login, *parts):
            self.assertGreater(joined.count(part.replace(" ", "")), 1, part)

    def check_workbook(self, content, *parts):
        book = openpyxl.load_workbook(io.BytesIO(content))
        self.assertEqual(book.worksheets[0]["A1"].value, TEXT)
        for sheet in book.worksheets:
            for part in ("张小敏", self.sales.login, *parts):
                self.assertIn(part, sheet.oddFooter.left.text)


@tagged("post_install", "-at_install")
class TestWatermarkServed(MarkCase, TransactionCase):
    """Requirement C7."""

    def setUp(self):
        super().setUp()
        # So that what is recorded after a rollback knows the records of this test.
        self.registry_enter_test_mode()

    def test_read(self):
        """As over RPC: both fields, whoever's rights the code runs with."""
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        book = self.add_copy(self.item(), workbook(), "b.xlsx")
        kept = self.digest(copy), self.digest(book)
        with freeze_time(NOW):
            for each, check in ((copy, self.check_pdf), (book, self.check_workbook)):
                for own in (each, each.sudo()):
                    own.invalidate_recordset()
                    check(own.raw, LOCAL)
                    own.invalidate_recordset()
                    [row] = own.read(["datas"])
                    check(base64.b64decode(row["datas"]), LOCAL)
        self.assertEqual((self.digest(copy), self.digest(book)), kept)

    def test_time(self):
        """The company's, whatever a client says and users choose for themselves."""
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        here = self.file.sudo().company_id
        for zone, company, local in (
            ("Europe/Berlin", "Asia/Shanghai", LOCAL),
            (False, "Asia/Shanghai", LOCAL),
            (False, "Asia/Tokyo", "2026-03-03 01:30 UTC+0900"),
        ):
            self.sales.tz, here.archive_tz = zone, company
            copy.invalidate_recordset()
            with freeze_time(NOW), self.subTest(local):
                self.check_pdf(copy.with_context(tz="America/Lima").raw, local)

    def test_request_number(self):
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        book = self.add_copy(self.item(), workbook(), "b.xlsx")
        with self.by_request():
            self.check_pdf(copy.raw, NUMBER)
            self.check_workbook(book.raw, NUMBER)

    def test_who_asks_for_the_number(self):
        """The method is called with the user's own rights, once per copy."""
        copy, asked = self.add_copy(self.item(), pdf(), "a.pdf"), []
        with patch.object(
            type(self.env[ITEM]),
            "_archive_request_numbers",
            lambda item: asked.append((item.env.uid, item.env.su, item)) or "",
        ):
            copy.sudo().raw  # noqa: B018
        self.assertEqual(asked, [(self.sales.id, False, self.item())])

    def test_a_job_gets_the_original(self):
        """Moving contents or the like isn't a person; without a name, nobody reads."""
        copy = self.add_copy(self.item("license"), pdf(), "a.pdf")
        own = copy.with_user(SUPERUSER_ID)
        with self.assertRaisesRegex(AccessError, "opened by users, or by a job"):
            own.raw  # noqa: B018
        self.assertEqual(as_job(own, "storage").raw, self.original(copy))

    def test_uploads_on_their_way(self):
        values = {"name": "a.pdf", "raw": pdf(), "res_model": ITEM}
        copy = self.env[COPY].with_user(self.sales).create(values)
        copy.invalidate_recordset()
        with self.by_request(), freeze_time(NOW):
            self.check_pdf(copy.raw, LOCAL)
            self.assertNotIn(NUMBER, texts(copy.raw)[0])

    def test_what_cannot_be_marked(self):
        """It goes to its account manager, and the record says so."""
        damaged = b"%PDF-1.4 " + SCAN
        for name, content in (
            ("a.pdf", locked_pdf("secret")),
            ("b.pdf", damaged),
            ("c.xlsx", b"PK" + SCAN),
            ("d.txt", b"%PDF-1.7"),
        ):
            with self.subTest(name):
                copy = self.add_copy(self.item(), content, name)
                copy.invalidate_recordset()
                self.assertEqual(copy.raw, content)
                row = self.events("download")[:1]
                self.assertEqual(row.detail, f"attachment {copy.id} unmarked")
                self.assertEqual(
                    row.summary,
                    f"{self.item().type_id.name}: {copy.name}, without watermark",
                )

    def test_refused_by_request(self):
        """Who has a copy by a request only gets it marked, or not at all."""
        for name, content, words in (
            ("a.pdf", locked_pdf("secret"), "password-protected"),
            ("b.pdf", b"%PDF-1.4 " + SCAN, "damaged"),
            ("c.xlsx", b"PK" + SCAN, "damaged"),
        ):
            copy = self.add_copy(self.item(), content, name)
            copy.invalidate_recordset()
            seen = len(self.events("view"))
            with self.by_request(), self.subTest(name):
                with self.assertRaisesRegex(UserError, f"{words}.*account manager"):
                    copy.raw  # noqa: B018
                self.env.cr.postrollback.run()
                row = self.events("denied")[:1]
                self.assertEqual((row.model, row.res_id), (ITEM, self.item().id))
                self.assertEqual(row.user_id, self.sales)
                self.assertTrue(row.detail.startswith(f"attachment {copy.id} "))
                self.assertEqual(len(self.events("view")), seen)

    def test_too_large(self):
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        with patch.object(watermark, "MAX_SIZE", 100):
            copy.invalidate_recordset()
            self.assertEqual(copy.raw, self.original(copy))
            copy.invalidate_recordset()
            with self.by_request(), self.assertRaisesRegex(UserError, "too large"):
                copy.raw  # noqa: B018

    def test_server_that_cannot_mark(self):
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        copy.invalidate_recordset()
        broken = patch.object(watermark, "_BOOT", "raise SystemExit(1)")
        with broken, self.assertRaises(RuntimeError):
            copy.raw  # noqa: B018


@tagged("post_install", "-at_install")
class TestWatermarkHttp(MarkCase, HttpCase):
    """Requirement C7."""

    _registry_readonly_enabled = False

    def setUp(self):
        super().setUp()
        self.authenticate("t_sales", PASSWORD)

    def check_headers(self, answer, kind):
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], kind)
        self.assertEqual(answer.headers["Accept-Ranges"], "none")
        self.assertEqual(answer.headers["Cache-Control"], "private, no-store")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src", answer.headers["Content-Security-Policy"])
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.content))
        for name in ("ETag", "Last-Modified", "Content-Range"):
            self.assertNotIn(name, answer.headers)

    def test_pdf(self):
        """Shown and downloaded, by all addresses that lead to it."""
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        kept = self.digest(copy), copy.sudo().checksum, self.stored(copy).read_bytes()
        for url, place in (
            (f"/web/content/{copy.id}", "inline"),
            (f"/web/content/{copy.id}?unique=1&filename=a.pdf", "inline"),
            (f"/web/content/{copy.id}?download=true", "attachment"),
            (f"/web/content/{COPY}/{copy.id}/datas", "inline"),
            (f"/web/content/{COPY}/{copy.id}/raw?download=1", "attachment"),
            (f"/web/image/{copy.id}", "attachment"),
        ):
            with self.subTest(url):
                answer = self.url_open(url)
                # Odoo's name for what isn't a picture at the address of pictures.
                kind = "octet-stream" if "image" in url else "pdf"
                self.check_headers(answer, f"application/{kind}")
                self.assertTrue(answer.headers["Content-Disposition"].startswith(place))
                self.check_pdf(answer.content, "UTC+0800")
        self.assertEqual(
            (self.digest(copy), copy.sudo().checksum, self.stored(copy).read_bytes()),
            kept,
        )
        rows = self.events("download")
        self.assertEqual(set(rows.mapped("detail")), {f"attachment {copy.id}"})

    def test_workbook(self):
        copy = self.add_copy(self.item(), workbook("&CPage &P"), "a.xlsx")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        kept = self.digest(copy)
        for url in (f"/web/content/{copy.id}", f"/web/content/{copy.id}?download=1"):
            answer = self.url_open(url)
            self.check_headers(answer, kind)
            self.check_workbook(answer.content, "UTC+0800")
        self.assertEqual(self.digest(copy), kept)

    def test_no_parts(self):
        """A part of one answer wouldn't fit one of another."""
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        for span in ("bytes=0-9", "bytes=100-", "bytes=-5", "bytes=999999-"):
            answer = self.url_open(
                f"/web/content/{copy.id}",
                headers={"Range": span, "If-Range": '"x"', "If-None-Match": "*"},
            )
            self.check_headers(answer, "application/pdf")
            self.check_pdf(answer.content)

    def test_head(self):
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        answer = self.opener.head(f"{self.base_url()}/web/content/{copy.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertGreater(int(answer.headers["Content-Length"]), len(pdf()))

    def test_others_as_before(self):
        """Pictures and texts, and PDF files that are no copies of items."""
        image = picture()
        photo = self.add_copy(self.item(), image, "a.png")
        text = self.add_copy(self.item(), SCAN, "a.txt")
        values = {"name": "a.pdf", "raw": pdf()}
        partner = self.file.partner_id
        loose = self.env[COPY].create(
            {**values, "res_model": "res.partner", "res_id": partner.id}
        )
        for copy, content in ((photo, image), (text, SCAN), (loose, values["raw"])):
            url = f"/web/content/{copy.id}"
            self.assertEqual(self.url_open(url).content, content)
            answer = self.url_open(url, headers={"Range": "bytes=5-14"})
            self.assertEqual(answer.status_code, 206)
            self.assertEqual(answer.content, content[5:15])

    def test_zip(self):
        """Several copies in one download, as the chatter offers it."""
        copies = self.add_copy(self.item(), pdf(), "a.pdf")
        copies |= self.add_copy(self.item(), workbook(), "b.xlsx")
        answer = self.url_open(
            "/mail/attachment/zip",
            data={
                "file_ids": ",".join(map(str, copies.ids)),
                "zip_name": "all.zip",
                "csrf_token": Request.csrf_token(self),
            },
        )
        with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
            first, second = (package.read(name) for name in package.namelist())
        self.check_pdf(first)
        self.check_workbook(second)

    def test_by_request(self):
        copy = self.add_copy(self.item(), pdf(), "a.pdf")
        locked = self.add_copy(self.item(), locked_pdf("secret"), "b.pdf")
        url = f"/web/content/{locked.id}"
        answer = self.url_open(url)
        self.assertEqual(answer.content, self.original(locked))
        row = self.events("view")[:1]
        self.assertEqual(row.detail, f"attachment {locked.id} unmarked")
        with self.by_request():
            self.check_pdf(self.url_open(f"/web/content/{copy.id}").content, NUMBER)
            for address in (url, f"{url}?download=1", f"/web/image/{locked.id}"):
                with mute_logger("odoo.http"):
                    answer = self.url_open(address)
                self.assertEqual(answer.status_code, 422, address)
                self.assertIn("password-protected", answer.text)
                self.assertNotIn(b"%PDF", answer.content)
        row = self.events("denied")[:1]
        self.assertEqual(row.detail, f"attachment {locked.id} protected")
