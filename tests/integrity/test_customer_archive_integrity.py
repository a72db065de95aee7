"""Stored copies are checked, and whatever is wrong with one is named."""

import os
import time
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import fixity

from ..copies.paper_case import JPEG, PDF
from ..encryption.encryption_case import (
    LOG,
    SEALING,
    EncryptionCase,
    flipped,
)
from ..support.common import KEYRING

CHECK, LINE = "customer.archive.integrity", "customer.archive.integrity.line"
STOCK = "odoo.addons.customer_archive.models.integrity.customer_archive_integrity_stock"
RESTORED = "已从备份恢复"


@tagged("post_install", "-at_install")
class TestIntegrity(EncryptionCase, TransactionCase):
    """B7 B9"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file.partner_id.name = "华东再生资源有限公司"
        cls.other.partner_id.name = "苏州机器人配件厂"
        cls.copies = [
            cls.add_copy(cls.item("license"), PDF, "营业执照.pdf"),
            cls.add_copy(cls.item("bank"), JPEG, "开户许可证.jpg"),
            cls.add_copy(cls.item("bank", cls.other), PDF, "开户证明.pdf"),
        ]

    def setUp(self):
        super().setUp()
        self.names = [copy.name for copy in self.copies]
        # What a test does to the disk isn't rolled back.
        for path in map(self.stored, self.copies):
            self.addCleanup(path.write_bytes, path.read_bytes())

    def run_cron(self):
        with (
            mute_logger(LOG, SEALING, KEYRING),
            self.enter_registry_test_mode(),
            patch(f"{STOCK}.time.sleep"),
        ):
            self.env.ref("customer_archive.cron_fixity").method_direct_trigger()
        self.env.invalidate_all()

    def check(self, again=True):
        """Return the check of the stock, made anew."""
        if again:
            self.sql("UPDATE customer_archive_integrity SET started_on = '2020-01-01'")
        self.run_cron()
        domain = [("archive_id", "=", False), ("company_id", "=", self.company.id)]
        return self.env[CHECK].search(domain, limit=1)

    def problems(self, check):
        """Return what was found, as (problem, copy)."""
        return sorted((x.problem, x.copy_name) for x in check.failure_ids)

    def assert_found(self, *expected):
        """Check that exactly this is found; return the check."""
        check = self.check()
        self.assertEqual(self.problems(check), sorted(expected))
        return check

    def test_healthy(self):
        check = self.assert_found()
        self.assertEqual((check.state, check.result), ("done", "passed"))
        self.assertGreaterEqual(check.copies, 3)
        # Check by check, each with its number.
        self.assertEqual(len(check.line_ids), 9)
        self.assertEqual(
            set(check.line_ids.mapped("property")),
            {"authenticity", "integrity", "usability", "safety"},
        )
        self.assertFalse(any(check.line_ids.mapped("failed")))
        self.assertFalse(check._activities("mail_activity_integrity"))
        self.run_cron()
        self.assertEqual(self.check(again=False), check)

    def test_digests_are_taken_on_filing(self):
        own = self.copies[0].sudo()
        with self.stored(own).open("rb") as stored:
            digests = fixity.digests_of(stored)
        self.assertEqual(own.archive_sha256, digests["sha256"])
        self.assertEqual(own.archive_sm3, digests["sm3"])
        self.assertEqual(len(own.archive_sm3), 64)
        for role in ("archivist", "admin", "auditor"):
            with self.assertRaises(AccessError):
                own.with_user(self.users[role]).read(["archive_sha256"])
        own.write({"archive_sha256": "0" * 64})
        self.assertEqual(own.archive_sha256, digests["sha256"])

    # Each kind of damage

    def test_flipped_bit(self):
        path = self.stored(self.copies[0])
        path.write_bytes(flipped(path.read_bytes(), 100))
        check = self.assert_found(("altered", self.names[0]))
        line = check.failure_ids
        self.assertEqual(line.archive_id, self.file)
        self.assertEqual(line.document_id, self.item("license"))
        self.assertEqual((line.check, line.property), ("digest", "authenticity"))
        self.assertEqual(check.result, "failed")

    def test_truncated(self):
        path = self.stored(self.copies[1])
        path.write_bytes(path.read_bytes()[:-1])
        self.assert_found(("size", self.names[1]))

    def test_deleted(self):
        self.stored(self.copies[2]).unlink()
        self.assert_found(("missing", self.names[2]))

    def test_replaced(self):
        path = self.stored(self.copies[0])
        path.write_bytes(os.urandom(path.stat().st_size))
        self.assert_found(("altered", self.names[0]))

    def test_swapped(self):
        """On the disk, and in the database with all that is said of the content."""
        one, other = self.stored(self.copies[0]), self.stored(self.copies[2])
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)
        both = ("altered", self.names[0]), ("altered", self.names[2])
        self.assert_found(*both)
        one.write_bytes(first)
        other.write_bytes(second)
        self.assert_found()
        self.sql(
            """
            UPDATE ir_attachment a SET store_fname = b.store_fname,
                   archive_sha256 = b.archive_sha256, file_size = b.file_size
              FROM ir_attachment b
             WHERE a.id = ANY(%s) AND b.id = ANY(%s) AND a.id <> b.id
            """,
            *[[self.copies[0].id, self.copies[2].id]] * 2,
        )
        self.assert_found(*both)

    def test_wrong_size_in_the_register(self):
        self.sql(
            "UPDATE ir_attachment SET file_size = file_size + 1 WHERE id = %s",
            self.copies[0].id,
        )
        self.assert_found(("size", self.names[0]))

    def test_wrong_type_in_the_register(self):
        self.set_column(self.copies[1], "mimetype", "application/pdf")
        self.assert_found(("type", self.names[1]))

    def test_lost_key(self):
        self.set_column(self.file, "key_id", None)
        with self.keystore_put_back():
            keys = self.env["customer.archive.keyring"]
            keys._keystore().destroy(self.column(self.other, "key_id"))
            self.forget_keys()
            self.assert_found(("key", self.names[2]))

    def test_plain(self):
        self.set_column(self.copies[0], "archive_key", None)
        self.assert_found(("plain", self.names[0]))

    def test_orphans(self):
        """An attachment whose item is gone; a file that no attachment has."""
        gone = self.add_copy(self.item("bank"), PDF, "多余.pdf")
        name = gone.name
        self.sql(
            "UPDATE ir_attachment SET res_id = %s, write_date = '2020-01-01'"
            " WHERE id = %s",
            2**31 - 1,
            gone.id,
        )
        stray = self.stored(self.copies[0]).with_name("stray")
        stray.write_bytes(self.stored(self.copies[0]).read_bytes())
        self.addCleanup(stray.unlink, missing_ok=True)
        # What has just come may be on its way to an item.
        self.assert_found(("orphan", name))
        os.utime(stray, (time.time() - 10**6,) * 2)
        path = f"{stray.parent.name}/stray"
        self.assert_found(("orphan", name), ("orphan", path))

    def test_gap_in_numbers(self):
        for number in (1, 2, 5):
            file = self.archive("sales")
            as_system(file).write({"number_prefix": "2026-甲-", "number_index": number})
        self.assert_found(("number", "2026-甲-3–4"))

    def test_filed_before_there_were_digests(self):
        """What opens is what was filed: its digests are taken."""
        ids = [copy.id for copy in self.copies]
        self.sql(
            "UPDATE ir_attachment SET archive_sha256 = NULL WHERE id = ANY(%s)", ids
        )
        path = self.stored(self.copies[1])
        path.write_bytes(flipped(path.read_bytes(), 100))
        self.assert_found(("altered", self.names[1]))
        self.assertTrue(self.copies[0].sudo().archive_sha256)
        self.assertFalse(self.copies[1].sudo().archive_sha256)

    # What becomes of it

    def test_settled(self):
        self.stored(self.copies[2]).unlink()
        check = self.check()
        told = check._activities("mail_activity_integrity").user_id
        self.assertEqual(told, self.users["archivist"])
        line = check.failure_ids.with_user(self.users["archivist"])
        with self.assertRaisesRegex(UserError, "Enter what was done"):
            line.action_settle()
        for role in ("compliance", "auditor", "management"):
            with self.assertRaisesRegex(AccessError, "by archivists"):
                line.with_user(self.users[role]).action_settle(RESTORED)
        line.action_settle(RESTORED)
        self.assertEqual((check.result, check.open_count), ("settled", 0))
        self.assertFalse(check._activities("mail_activity_integrity"))
        with self.assertRaisesRegex(UserError, "nothing to settle"):
            line.action_settle(RESTORED)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            line.note = "x"
        # It is still gone: the next check says so again.
        self.assert_found(("missing", self.names[2]))

    def test_known_to_stay(self):
        """A gap that somebody has seen to isn't asked about again."""
        for number in (1, 3):
            file = self.archive("sales")
            as_system(file).write({"number_prefix": "2026-乙-", "number_index": number})
        check = self.assert_found(("number", "2026-乙-2"))
        line = check.failure_ids.with_user(self.users["archivist"])
        line.action_settle("纸质登记簿上已作废")
        self.assert_found()

    def test_one_file(self):
        """Checked at once, whoever else's copies are damaged."""
        self.stored(self.copies[2]).unlink()
        file = self.file.with_user(self.users["archivist"])
        action = file.action_check_integrity()
        check = self.env[CHECK].browse(action["res_id"])
        self.assertEqual((check.result, check.copies), ("passed", 2))
        self.assertEqual(check.user_id, self.users["archivist"])
        action = self.other.with_user(self.users["auditor"]).action_check_integrity()
        check = self.env[CHECK].browse(action["res_id"])
        self.assertEqual(self.problems(check), [("missing", self.names[2])])
        for role in ("sales", "clerk", "head"):
            with self.assertRaisesRegex(AccessError, "Copies are checked by"):
                self.file.with_user(self.users[role]).action_check_integrity()

    def test_print(self):
        """Check by check, and by name what failed; in the reader's language."""
        self.stored(self.copies[2]).unlink()
        check = self.check().with_user(self.users["auditor"])
        self.env["res.lang"]._activate_lang("zh_CN")
        report = self.env["ir.actions.report"].with_user(self.users["auditor"])
        html, _kind = report.with_context(lang="zh_CN")._render_qweb_html(
            "customer_archive.report_integrity", check.ids
        )
        text = html.decode()
        for words in (
            "四性检测报告",
            "真实性",
            "内容缺失",
            self.names[2],
            "苏州机器人配件厂",
        ):
            self.assertIn(words, text)
        with self.assertRaises(AccessError):
            report.with_user(self.users["sales"])._render_qweb_html(
                "customer_archive.report_integrity", check.ids
            )

    def test_nobody_writes_checks(self):
        check = self.check()
        for role in ("archivist", "auditor", "management", "admin"):
            own = check.with_user(self.users[role])
            with self.assertRaises(AccessError):
                own.write({"state": "running"})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                self.env[LINE].with_user(self.users[role]).create(
                    {"integrity_id": check.id}
                )

    # Bit by bit

    def test_goes_on_where_it_stopped(self):
        """No time left after a batch: the next run goes on behind it."""
        self.stored(self.copies[0]).unlink()
        crons = self.env["ir.cron"]
        with (
            patch(f"{STOCK}.BATCH", 1),
            patch.object(type(crons), "_commit_progress", return_value=0),
        ):
            check = self.check(again=False)
            self.assertEqual((check.state, check.copies), ("running", 1))
            self.run_cron()
            check.invalidate_recordset()
            self.assertEqual((check.state, check.copies), ("running", 2))
        self.run_cron()
        check.invalidate_recordset()
        self.assertEqual(check.state, "done")
        self.assertEqual(self.problems(check), [("missing", self.names[0])])

    def test_archived_company(self):
        """What was filed in a company that is closed is kept, and checked."""
        closed = self.env["res.company"].create({"name": "已停业公司"})
        closed.active = False
        self.check()
        self.assertTrue(self.env[CHECK].search([("company_id", "=", closed.id)]))

    def test_rate(self):
        """So many bytes in a second, and no more."""
        self.company.archive_fixity_rate = 1
        self.sql("DELETE FROM customer_archive_integrity")
        copies = self.env["ir.attachment"].browse([each.id for each in self.copies])
        with patch(f"{STOCK}.time.sleep") as slept, self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_fixity").method_direct_trigger()
        least = sum(copies.sudo().mapped("file_size")) / 2**20
        self.assertGreater(sum(call.args[0] for call in slept.mock_calls), least / 2)

    def test_keystore_gone(self):
        """Nothing can be said then, and nothing is: the check goes on later."""
        with self.keystore_put_back() as folder:
            folder.rename(folder.with_name("elsewhere"))
            try:
                self.forget_keys()
                with self.assertLogs(STOCK, "ERROR"):
                    check = self.check(again=False)
                self.assertEqual(check.failure_ids, self.env[LINE])
            finally:
                folder.with_name("elsewhere").rename(folder)
