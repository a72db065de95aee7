"""Backups: what is on a target, what a run writes, and what is wrong with it."""

import json
from contextlib import nullcontext
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools.backup import dump

from ..copies.paper_case import PDF
from ..encryption.encryption_case import flipped
from .backup_case import CONTENT, BackupCase, RunningCase, repack, unpacked


@tagged("post_install", "-at_install")
class TestBackup(RunningCase, BackupCase, TransactionCase):
    """B6 B7"""

    # What is written

    def test_complete(self):
        run = self.back_up(dump="all")
        self.assertEqual((run.state, run.problem), ("done", False))
        [path] = self.manifests()
        head, *contents, last = self.lines(path)
        self.assertEqual((head["run"], head["kind"]), (run.name, "daily"))
        self.assertEqual(last["contents"], len(contents))
        self.assertEqual(run.contents, len(contents))
        by_source = {each["source"]: each for each in contents}
        for copy in self.copies:
            own = copy.sudo()
            told = by_source[own.store_fname]
            self.assertEqual(told["sha256"], own.archive_sha256)
            self.assertEqual(told["sm3"], own.archive_sm3)
            stored = self.root() / "contents" / told["sha256"][:2] / told["sha256"]
            self.assertEqual(stored.read_bytes(), self.stored(copy).read_bytes())
        self.assertFalse(list((self.root() / "tmp").iterdir()))
        self.assertEqual(self.target.state, "ok")

    def test_nothing_is_readable_there(self):
        """Contents and the dump are encrypted; only what tells of files is not."""
        self.back_up(dump="all")
        for path in (self.root() / "contents").rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                self.assertTrue(data.startswith(b"CAF"), path)
                self.assertNotIn("华东再生资源有限公司".encode(), data)

    def test_told_of_files(self):
        self.back_up()
        [about] = (self.root() / "archive").rglob(f"*({self.file.id})/about.json")
        self.assertIn("华东再生资源有限公司", about.parent.name)
        told = json.loads(about.read_text())
        digests = {copy["sha256"] for item in told["items"] for copy in item["copies"]}
        self.assertIn(self.copies[0].sudo().archive_sha256, digests)
        # Names of what is classified stay out of it, and the old folder goes.
        self.file.sudo().security_level = "secret"
        self.file.flush_recordset()
        self.back_up()
        [about] = (self.root() / "archive").rglob(f"*({self.file.id})/about.json")
        self.assertNotIn("华东再生资源有限公司", about.parent.name)
        self.assertNotIn("华东再生资源有限公司", about.read_text())
        self.assertNotIn("营业执照.pdf", about.read_text())

    def test_only_what_changed(self):
        first = self.back_up()
        self.assertGreaterEqual(first.copied, 3)
        there = {path: path.stat().st_mtime_ns for path in self.contents()}
        second = self.back_up("weekly")
        self.assertEqual((second.copied, second.contents), (0, first.contents))
        self.assertEqual(
            there, {path: path.stat().st_mtime_ns for path in self.contents()}
        )
        self.add_copy(self.item("license"), PDF, "营业执照（新）.pdf")
        third = self.back_up()
        self.assertEqual((third.copied, third.contents), (1, first.contents + 1))

    def contents(self):
        found = (self.root() / "contents").rglob("*")
        return [path for path in found if path.is_file()]

    def test_once_a_day(self):
        self.run_cron()
        self.run_cron()
        self.assertEqual(len(self.manifests()), 1)
        self.run_cron("weekly")
        self.assertEqual(len(self.manifests()), 2)

    # Retention

    def test_retention(self):
        """Contents that no kept manifest names are removed, and no others."""
        self.target.write({"keep_daily": 2, "keep_weekly": 1})
        gone = self.add_copy(self.item("license"), PDF, "作废.pdf")
        digest = gone.sudo().archive_sha256
        first = self.back_up()
        path = self.root() / "contents" / digest[:2] / digest
        self.assertTrue(path.exists())
        gone.sudo().with_context().unlink()
        self.env.flush_all()
        second = self.back_up()
        self.assertTrue(path.exists())
        third = self.back_up()
        self.assertEqual(first.state, "removed")
        self.assertEqual((second + third).mapped("state"), ["done", "done"])
        self.assertFalse(path.exists())
        self.assertEqual(len(self.manifests()), 2)
        for run in second + third:
            for content in self.sealed_lines(run):
                self.assertTrue((self.root() / content.name).exists())

    def test_deleted_while_dumped(self):
        """The dump names it still: so does the manifest, and it is kept as long."""
        self.target.keep_daily = 1
        gone = self.add_copy(self.item("license"), PDF, "作废.pdf").sudo()
        source, digest = gone.store_fname, gone.archive_sha256
        path = self.root() / "contents" / digest[:2] / digest

        def texts():
            gone.with_context().unlink()
            self.env.flush_all()
            yield b"CREATE TABLE x;\n"

        begun = lambda *_args: nullcontext(texts())
        self.back_up()
        with patch.object(dump, "begun", begun):
            run = self.back_up(dump="all")
        self.assertEqual((run.state, run.problem), ("done", False))
        self.assertFalse(gone.exists())
        self.assertIn(source, {each.source for each in self.sealed_lines(run)})
        self.assertTrue(path.exists())
        # Of the next it is no part, and goes with this one.
        run = self.back_up()
        self.assertNotIn(source, {each.source for each in self.sealed_lines(run)})
        self.assertFalse(path.exists())

    def test_sweep(self):
        """What a killed run left goes; what an unknown manifest may need stays."""
        self.back_up()
        stray = self.root() / "contents" / "ab" / ("ab" * 32)
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"x")
        unknown = self.root() / "runs" / "20200101-000000-daily-1.jsonl"
        unknown.write_text("{}\n")
        logger = "odoo.addons.customer_archive.models.backup"
        with mute_logger(f"{logger}.customer_archive_backup_retention"):
            self.back_up("weekly")
        self.assertTrue(stray.exists())
        unknown.unlink()
        self.back_up("weekly")
        self.assertFalse(stray.exists())

    # Verification

    def test_verified(self):
        run = self.back_up()
        self.assertEqual(self.verify(run), "passed")
        self.assertEqual(run.verify_place, run.contents)

    def test_altered_or_gone_on_the_target(self):
        """Told by name, and written anew by the next run."""
        run = self.back_up()
        one, other = (each.sudo().archive_sha256 for each in self.copies[:2])
        path = self.root() / "contents" / one[:2] / one
        path.write_bytes(flipped(path.read_bytes(), 50))
        (self.root() / "contents" / other[:2] / other).unlink()
        self.assertEqual(self.verify(run), "failed")
        self.assertIn(f"({self.copies[0].id})", run.verify_problem)
        self.assertIn(f"({self.copies[1].id})", run.verify_problem)
        self.assertTrue(run._activities("mail_activity_backup"))
        self.assertEqual(self.back_up().copied, 2)
        self.assertEqual(self.verify(run), "passed")

    def test_manifest_altered(self):
        run = self.back_up()
        [path] = self.manifests()
        before = path.read_bytes()
        lines = unpacked(path).splitlines(keepends=True)
        for change in (
            lines[:1] + lines[2:],
            lines[:-1],
            [lines[0].replace("daily", "weekly"), *lines[1:]],
            ["x\n"],
            [],
        ):
            repack(path, "".join(change))
            self.assertEqual(self.verify(run), "failed")
            self.assertIn("altered", run.verify_problem)
        for damaged in (before[:-9], flipped(before, 30), b"x"):
            path.write_bytes(damaged)
            self.assertEqual(self.verify(run), "failed")
            self.assertIn("altered", run.verify_problem)
        # As manifests of before are.
        path.unlink()
        path.with_suffix("").write_text("".join(lines))
        self.assertEqual(self.verify(run), "passed")

    def test_manifest_from_elsewhere(self):
        """Of another run, or of another database under this one's name."""
        run = self.back_up()
        [path] = self.manifests()
        other = self.back_up()
        self.assertNotEqual(run, other)
        path.write_bytes(self.manifests()[1].read_bytes())
        self.assertEqual(self.verify(run), "failed")
        own = self.env["customer.archive.keyring"]._database()
        repack(path, unpacked(self.manifests()[1]).replace(own, "another"))
        self.assertEqual(self.verify(run), "failed")
        self.assertIn("belongs to another database", run.verify_problem)
        head = {"format": 1, "database": "another"}
        marker = self.root() / "target.json"
        marker.write_text(json.dumps({**head, "holds": "contents"}))
        self.failed("belongs to another database")

    # Who

    def test_browse(self):
        """Which items are in a run: of those that the user sees."""
        run = self.back_up()
        action = run.with_user(self.users["archivist"]).action_open_items()
        items = self.env["customer.archive.document"]
        found = items.with_user(self.users["archivist"]).search(action["domain"])
        self.assertIn(self.item("license"), found)
        own = self.item("license").with_user(self.users["archivist"])
        self.assertEqual(own.backup_id, run)
        new = self.add_copy(self.item("license", self.other), PDF, "新.pdf")
        self.assertNotIn(
            items.browse(new.res_id),
            items.sudo().search([("backup_id", "=", run.id)]),
        )

    def test_who_may(self):
        run = self.back_up()
        for role in ("sales", "clerk", "finance", "compliance"):
            with self.assertRaises(AccessError):
                run.with_user(self.users[role]).read(["name"])
        for role in ("archivist", "auditor", "management"):
            target = self.target.with_user(self.users[role])
            self.assertTrue(target.read(["name"]))
            with self.assertRaises(AccessError):
                target.write({"name": "x"})
            with self.assertRaisesRegex(AccessError, "by administrators"):
                target.action_back_up()
            with self.assertRaisesRegex(AccessError, "by administrators"):
                target.action_test()
        with self.assertRaisesRegex(AccessError, "Backups are verified"):
            run.with_user(self.users["management"]).action_verify()
        admin = self.target.with_user(self.users["admin"])
        made = admin.create({"name": "二号楼", "url": "/mnt/x", "options": "{}"})
        self.assertTrue(made.has_options)
        made.active = False
        admin.action_test()
        admin.action_back_up()
        running = self.target.backup_ids.filtered(lambda each: each.state == "running")
        self.assertEqual(running.user_id, self.users["admin"])
        with self.assertRaises(AccessError):
            running.with_user(self.users["admin"]).write({"state": "done"})
        with self.assertRaisesRegex(UserError, "is running"):
            admin.url = "/mnt/x"

    def test_overdue(self):
        run = self.back_up()
        self.assertEqual(self.target.state, "ok")
        as_system(run).write({"ended_on": "2020-01-01"})
        self.target.invalidate_recordset()
        self.assertEqual(self.target.state, "overdue")
        self.assertEqual(
            self.target.last_done_on, fields.Datetime.to_datetime("2020-01-01")
        )

    def test_goes_on(self):
        """No time left after a batch: the next run goes on behind it."""
        crons = self.env["ir.cron"]
        batch = "odoo.addons.customer_archive.models.backup.customer_archive_backup_run"
        with (
            patch(f"{batch}.BATCH", 1),
            patch.object(type(crons), "_commit_progress", return_value=0),
        ):
            run = self.back_up()
            self.assertEqual((run.state, run.copied), ("running", 1))
        self.assertFalse(self.manifests())
        self.run_cron()
        self.assertEqual(run.state, "done")

    def test_taken_in(self):
        """Stopped just after the manifest was written: the run is complete."""
        run = self.back_up()
        as_system(run).write({"state": "running", "contents": 0})
        self.sql("DELETE FROM customer_archive_backup_content")
        [path] = self.manifests()
        before = path.read_bytes()
        self.run_cron()
        self.assertEqual((run.state, path.read_bytes()), ("done", before))
        self.assertEqual(
            self.env[CONTENT].search_count([("last_id", "=", False)]), run.contents
        )
