"""Backups: what is on a target, what a run writes, and what is wrong with it."""

import json
from contextlib import nullcontext
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import backup
from odoo.addons.customer_archive.tools.backup import dump

from ..copies.paper_case import PDF
from ..encryption.encryption_case import flipped
from .backup_case import CONTENT, RUNNER, BackupCase, RunningCase, repack, unpacked


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

    # Keys

    def test_keys_apart(self):
        """Keystore and anchors go to a target of their own, and nowhere else."""
        with self.assertRaisesRegex(UserError, "must not lie on the same target"):
            self.add_target("keys")
        with self.assertRaisesRegex(UserError, "must not lie on the same target"):
            self.add_target("keys", "nas/keys")
        # By another name of the same folder.
        (self.disk / "link").symlink_to(self.disk / "nas")
        with self.assertRaisesRegex(UserError, "must not lie on the same target"):
            self.add_target("keys", "link")
        keys = self.add_target("keys", "safe")
        folder = self.env["customer.archive.log.anchor"]._folder()
        folder.mkdir(parents=True, exist_ok=True)
        anchor = folder / "anchor-1-1-x.json"
        anchor.write_text("{}")
        self.addCleanup(anchor.unlink)
        self.back_up()
        self.assertEqual((self.root(keys) / "anchors" / anchor.name).read_text(), "{}")
        self.assertTrue((self.root(keys) / "keystore.db").stat().st_size)
        self.assertFalse((self.root() / "keystore.db").exists())
        self.assertEqual(keys.state, "ok")
        # A copy of the keystore as it is: what is destroyed is destroyed there, too.
        store = self.env["customer.archive.keyring"]._keystore()
        self.assertTrue(backup.__doc__ and store.health()["ok"])
        for path in self.root(keys).rglob("*"):
            self.assertNotIn("master", path.name)

    def test_keys_where_contents_were(self):
        """A target that was renamed isn't taken for another kind."""
        self.back_up()
        self.target.active = False
        keys = self.add_target("keys")
        self.sql("UPDATE customer_archive_backup SET started_on = '2020-01-01'")
        with mute_logger(RUNNER):
            self.run_cron()
        self.assertEqual(keys.backup_ids.state, "failed")
        self.assertIn("same target", keys.backup_ids.problem)

    def test_keys_moved(self):
        """The keystore is deleted at the old place once the new one has it."""
        self.target.active = False
        keys = self.target = self.add_target("keys", "safe")
        old = self.root(keys) / "keystore.db"
        self.assertEqual(self.back_up().state, "done")
        admin = keys.with_user(self.users["admin"])
        (self.disk / "new").mkdir()
        admin.url = str(self.disk / "new")
        self.assertEqual(admin.former_url, str(self.disk / "safe"))
        with self.assertRaisesRegex(AccessError, "by administrators"):
            keys.with_user(self.users["archivist"]).action_former_deleted()
        # Not before: the new place doesn't have it yet.
        read = backup.Place.read

        def half(place, name):
            return read(place, name)[: 9 if name == "keystore.db" else None]

        with patch.object(backup.Place, "read", half):
            self.failed("keystore.db on the target was altered")
        self.assertTrue(old.exists())
        run = self.back_up()
        self.assertEqual((run.state, run.problem), ("done", False))
        self.assertFalse(old.exists() or keys.former_url)
        self.assertTrue((self.root(keys) / "keystore.db").exists())
        rows = self.env["customer.archive.log"].search([("event", "=", "backup")])
        self.assertIn("former keystore deleted", rows.mapped("detail"))

    def test_keys_under_another_name(self):
        """The same folder by another name isn't left, and keeps its keystore."""
        self.target.active = False
        keys = self.target = self.add_target("keys", "safe")
        self.back_up()
        (self.disk / "link").symlink_to(self.disk / "safe")
        keys.url = str(self.disk / "link")
        self.assertTrue(keys.former_url)
        self.assertFalse(self.back_up().problem)
        self.assertFalse(keys.former_url)
        self.assertTrue((self.root(keys) / "keystore.db").exists())

    def test_keys_moved_from_another_targets(self):
        """Two targets at one place: when one of them moves, the other's stays."""
        self.target.active = False
        keys = self.target = self.add_target("keys", "safe")
        (self.disk / "link").symlink_to(self.disk / "safe")
        other = self.add_target("keys", "link")
        self.back_up()
        (self.disk / "new").mkdir()
        keys.url = str(self.disk / "new")
        self.make_due()
        # The other one isn't, and wouldn't write its keystore anew.
        self.sql(
            "UPDATE customer_archive_backup SET started_on = now()"
            f" WHERE target_id = {other.id}"
        )
        self.run_cron()
        run = keys.backup_ids[0]
        self.assertEqual((run.state, run.problem), ("done", False))
        self.assertFalse(keys.former_url)
        self.assertTrue((self.root(other) / "keystore.db").exists())
        # One that isn't in use any more keeps nothing.
        (self.disk / "newer").mkdir()
        keys.url = str(self.disk / "safe")
        self.back_up()
        other.active = False
        keys.url = str(self.disk / "newer")
        self.assertFalse(self.back_up().problem)
        self.assertFalse((self.root(other) / "keystore.db").exists())

    def test_keys_stay_keys(self):
        """Nothing takes the keystore along: its target isn't used for contents."""
        self.target.active = False
        keys = self.target = self.add_target("keys", "safe")
        # Not in use yet.
        keys.holds = "contents"
        keys.holds = "keys"
        self.back_up()
        admin = keys.with_user(self.users["admin"])
        (self.disk / "new").mkdir()
        new = str(self.disk / "new")
        refused = "set up another target for files"
        with self.assertRaisesRegex(UserError, refused):
            admin.write({"holds": "contents", "url": new})
        admin.url = new
        with self.assertRaisesRegex(UserError, refused):
            admin.holds = "contents"
        admin.action_former_deleted()
        admin.holds = "contents"
        self.assertFalse(keys.former_url)

    def test_keys_moved_from_what_is_gone(self):
        """What can't be deleted is asked for, until somebody says that it was."""
        self.target.active = False
        keys = self.target = self.add_target("keys", "safe")
        self.assertEqual(self.back_up().state, "done")
        (self.disk / "safe").rename(self.disk / "unmounted")
        (self.disk / "new").mkdir()
        admin = keys.with_user(self.users["admin"])
        admin.url = str(self.disk / "new")
        run = self.back_up()
        self.assertEqual(run.state, "done")
        self.assertIn("Delete keystore.db there by hand", run.problem)
        self.assertTrue(run._activities("mail_activity_backup"))
        with self.assertRaisesRegex(UserError, "is still at"):
            admin.url = str(self.disk / "newer")
        admin.action_former_deleted()
        self.assertFalse(keys.former_url or keys.sudo().former_ciphertext)
        self.assertFalse(self.back_up().problem)
        with self.assertRaisesRegex(UserError, "No keystore was left"):
            admin.action_former_deleted()

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

    # Restoring

    def test_restored_from_problem(self):
        """What the check found missing or altered comes back, and is settled."""
        self.back_up()
        paths = [self.stored(copy) for copy in self.copies]
        before = [path.read_bytes() for path in paths]
        paths[0].unlink()
        paths[1].write_bytes(flipped(before[1], 99))
        check = self.file.with_user(self.users["archivist"]).action_check_integrity()
        check = self.env["customer.archive.integrity"].browse(check["res_id"])
        self.assertEqual(check.open_count, 2)
        for role in ("auditor", "management", "compliance"):
            lines = check.failure_ids.with_user(self.users[role])
            with self.assertRaisesRegex(AccessError, "by archivists"):
                lines.action_restore()
        check.failure_ids.with_user(self.users["archivist"]).action_restore()
        self.assertEqual([path.read_bytes() for path in paths], before)
        self.assertEqual(check.result, "settled")
        made = self.env["customer.archive.restore"].search([])
        self.assertEqual(set(made.mapped("state")), {"done"})
        rows = self.env["customer.archive.log"].search([("event", "=", "backup")])
        self.assertIn("restored done", rows.mapped("detail"))

    def test_restored_of_file(self):
        self.back_up()
        path = self.stored(self.copies[0])
        before = path.read_bytes()
        path.write_bytes(before[:-1])
        file = self.file.with_user(self.users["archivist"])
        made = self.env["customer.archive.restore"].browse(
            file.action_restore_copies()["res_id"]
        )
        self.assertEqual((made.checked, made.restored, made.state), (2, 1, "done"))
        self.assertEqual(path.read_bytes(), before)
        made = made.browse(file.action_restore_copies()["res_id"])
        self.assertEqual(made.state, "nothing")

    def test_restored_of_item(self):
        """The button is there once a backup has the copies, for archivists alone."""
        item = self.item("license").with_user(self.users["archivist"])
        file = self.file.with_user(self.users["archivist"])
        self.assertFalse(item.can_restore_copies or file.can_restore_copies)
        self.back_up()
        self.assertTrue(item.can_restore_copies and file.can_restore_copies)
        for role in ("sales", "clerk", "auditor", "management"):
            own = item.with_user(self.users[role])
            self.assertFalse(own.can_restore_copies)
            with self.assertRaisesRegex(AccessError, "by archivists"):
                own.action_restore_copies()
        path, other = self.stored(self.copies[0]), self.stored(self.copies[1])
        before = path.read_bytes()
        path.unlink()
        other.unlink()
        made = self.env["customer.archive.restore"].browse(
            item.action_restore_copies()["res_id"]
        )
        self.assertEqual((made.checked, made.restored, made.state), (1, 1, "done"))
        self.assertEqual(made.user_id, self.users["archivist"])
        self.assertEqual(path.read_bytes(), before)
        # Another item's copy is another's matter.
        self.assertFalse(other.exists())
        as_system(self.file.sudo()).write({"state": "destroyed"})
        self.assertFalse(item.can_restore_copies or file.can_restore_copies)
        with self.assertRaisesRegex(UserError, "was destroyed"):
            item.action_restore_copies()

    def test_second_target_helps(self):
        """What one target has lost comes from another."""
        self.add_target("contents", "far")
        self.back_up()
        digest = self.copies[0].sudo().archive_sha256
        (self.root() / "contents" / digest[:2] / digest).unlink()
        path = self.stored(self.copies[0])
        before = path.read_bytes()
        path.unlink()
        file = self.file.with_user(self.users["archivist"])
        file.action_restore_copies()
        self.assertEqual(path.read_bytes(), before)

    def test_nothing_wrong_comes_back(self):
        """A content that was exchanged on the target doesn't take a copy's place."""
        self.back_up()
        digest = self.copies[0].sudo().archive_sha256
        there = self.root() / "contents" / digest[:2] / digest
        there.write_bytes(self.stored(self.copies[2]).read_bytes())
        path = self.stored(self.copies[0])
        path.write_bytes(b"damaged")
        file = self.file.with_user(self.users["archivist"])
        made = self.env["customer.archive.restore"].browse(
            file.action_restore_copies()["res_id"]
        )
        self.assertEqual((made.state, made.missing), ("failed", 1))
        self.assertIn("altered", made.note)
        self.assertEqual(path.read_bytes(), b"damaged")

    def test_destroyed_stays_destroyed(self):
        self.back_up()
        as_system(self.file.sudo()).write({"state": "destroyed"})
        file = self.file.with_user(self.users["archivist"])
        with self.assertRaisesRegex(UserError, "was destroyed"):
            file.action_restore_copies()
        # Nor is it told of on the target any more.
        self.back_up()
        found = list((self.root() / "archive").rglob(f"*({self.file.id})"))
        self.assertEqual(found, [])

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
