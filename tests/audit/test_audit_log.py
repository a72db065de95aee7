import json
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import InsufficientPrivilege

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.encryption.customer_archive_keyring import (
    KeyProblem,
)

from .record_case import LOG, RecordedCase


@tagged("post_install", "-at_install")
class TestRecord(RecordedCase, TransactionCase):
    """The record keeps what it is given, and says so. Requirements G6 and I3."""

    def sealed_row(self):
        self.env[LOG]._record("open", self.archive())
        self.env[LOG]._seal_rows()
        return self.env[LOG].search([], limit=1)

    def test_append_only_for_the_superuser(self):
        row = self.sealed_row()
        values = {"company_id": self.a.id, "date": "2026-01-01", "event": "open"}
        for call, *arguments in (
            (row.create, values),
            (row.write, {"detail": "x"}),
            (row.write, {"note": False}),
            (row.unlink,),
            (row.copy,),
            (row.with_context(customer_archive_engine=True).create, values),
        ):
            with self.subTest(call.__name__), self.assertRaises(AccessError):
                call(*arguments)

    def test_append_only_for_the_database(self):
        sealed = self.sealed_row().id
        self.env[LOG]._record("open", self.archive())
        pending = self.env[LOG].search([("sequence", "=", False)], limit=1).id
        self.env.flush_all()
        for row in (sealed, pending):
            for change in (
                f"UPDATE customer_archive_log SET detail = 'x' WHERE id = {row}",
                f"UPDATE customer_archive_log SET note = 'x' WHERE id = {row}",
                f"UPDATE customer_archive_log SET id = -1 WHERE id = {row}",
                f"UPDATE customer_archive_log SET mac = 'x' WHERE id = {row}",
                f"UPDATE customer_archive_log SET sequence = NULL WHERE id = {row}",
                f"DELETE FROM customer_archive_log WHERE id = {row}",
                "TRUNCATE customer_archive_log",
            ):
                with (
                    self.subTest(change),
                    mute_logger("odoo.sql_db"),
                    self.assertRaisesRegex(InsufficientPrivilege, "never changed"),
                ):
                    self.env.cr.execute(change)

    def test_sealing_takes_only_the_seal(self):
        """A pending row gets its place, and nothing else may change with it."""
        self.env[LOG]._record("open", self.archive())
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(InsufficientPrivilege),
        ):
            self.env.cr.execute(
                "UPDATE customer_archive_log SET sequence = 9999, detail = 'x'"
                " WHERE sequence IS NULL"
            )

    def test_sealing(self):
        self.rows_of(self.a, 2)
        self.rows_of(self.b, 1)
        self.rows_of(self.a, 1, start=3)
        self.assertFalse(self.rows().filtered("sequence"))
        while self.env[LOG]._seal_rows():
            self.env.invalidate_all()
        by_company = self.rows().grouped("company_id")
        self.assertEqual(by_company[self.a].mapped("sequence"), [1, 2, 3])
        self.assertEqual(by_company[self.b].mapped("sequence"), [1])
        self.assertEqual((self.found(self.a), self.found(self.b)), ([], []))

    def test_sealing_in_batches(self):
        self.rows_of(self.a, 7)
        self.rows_of(self.b, 4)
        with patch(f"{self.logger}_sealing.BATCH", 3):
            counts = []
            while count := self.env[LOG]._seal_rows():
                counts.append(count)
        self.assertEqual(counts, [3, 3, 3, 2])
        with patch(f"{self.logger}_verification.BATCH", 2):
            self.assertEqual((self.found(self.a), self.found(self.b)), ([], []))

    def test_control_characters_part_nothing(self):
        log = self.env[LOG].with_company(self.a)
        log._record("open", log, "a\x1fb\x00c\nd", "e\x1ff\ng")
        log._seal_rows()
        self.assertEqual(self.rows().detail, "a b c d")
        self.assertEqual(self.found(self.a), [])

    def test_pending_rows_are_no_breaks_for_an_hour(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.rows_of(self.a, 2)
            self.assertEqual(self.found(self.a), [])
        with freeze_time("2026-03-02 09:00:01"):
            self.assertEqual(self.found(self.a), ["unsealed 1-2"])

    def test_without_the_key(self):
        """The work goes on; what is recorded meanwhile isn't vouched for."""
        keyring = self.env.registry["customer.archive.keyring"]

        def missing(_self):
            raise KeyProblem("no key", "no_key")

        self.rows_of(self.a, 1)
        self.env[LOG]._seal_rows()
        with (
            patch.object(keyring, "_record_key", missing),
            self.assertLogs(self.logger, "ERROR") as logged,
        ):
            self.rows_of(self.a, 1, start=2)
            with self.assertRaises(KeyProblem):
                self.env[LOG]._seal_rows()
            with self.assertRaises(UserError):
                self.env[LOG].with_company(self.a).verify()
        self.assertIn("kept without its key", logged.output[0])
        self.rows_of(self.a, 1, start=3)
        self.env[LOG]._seal_rows()
        self.assertEqual(self.found(self.a), ["forged 2"])

    def test_erasing_notes(self):
        """What is erased is recorded, and the chain stays whole."""
        self.rows_of(self.a, 12)
        self.env[LOG]._seal_rows()
        self.sql("UPDATE {log} SET note = NULL WHERE {a} AND sequence = 7")
        self.assertEqual(self.found(self.a), [])
        self.sql("UPDATE {log} SET note = NULL WHERE {a} AND sequence = 3")
        self.assertEqual(self.found(self.a), ["erased 3"])

    def test_anchors(self):
        """Daily, only if something is new, in the folder and by mail."""
        anchors = self.env["customer.archive.log.anchor"]
        auditor = self.users["auditor"]
        auditor.write({"company_ids": [Command.link(self.a.id)]})
        auditor.email = "auditor@company.example"
        mails = [("subject", "like", "Test A")]
        before = self.env["mail.mail"].search(mails)
        self.rows_of(self.a, 3)
        self.run_cron()
        anchor = anchors.search([("company_id", "=", self.a.id)])
        self.assertEqual(anchor.count, 3)
        [file] = self.anchor_files(self.a)
        content = json.loads(file.read_text())
        self.assertEqual(content, anchor._values())
        self.assertEqual(file.stat().st_mode & 0o777, 0o440)
        mail = self.env["mail.mail"].search(mails) - before
        self.assertIn(auditor.email, mail.email_to)
        self.assertIn(anchor.digest, mail.body_html)
        self.run_cron()
        self.assertEqual(len(self.anchor_files(self.a)), 1)
        self.assertFalse(self.anchor_files(self.b))
        self.rows_of(self.a, 2, start=4)
        self.run_cron()
        self.assertEqual(len(self.anchor_files(self.a)), 2)
        self.assertEqual(self.found(self.a, [content]), [])

    def test_anchoring_checks_only_what_is_new(self):
        self.rows_of(self.a, 5)
        self.run_cron()
        self.rows_of(self.a, 2, start=6)
        self.env[LOG]._seal_rows()
        log, fed = self.env.registry[LOG], []
        original = log._rows_of

        def counted(self, *arguments):
            for row in original(self, *arguments):
                fed.append(row.sequence)
                yield row

        with patch.object(log, "_rows_of", counted):
            anchors = self.env["customer.archive.log.anchor"]
            self.assertEqual(anchors._anchor(self.a).count, 7)
        self.assertEqual(fed, [6, 7])

    def run_cron(self):
        self.env[LOG]._seal_rows()
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_anchor").method_direct_trigger()
        self.env.invalidate_all()

    def test_anchors_are_made_by_the_system(self):
        anchors = self.env["customer.archive.log.anchor"]
        self.rows_of(self.a, 1)
        self.run_cron()
        anchor = anchors.search([("company_id", "=", self.a.id)])
        values = {"company_id": self.a.id, "date": "2026-01-01", "count": 1}
        values |= {"digest": "x", "mac": "x"}
        for call, *arguments in (
            (anchors.create, values),
            (anchor.write, {"count": 2}),
            (anchor.unlink,),
        ):
            with self.subTest(call.__name__), self.assertRaises(AccessError):
                call(*arguments)

    def test_who_verifies(self):
        for role in self.users:
            log = self.env[LOG].with_user(self.users[role])
            with self.subTest(role):
                if role in ("auditor", "compliance"):
                    self.assertEqual(log.verify()["breaks"], [])
                    self.assertEqual(log.action_verify()["params"]["type"], "success")
                    url = f"/customer_archive/record/{self.company.id}.jsonl"
                    self.assertEqual(log.action_export_record()["url"], url)
                else:
                    self.refuse(log.verify)
                    self.refuse(log.action_verify)
                    self.refuse(log.action_export_record)

    def test_who_reads(self):
        readers = {"auditor", "compliance", "management"}
        for role in self.users:
            log = self.env[LOG].with_user(self.users[role])
            with self.subTest(role):
                self.assertEqual(log.has_access("read"), role in readers)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(log.has_access(operation))

    def test_breaks_are_shown_in_words(self):
        self.rows_of(self.a, 40)
        self.env[LOG]._seal_rows()
        with self.unguarded():
            self.sql("DELETE FROM {log} WHERE {a} AND mod(sequence, 2) = 1")
        shown = self.env[LOG].with_company(self.a).action_verify()["params"]
        self.assertEqual((shown["type"], shown["sticky"]), ("danger", True))
        self.assertEqual(shown["title"], "20 rows checked")
        self.assertIn("1: Rows are missing. 3: Rows are missing.", shown["message"])
