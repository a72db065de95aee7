"""Backups of keys: apart from the files, and nowhere else once they are moved."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.tools import backup

from .backup_case import RUNNER, BackupCase, RunningCase


@tagged("post_install", "-at_install")
class TestBackupKeys(RunningCase, BackupCase, TransactionCase):
    """B6"""

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
