"""Targets of backups: what can be wrong with one, and what is never told of it."""

import errno
import json
import os
from pathlib import Path
from unittest.mock import patch

from fsspec.implementations.local import LocalFileOpener

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.backup import (
    customer_archive_backup_again as again,
)
from odoo.addons.customer_archive.models.backup.backup_words import words
from odoo.addons.customer_archive.tools import backup
from odoo.addons.customer_archive.tools.backup import place as places

from ..copies.paper_case import PDF
from .backup_case import RUN, BackupCase, RunningCase


def room_for(size, number):
    """Let a disk take so many bytes more, and then fail with an error of the system."""
    write, left = LocalFileOpener.write, [size]

    def limited(target, data):
        left[0] -= len(data)
        if left[0] < 0:
            # A part of it is there.
            write(target, data[: len(data) // 2])
            raise OSError(number, os.strerror(number))
        return write(target, data)

    return patch.object(LocalFileOpener, "write", limited)


@tagged("post_install", "-at_install")
class TestBackupTarget(RunningCase, BackupCase, TransactionCase):
    """B6"""

    # What is wrong

    def test_renamed(self):
        self.back_up()
        (self.disk / "nas").rename(self.disk / "old")
        self.failed("was renamed, or isn't mounted")
        (self.disk / "old").rename(self.disk / "nas")
        run = self.back_up()
        self.assertEqual(run.state, "done")
        self.assertFalse(self.env[RUN].search([]).activity_ids)

    def test_fails_halfway(self):
        """Full, read-only or broken after some bytes: told, and nothing half there."""
        first = self.back_up()
        self.add_copy(self.item("license"), PDF, "新.pdf")
        cases = (
            (errno.ENOSPC, 0, "is full"),
            (errno.ENOSPC, 900, "is full"),
            (errno.EDQUOT, 900, "is full"),
            (errno.EROFS, 0, "doesn't let us write"),
            (errno.EACCES, 900, "doesn't let us write"),
            (errno.EIO, 900, "can't be used"),
        )
        for number, room, said in cases:
            with self.subTest(said), room_for(room, number):
                self.failed(said)
            self.assertEqual(self.verify(first), "passed")
        run = self.back_up()
        self.assertEqual((run.state, self.verify(run)), ("done", "passed"))
        self.assertFalse(list((self.root() / "tmp").iterdir()))

    def test_read_only_for_testing(self):
        with (
            room_for(0, errno.EROFS),
            self.assertRaisesRegex(UserError, "doesn't let us write"),
        ):
            self.target.with_user(self.users["admin"]).action_test()

    def test_tried_again(self):
        """After an hour, with what is there already; asked once, and not for ever."""
        error = OSError(28, "No space left on device")
        self.add_copy(self.item("license"), PDF, "新.pdf")
        with patch.object(places, "_sync", side_effect=error):
            run = self.failed("is full")
            self.assertEqual(run.tries, 1)
            self.run_cron()
            self.assertEqual((run.state, run.tries), ("failed", 1))
            for tries in range(2, again.TRIES + 1):
                self.assertTrue(run.next_try_on)
                self.failed("is full")
                self.assertEqual(run.tries, tries)
            self.assertEqual(self.target.backup_ids, run)
            self.assertFalse(run.next_try_on)
        admins = run._activities("mail_activity_backup")
        self.assertEqual(len(admins), len(admins.user_id))
        # Enough for today; tomorrow's is a new one.
        self.sql("UPDATE customer_archive_backup SET started_on = now()")
        self.run_cron()
        self.assertEqual(self.target.backup_ids, run)
        made = self.back_up()
        self.assertNotEqual(made, run)
        self.assertEqual(made.state, "done")
        self.assertFalse(run._activities("mail_activity_backup"))

    def test_week_made_up_for(self):
        """One that failed for good is the next day's, and the next week's comes."""
        error = OSError(28, "No space left on device")
        self.add_copy(self.item("license"), PDF, "新.pdf")
        with patch.object(places, "_sync", side_effect=error):
            failed = self.failed("is full", "weekly")
            for _try in range(1, again.TRIES):
                self.failed("is full")
        self.assertEqual((failed.tries, failed.next_try_on), (again.TRIES, False))
        # Not the same day.
        self.sql("UPDATE customer_archive_backup SET started_on = now()")
        self.run_cron()
        self.assertEqual(self.target.backup_ids, failed)
        made = self.back_up()
        self.assertEqual((made.kind, made.state), ("weekly", "done"))
        self.assertEqual(self.back_up().kind, "daily")
        # Five days later by the calendar of weeks.
        self.sql(
            "UPDATE customer_archive_backup SET started_on = now() - interval '5 days'"
        )
        self.run_cron("weekly")
        self.assertEqual(len(self.target.backup_ids), 4)

    def test_failure_told_beside_damage(self):
        """Damage that is told of already doesn't hide that runs fail."""
        run = self.back_up()
        digest = self.copies[0].sudo().archive_sha256
        (self.root() / "contents" / digest[:2] / digest).unlink()
        self.assertEqual(self.verify(run), "failed")
        self.assertTrue(run._activities("mail_activity_backup"))
        with patch.object(places, "_sync", side_effect=TimeoutError("timed out")):
            failed = self.failed("can't be reached")
            asked = failed._activities("mail_activity_backup")
            self.assertIn(self.users["admin"], asked.user_id)
            self.failed("can't be reached")
        self.assertEqual(failed._activities("mail_activity_backup"), asked)

    def test_told_in_the_language_of_the_company(self):
        self.env.ref("base.user_root").company_id.partner_id.lang = "zh_CN"
        with room_for(0, errno.ENOSPC):
            self.failed("备份目标空间已满")

    def test_tried_again_and_done(self):
        with patch.object(places, "_sync", side_effect=TimeoutError("timed out")):
            run = self.failed("can't be reached", "weekly")
        triggers = self.env["ir.cron.trigger"].search([])
        cron = self.env.ref("customer_archive.cron_backup_daily")
        due = triggers.filtered(lambda each: each.cron_id == cron).mapped("call_at")
        self.assertTrue(any(moment > run.next_try_on for moment in due))
        self.assertEqual(self.back_up(), run)
        self.assertEqual((run.state, run.kind, run.tries), ("done", "weekly", 1))
        self.assertFalse(run.problem or run.next_try_on)

    def test_package_missing(self):
        target = self.add_target("contents", "oss")
        target.url = "oss://bucket/archive"
        with self.assertRaisesRegex(UserError, "Python package ossfs"):
            target.with_user(self.users["admin"]).action_test()

    def test_copy_gone(self):
        """What can't be read from our own disk is told by name; the rest is there."""
        path = self.stored(self.copies[0])
        path.unlink()
        self.stored(self.copies[1]).write_bytes(b"x")
        run = self.back_up()
        self.assertEqual((run.state, run.problem_count), ("done", 2))
        self.assertIn(str(self.copies[0].id), run.problem)
        self.assertIn(str(self.copies[1].id), run.problem)
        sources = {each.source for each in self.sealed_lines(run)}
        self.assertIn(self.copies[2].sudo().store_fname, sources)
        self.assertNotIn(self.copies[1].sudo().store_fname, sources)

    def test_bad_targets(self):
        for url in ("relative/x", "http://x/y", "/mnt/../etc", "simplecache::s3://x"):
            with self.assertRaisesRegex(UserError, "complete folder or URL"):
                self.target.url = url
        with self.assertRaisesRegex(UserError, "as options"):
            self.target.url = "sftp://user:secret@server/x"
        with self.assertRaisesRegex(UserError, "as JSON"):
            self.target.options = "user=x"

    def test_no_folder_of_odoo(self):
        """Static files of an addon are handed out to anybody."""
        static = Path(customer_archive.__path__[0]) / "static" / "backup"
        link = Path(self.target.url.removeprefix("file://")).with_name("link")
        link.symlink_to(static.parent)
        self.addCleanup(link.unlink)
        for folder in (static, config.filestore(self.env.cr.dbname), f"{link}/backup"):
            with self.assertRaisesRegex(UserError, "belongs to Odoo"):
                self.target.url = str(folder)
        with self.assertRaisesRegex(UserError, "The option “fo” isn't allowed"):
            raise UserError(words(self.env, backup.BackupError("detour", "fo")))

    def test_options_lead_nowhere_else(self):
        for name in ("protocol", "fo", "memory", "target_protocol", "remote_options"):
            with self.assertRaises(backup.BackupError) as caught:
                places.Place(self.target.url, {name: "memory"}, "x")
            self.assertEqual((caught.exception.code, name), caught.exception.args)
        self.assertEqual(
            places.where("sftp://a@nas/backup", {}),
            places.where("ssh://nas/backup/", {"host": "nas"}),
        )

    def test_another_place_gets_no_password(self):
        self.target.options = '{"mode": "密码"}'
        self.assertTrue(self.target.sudo().ciphertext)
        self.target.options = False
        self.assertFalse(self.target.sudo().ciphertext)
        self.target.options = '{"mode": "密码"}'
        self.target.url = f"{self.target.url}/other"
        self.assertFalse(self.target.sudo().ciphertext)

    def test_credentials_stay(self):
        """Encrypted, and read back by nobody."""
        admin = self.target.with_user(self.users["admin"])
        admin.options = json.dumps({"password": "极密口令"})
        self.assertTrue(admin.has_options)
        self.assertFalse(admin.options)
        self.assertNotIn("极密口令", self.target.sudo().ciphertext)
        for role in ("admin", "archivist", "auditor"):
            own = self.target.with_user(self.users[role])
            self.assertFalse(own.read(["options"])[0]["options"])
            with self.assertRaises(AccessError):
                own.read(["ciphertext"])
        self.assertEqual(self.target._options(), {"password": "极密口令"})

    def test_words_tell_no_secret(self):
        place = places.Place(self.target.url, {"mode": "secret-word"}, "x")
        with self.assertRaises(backup.BackupError) as caught, place.explained():
            raise OSError("login with secret-word refused")
        self.assertNotIn("secret-word", str(caught.exception))
