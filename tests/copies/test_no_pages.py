"""Nothing that belongs to our records is sent as a page, whatever is asked for."""

import base64

from odoo.tests import BaseCase, HttpCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.copies.ir_attachment import ITEM
from odoo.addons.customer_archive.tools.http_headers import UNKNOWN, served_type

from ..encryption.encryption_case import COPY
from ..support.common import PASSWORD
from ..support.size import meets
from .paper_case import ofd
from .viewing_case import ViewingCase, chinese_pdf, scan, tiff
from .watermark_case import workbook

# What a browser takes for a page, a drawing with scripts, a program or a style.
ACTIVE = (
    *("text/html", "TEXT/HTML", "text/html; charset=utf-7", "text/html;a"),
    *("application/xhtml+xml", "image/svg+xml", "image/svg", "IMAGE/SVG+XML"),
    *("text/xml", "application/xml", "application/rss+xml", "text/xsl"),
    *("application/javascript", "text/javascript", "text/ecmascript", "text/css"),
    *("application/x-shockwave-flash", "multipart/related", "message/rfc822"),
    *("text/vtt", "text/x-unknown", "application/json", "*/*", "text", ""),
)
SHOWN = ("application/pdf", "image/jpeg", "image/png", "text/plain")
SCRIPT = b'<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'
QUERIES = (
    "",
    "unique=1",
    "download=0",
    "download=false",
    "nocache=1",
    "filename=a.htm",
)


@tagged("post_install", "-at_install")
class TestNoPages(ViewingCase, HttpCase):
    """Requirement C9: what is filed is shown, and doesn't run in a browser."""

    def setUp(self):
        super().setUp()
        self.authenticate("t_sales", PASSWORD)
        item = self.item("bank")
        contents = {
            "a.pdf": chinese_pdf(),
            "b.jpg": scan(),
            "c.tiff": tiff(),
            "d.txt": b"<p>text</p>",
            "e.xml": SCRIPT,
            "f.xlsx": workbook(),
            "g.ofd": ofd(cover=scan()),
        }
        self.copies = [
            self.add_copy(item, content, name) for name, content in contents.items()
        ]
        self.plain = as_system(self.env[COPY].sudo()).create(
            {
                "name": "h.txt",
                "raw": SCRIPT,
                "res_model": self.file._name,
                "res_id": self.file.id,
            }
        )

    def typed(self, attachment, mimetype):
        """Store a type as no upload has it now, such as a version of before."""
        self.set_column(attachment, "mimetype", mimetype or None)

    def addresses(self, attachment):
        named = f"ir.attachment/{attachment.id}/raw"
        return (
            f"/web/content/{attachment.id}",
            f"/web/content/{attachment.id}/page.html",
            f"/web/content/{named}",
            f"/web/content/{named}/page.svg",
            f"/web/image/{attachment.id}",
            f"/web/image/{attachment.id}-1/page.svg",
            f"/web/image/{named}/32x32",
        )

    def check(self, address):
        status, headers, body, _took = self.raw(address)
        if "32x32" in address and "download" in address and status == 404:
            # Of what is no picture, Odoo has no small one to be saved.
            self.assertNotIn(b"<x:", body)
            return None
        self.assertEqual(status, 200, body)
        kind = headers["content-type"].partition(";")[0]
        self.assertTrue(kind == UNKNOWN or kind == kind.lower(), kind)
        self.assertEqual(served_type(kind)[0], kind)
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertIn("default-src 'none'", headers["content-security-policy"])
        saved = headers["content-disposition"].startswith("attachment")
        self.assertEqual(saved, kind not in SHOWN)
        return kind

    def test_types_that_are_asked_for(self):
        """Neither of copies nor of what is kept plain, at any address."""
        kinds = set()
        for place, attachment in enumerate([*self.copies, self.plain]):
            for number, mimetype in enumerate(ACTIVE):
                for turn, address in enumerate(self.addresses(attachment)):
                    if not meets(7, place, number, turn):
                        continue
                    query = QUERIES[(number + turn + place) % len(QUERIES)]
                    url = f"{address}?mimetype={mimetype}&{query}"
                    with self.subTest(url, name=attachment.name):
                        kinds.add(self.check(url))
        self.assertLessEqual({UNKNOWN, *SHOWN} - {"image/png"}, kinds)

    def test_types_that_are_stored(self):
        """What an attachment is said to be says no more."""
        for place, attachment in enumerate([*self.copies[1::2], self.plain]):
            for number, mimetype in enumerate(ACTIVE):
                self.typed(attachment, mimetype)
                for turn, address in enumerate(self.addresses(attachment)):
                    if not meets(7, place, number, turn):
                        continue
                    url = f"{address}?{QUERIES[number % len(QUERIES)]}"
                    with self.subTest(url, mimetype=mimetype):
                        self.check(url)

    def test_address_of_its_own(self):
        """An attachment that answers at an address isn't a page there, either."""
        self.set_column(self.plain, "url", "/pages/own.html")
        self.typed(self.plain, "text/html")
        self.set_column(self.plain, "public", True)
        self.assertEqual(self.check("/pages/own.html"), UNKNOWN)

    def test_fields_of_our_models(self):
        """What a field holds, too: here the workbook of an import."""
        self.authenticate("t_clerk", PASSWORD)
        model = "customer.archive.import"
        own = self.env[model].with_user(self.users["clerk"])
        upload = base64.b64encode(b"name,credit code\nTest,1\n")
        taken = own.create({"upload": upload, "file_name": "a.csv"})
        field = f"/web/content/{model}/{taken.id}/upload"
        for mimetype in ACTIVE:
            with self.subTest(mimetype):
                self.check(f"{field}?mimetype={mimetype}")

    def test_others_are_left_alone(self):
        """What isn't ours is sent as Odoo sends it."""
        loose = (
            self.env[COPY]
            .with_user(self.users["sales"])
            .create({"name": "a.txt", "raw": b"a,b"})
        )
        url = f"/web/content/{loose.id}?mimetype=application/json"
        self.assertEqual(self.raw(url)[1]["content-type"], "application/json")
        self.assertNotEqual(loose.res_model, ITEM)


@tagged("post_install", "-at_install")
class TestServedType(BaseCase):
    def test_served_type(self):
        for mimetype in ACTIVE:
            self.assertEqual(served_type(mimetype), (UNKNOWN, False), mimetype)
        for mimetype in SHOWN:
            for written in (mimetype, mimetype.upper(), f"{mimetype}; charset=x"):
                self.assertEqual(served_type(written), (mimetype, True))
        self.assertEqual(served_type("text/csv"), ("text/csv", False))
        self.assertEqual(served_type(None), (UNKNOWN, False))
