"""Who takes copies away is set by role and kind of item; all others view them (C9)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD
from .viewing_case import ViewingCase, chinese_pdf
from .watermark_case import workbook


@tagged("post_install", "-at_install")
class TestDownloadRoles(ViewingCase, HttpCase):
    """C9: the account manager views an identity card, the records clerk takes it."""

    def setUp(self):
        super().setUp()
        self.held = self.item("bank")
        self.copy = self.add_copy(self.held, chinese_pdf(), "账户证明_示例公司.pdf")
        self.kind = self.env["customer.archive.document.type"].browse(
            self.held.type_id.id
        )
        self.kind.download_group_ids = self.env.ref("customer_archive.group_finance")

    def get(self, role, path):
        self.authenticate(f"t_{role}", PASSWORD)
        return self.url_open(path)

    def refusals(self):
        return (
            self.env["customer.archive.log"]
            .sudo()
            .search_count([("event", "=", "denied"), ("res_id", "=", self.held.id)])
        )

    @mute_logger("odoo.http")
    def test_over_http(self):
        address = f"/web/content/{self.copy.id}"
        shown = self.get("sales", address)
        self.assertEqual(shown.status_code, 200)
        self.assertTrue(shown.content.startswith(b"%PDF"))
        before = self.refusals()
        for path in (
            f"{address}?download=true",
            f"{address}?download=1",
            f"/web/content?id={self.copy.id}&download=true",
            f"/web/content/ir.attachment/{self.copy.id}/datas?download=true",
        ):
            with self.subTest(path):
                taken = self.get("sales", path)
                self.assertNotEqual(taken.status_code, 200)
                self.assertNotIn(b"%PDF", taken.content)
        self.assertGreater(self.refusals(), before)

    @mute_logger("odoo.http")
    def test_what_no_browser_shows(self):
        """A workbook is saved whatever is asked for: that is taking it away."""
        book = self.add_copy(self.held, workbook(), "账户一览_示例公司.xlsx")
        address = f"/web/content/{book.id}"
        before = self.refusals()
        for path in (
            address,
            f"{address}?download=0",
            f"{address}?mimetype=text/plain",
        ):
            taken = self.get("sales", path)
            self.assertNotEqual(taken.status_code, 200, path)
            self.assertNotIn(b"PK", taken.content)
        self.assertGreater(self.refusals(), before)
        last = self.env["customer.archive.log"].sudo().search([], limit=1).id
        self.assertEqual(self.get("finance", address).status_code, 200)
        domain = [("id", ">", last), ("res_id", "=", self.held.id)]
        rows = self.env["customer.archive.log"].sudo().search(domain)
        self.assertEqual(rows.mapped("event"), ["download"])

    def test_over_rpc(self):
        """Reading the content by a program is taking it away."""
        copy = self.copy.with_user(self.users["sales"])
        for name in ("raw", "datas"):
            copy.invalidate_recordset()
            with (
                self.subTest(name),
                self.assertRaisesRegex(AccessError, "viewed in the browser"),
            ):
                copy.read([name])

    def test_the_screen(self):
        """Where it can't be downloaded, the screen offers no button for it."""
        for role, may in (("sales", False), ("finance", True)):
            with self.subTest(role):
                item = self.held.with_user(self.users[role])
                self.assertEqual(item.can_download, may)

    def test_opening_it_takes_two(self):
        """Whoever is added to those who download waits for a second person."""
        legal = self.env.ref("customer_archive.group_legal")
        kind = self.kind.with_user(self.users["admin"])
        for commands in ([Command.link(legal.id)], [Command.clear()]):
            with self.subTest(commands):
                kind.write({"download_group_ids": commands})
                self.assertNotIn(legal, self.kind.download_group_ids)
                self.assertTrue(self.kind.download_group_ids)
                self.assertTrue(self.kind.lifting_words)
        second = self.kind.with_user(self.users["management"])
        second.action_confirm_lifting(second.lifting_digest)
        self.assertFalse(self.kind.download_group_ids)
        # Closing it doesn't wait.
        kind.write({"download_group_ids": [Command.link(legal.id)]})
        self.assertEqual(self.kind.download_group_ids, legal)
