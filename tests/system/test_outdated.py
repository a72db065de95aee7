"""New code on a database that wasn't updated: told what to run, not a trace."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

MODULE = "odoo.addons.customer_archive.models.retention.ir_module_module"


@tagged("post_install", "-at_install")
class TestOutdated(HttpCase):
    def setUp(self):
        super().setUp()
        self.module = self.env.ref("base.module_customer_archive")
        self.addCleanup(self.forget)

    def forget(self):
        self.registry.archive_outdated = ""

    def aged(self, version):
        """Say what the database knows as its version; return the words for it."""
        self.module.latest_version = version
        self.env.flush_all()
        return self.env["ir.module.module"]._archive_outdated()

    def test_by_version(self):
        now = self.module.latest_version
        self.assertEqual(self.aged(now), "")
        self.assertEqual(self.aged("19.0.99.0.0"), "")
        # Being installed just now.
        self.assertEqual(self.aged(False), "")
        for older in ("19.0.1.0.0", "19.0.5.0.0"):
            words = self.aged(older)
            self.assertIn("-u customer_archive --stop-after-init", words)
            self.assertIn(older, words)
            self.assertIn("请管理员", words)

    def test_every_page_says_so(self):
        self.aged("19.0.5.0.0")
        with self.assertLogs(MODULE, "ERROR") as log:
            self.env["ir.module.module"]._register_hook()
        self.assertIn("-u customer_archive", log.output[0])
        with mute_logger("odoo.http"):
            for path in (
                "/web/login",
                "/odoo",
                "/web/session/authenticate",
                "/nothing",
            ):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 503, path)
                self.assertIn("-u customer_archive --stop-after-init", response.text)
        self.forget()
        self.assertEqual(self.url_open("/web/login").status_code, 200)
