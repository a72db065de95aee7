"""What a backup gives back: copies of a problem, a file or an item."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..encryption.encryption_case import flipped
from .backup_case import BackupCase, RunningCase


@tagged("post_install", "-at_install")
class TestRestore(RunningCase, BackupCase, TransactionCase):
    """B6 B7"""

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
