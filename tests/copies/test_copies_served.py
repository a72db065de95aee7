"""Whatever address serves the content of a copy leaves a row in the record."""

import base64
import re
import threading
from unittest.mock import patch

from odoo import Command, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..rights.rights_rpc import COPY_URLS, copy_urls, export_request
from ..support.common import PASSWORD
from .reading_case import ITEM, ReadCase

VIEWED = ("url:content", "url:raw", "url:datas", "url:named", "url:image")
# Routes with a copy's content for whoever may see it; all are tried below.
SERVING = (
    "/web/content",
    "/web/image",
    "/mail/attachment/zip",
    "/mail/attachment/pdf_first_page",
    "/account/download_invoice_attachments",
    "/web/export/csv",
    "/web/export/xlsx",
    "/customer_archive/sharing/",
    "/customer_archive/transfer/",
    "/customer_archive/tree/",
)
# And such as sound like it; what they give, if anything, isn't a copy's content.
OTHERS = {
    "/account/download_invoice_documents": "documents of invoices, by their ids",
    "/account/download_move_attachments": "attachments whose record is an invoice",
    "/base_import/set_file": "takes in",
    "/customer_archive/export/": "registers; recorded as exports",
    "/customer_archive/import/": "templates and rows with errors",
    "/customer_archive/record/": "the access record",
    "/discuss/channel/attachments": "names, of a channel",
    "/html_editor/": "takes in, or copies, which copies of items refuse",
    "/web_editor/": "takes in, or copies, which copies of items refuse",
    "/web_unsplash/": "takes in",
    "/mail/attachment/delete": "removes",
    "/mail/attachment/update_thumbnail": "takes in; items have no thumbnails",
    "/mail/attachment/upload": "takes in",
    "/mail/message/update_content": "takes in",
    "/my/": "documents of orders",
    "/portal/attachment/remove": "removes",
    "/product/": "takes in, or a pricelist",
    "/report/": "prints; recorded as such",
    "/web/binary/upload_attachment": "takes in",
    "/web/export/formats": "names",
    "/web/export/get_fields": "names",
    "/web/export/namelist": "names",
    "/web/filestore": "a file of the filestore, which is encrypted",
    "/web/pivot/export_xlsx": "what its client sends",
    "/web/profile_config": "profiles",
    "/web/speedscope": "profiles",
    "/web/assets": "code",
    "/dashboard/download": "spreadsheets of boards",
}


@tagged("post_install", "-at_install")
class TestCopiesServed(ReadCase, HttpCase):
    """Requirement C6."""

    def setUp(self):
        super().setUp()
        # Test cursors can't write beside one that only reads, as real ones do.
        self.set_registry_readonly_mode(False)
        self.addCleanup(self.set_registry_readonly_mode, True)
        self.authenticate("t_compliance", PASSWORD)

    def fetch(self, url, **kwargs):
        self.env.invalidate_all()
        self.mark()
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_binary"):
            response = self.url_open(url, **kwargs)
        self.env.invalidate_all()
        return response

    def test_addresses(self):
        for copy in self.copies:
            for operation, url in copy_urls(copy):
                with self.subTest(operation, sensitive=copy == self.copies[-1]):
                    content = self.fetch(url).content
                    shown = self.content in content
                    if operation in VIEWED or "download" in operation:
                        self.assertTrue(shown)
                    if not shown:
                        self.assertFalse(self.rows("view", "download"))
                    elif "download" in operation:
                        self.assertTaken(copy)
                    elif rows := self.rows("view"):
                        self.assertEqual(rows.detail, f"attachment {copy.id}")
                    else:
                        self.assertTrue(self.viewed_just_now(copy))
        self.assertIn("url:image", COPY_URLS)

    def viewed_just_now(self, copy):
        """Whether it was viewed within the minute that counts as one viewing."""
        return self.env["customer.archive.log"].search(
            [
                ("event", "=", "view"),
                ("detail", "=", f"attachment {copy.id}"),
                ("user_id", "=", self.users["compliance"].id),
            ]
        )

    def test_thumbnails(self):
        for copy in self.copies:
            url = f"/web/image/{copy.id}/64x64"
            self.assertEqual(self.fetch(url).status_code, 200)
            self.assertEqual(self.rows("view").detail, f"attachment {copy.id}")

    def test_archive_of_several(self):
        ids = ",".join(map(str, self.copies.ids))
        token = http.Request.csrf_token(self)
        data = {"file_ids": ids, "zip_name": "x.zip", "csrf_token": token}
        response = self.fetch("/mail/attachment/zip", data=data)
        self.assertEqual(response.content[:2], b"PK")
        self.assertTaken(self.copies)

    def test_invoices_route(self):
        ids = ",".join(map(str, self.copies.ids))
        response = self.fetch(f"/account/download_invoice_attachments/{ids}")
        if response.content[:2] == b"PK":
            self.assertTaken(self.copies)
        else:
            self.assertFalse(self.rows("view", "download"))

    def test_first_page(self):
        pdf = base64.b64encode(_pdf())
        item = self.items[0]
        known = item.attachment_ids
        item.attachment_ids = [Command.create({"name": "a.pdf", "datas": pdf})]
        copy = item.attachment_ids - known
        response = self.fetch(f"/mail/attachment/pdf_first_page/{copy.id}")
        self.assertEqual(response.content[:4], b"%PDF")
        self.assertTaken(copy)

    def test_exports(self):
        ids = self.items.ids
        data = export_request(ITEM, ids, ["attachment_ids/datas"])
        for kind in ("csv", "xlsx"):
            with self.subTest(kind):
                token = http.Request.csrf_token(self)
                form = {"data": data, "csrf_token": token}
                response = self.fetch(f"/web/export/{kind}", data=form)
                self.assertEqual(response.status_code, 200)
                self.assertTaken(self.copies)

    def test_every_route_is_known(self):
        """A route that sounds like giving files away is tried, or said not to."""
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        sounds = re.compile("attach|content|image|file|document|download|zip|export")
        unknown = {
            rule.rule
            for rule in rules
            if sounds.search(rule.rule)
            and not rule.rule.startswith((*SERVING, *OTHERS))
        }
        self.assertFalse(unknown, "try these routes, or say what they give")


def _pdf():
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    stream = BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 720, "Scan")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
