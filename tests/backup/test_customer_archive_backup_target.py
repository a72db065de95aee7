"""Targets of backups: what can be wrong with one, and what is never told of it."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.tools import backup
from odoo.addons.customer_archive.tools.backup import place as places

from ..copies.paper_case import PDF
from .backup_case import RUN, BackupCase, RunningCase


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

    def test_full(self):
        self.back_up()
        self.add_copy(self.item("license"), PDF, "新.pdf")
        error = OSError(28, "No space left on device")
        with patch.object(places, "_sync", side_effect=error):
            self.failed("is full")
        self.assertEqual(self.back_up().state, "done")

    def test_read_only(self):
        error = PermissionError(30, "Read-only file system")
        with patch.object(places, "_sync", side_effect=error):
            self.failed("doesn't let us write")

    def test_slow(self):
        """A target that doesn't answer in time fails the run, and not the server."""
        with patch.object(places, "_sync", side_effect=TimeoutError("timed out")):
            self.failed("can't be reached")

    def test_package_missing(self):
        target = self.add_target("contents", "s3")
        target.url = "s3://bucket/archive"
        with self.assertRaisesRegex(UserError, "Python package s3fs"):
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
