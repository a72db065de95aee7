"""The tree on a target: on record before it leaves, held to its address, removed."""

import os
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools.backup import BackupError, Place

from ..support.clone import cloned_database, scene
from ..support.killed import die, fork, was_killed
from .tree_case import PARTY, PURPOSE, RUNNER, TREE, TreeCase


class TargetCase(TreeCase):
    """Trees that are written to a folder."""

    def setUp(self):
        super().setUp()
        # These disks needn't outlast a power cut.
        self.enterContext(patch("os.fsync"))

    def sent(self, *files, **values):
        """Return an export on its way to a target, which isn't written yet."""
        values = {"target_id": self.target().id, **values}
        tree = self.export(*files, **values)
        tree.action_write_to_target()
        return tree

    def there(self, tree):
        return Path(tree.sudo().path.removeprefix("file:"))

    def names(self, folder):
        found = (path for path in folder.rglob("*") if path.is_file())
        return [str(path.relative_to(folder)) for path in found]

    def plain_anywhere(self, tree):
        """Return all files on the target, but its mark."""
        disk = Path(tree.sudo().target_id.url)
        return [each for each in self.names(disk) if not each.endswith("target.json")]


@tagged("post_install", "-at_install")
class TestTreeTarget(TargetCase, TransactionCase):
    """B5"""

    def test_byte_for_byte(self):
        tree = self.sent(self.filed(PARTY), include_sensitive=True)
        self.assertEqual(tree.state, "writing")
        self.assertFalse(self.plain_anywhere(tree))
        self.run_trees()
        self.assertEqual(tree.state, "written", tree.problem)
        folder = self.there(tree)
        read = lambda name: (folder / name).read_bytes()
        self.check_members(tree, read, self.names(folder))
        self.assertEqual(tree.exported_by_id, self.users["archivist"])
        # It isn't written a second time.
        first = folder.stat().st_mtime_ns
        self.run_trees()
        self.assertEqual(folder.stat().st_mtime_ns, first)

    def test_on_record_with_why_and_where_before_anything_is_written(self):
        file = self.filed(PARTY)
        tree = self.sent(file)
        [row] = self.rows(f"tree sent {tree.name}")
        self.assertEqual(row.user_id, self.users["archivist"])
        self.assertEqual(row.archive_id.id, file.id)
        self.assertEqual(row.note, f"{PURPOSE}\n{tree.target_address}")
        self.assertIn(tree.sudo().target_id.url, tree.target_address)
        copied = self.rows(f"tree copied {tree.name}").mapped("detail")
        self.assertEqual(
            set(copied),
            {
                f"tree copied {tree.name} attachment {each['copy']}"
                for each in self.entries(tree)
            },
        )
        self.assertFalse(self.plain_anywhere(tree))

    def test_it_is_not_downloaded(self):
        tree = self.export(self.filed(PARTY), target_id=self.target().id)
        with self.assertRaisesRegex(UserError, "approved for a target"):
            self.written(tree)

    def test_removed_at_the_end_of_its_term(self):
        tree = self.sent(self.filed(PARTY))
        self.run_trees()
        self.assertTrue(self.plain_anywhere(tree))
        self.over(tree)
        self.run_trees()
        self.assertEqual((tree.state, tree.path), ("ended", False))
        self.assertFalse(self.plain_anywhere(tree))
        self.assertFalse(tree.sudo().next_on)
        self.assertEqual(len(self.rows(f"tree removed {tree.name}")), 1)

    def test_ended_by_hand(self):
        tree = self.sent(self.filed(PARTY))
        self.run_trees()
        self.by(tree, "compliance").action_end()
        self.assertEqual(tree.state, "ended")
        self.run_trees()
        self.assertFalse(tree.path or self.plain_anywhere(tree))

    def test_over_before_it_was_written(self):
        tree = self.sent(self.filed(PARTY))
        self.over(tree)
        self.run_trees()
        self.assertEqual((tree.state, tree.path), ("ended", False))
        self.assertFalse(self.plain_anywhere(tree))

    # What keeps it from being written

    def failed(self, tree, words):
        """Check that a tree isn't written; its history is in Chinese, as why."""
        with mute_logger(RUNNER):
            self.run_trees()
        self.assertEqual(tree.state, "approved")
        self.assertRegex(tree.problem, words)
        self.assertEqual(len(self.rows(f"tree failed {tree.name}")), 1)

    def test_a_full_target_keeps_nothing(self):
        tree = self.sent(self.filed(PARTY), include_sensitive=True)
        self.assertGreater(len(self.entries(tree)), 1)
        really, calls = Place.put_part, []

        def full(place, name, write):
            calls.append(name)
            if len(calls) == 3:
                raise BackupError("full", "disk")
            return really(place, name, write)

        with patch.object(Place, "put_part", full):
            self.failed(tree, "空间已满")
        self.assertFalse(tree.path or self.plain_anywhere(tree))
        # What was on its way stays on record, and can be sent again.
        self.assertTrue(self.rows(f"tree sent {tree.name}"))
        tree.action_write_to_target()
        self.run_trees()
        self.assertEqual(tree.state, "written", tree.problem)
        self.assertFalse(tree.problem)

    def test_what_cannot_be_removed_is_named(self):
        tree = self.sent(self.filed(PARTY), include_sensitive=True)
        path, really, calls = tree.path, Place.put_part, []
        keep = patch.object(Place, "remove_tree", side_effect=BackupError("refused"))

        def failing(place, name, write):
            calls.append(name)
            if len(calls) == 2:
                keep.start()
                raise BackupError("unreachable")
            return really(place, name, write)

        with patch.object(Place, "put_part", failing):
            self.failed(tree, "可能仍留有已解密的副本")
        self.assertIn(path, tree.problem)
        self.assertEqual(tree.path, path)
        self.assertTrue(self.plain_anywhere(tree))
        # It is tried again long before its term is over, which goes on.
        now = fields.Datetime.now()
        self.assertLess(tree.sudo().next_on, now + timedelta(hours=7))
        self.assertGreater(tree.date_to, now + timedelta(days=6))
        self.again(tree)
        self.assertEqual((tree.state, tree.path), ("approved", path))
        self.assertGreater(tree.sudo().next_on, now)
        keep.stop()
        self.again(tree)
        self.assertFalse(tree.path or self.plain_anywhere(tree))
        self.assertIn("已清除", tree.problem)
        self.assertEqual((tree.state, tree.sudo().next_on), ("approved", tree.date_to))
        self.assertEqual(len(self.rows(f"tree removed {tree.name}")), 1)

    def again(self, tree):
        """Let the time have come at which a removal is tried again."""
        past = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        as_system(tree.sudo()).write({"next_on": past})
        self.run_trees()

    def test_what_cannot_be_removed_after_its_term(self):
        tree = self.sent(self.filed(PARTY))
        self.run_trees()
        path = tree.path
        self.over(tree)
        with patch.object(Place, "remove_tree", side_effect=BackupError("refused")):
            self.run_trees()
        self.assertEqual((tree.state, tree.path), ("ended", path))
        self.assertIn(path, tree.problem)
        self.assertTrue(tree.sudo().next_on)
        self.again(tree)
        self.assertFalse(tree.path or tree.problem or self.plain_anywhere(tree))
        self.assertFalse(tree.sudo().next_on)

    def test_written_again_after_a_rest_was_left(self):
        """The removal that was put off doesn't take away what is written anew."""
        tree = self.sent(self.filed(PARTY))
        with (
            patch.object(Place, "put_part", side_effect=BackupError("full")),
            patch.object(Place, "remove_tree", side_effect=BackupError("refused")),
        ):
            self.failed(tree, "可能仍留有已解密的副本")
        tree.action_write_to_target()
        self.assertEqual(tree.sudo().next_on, tree.date_to)
        self.run_trees()
        self.again(tree)
        self.assertEqual(tree.state, "written", tree.problem)
        self.assertTrue(self.plain_anywhere(tree))

    def test_a_target_that_vanishes_while_it_is_first_written(self):
        """What can't be found isn't taken for removed."""
        tree = self.sent(self.filed(PARTY), include_sensitive=True)
        self.assertTrue(tree.sudo().target_id.prepared_on)
        disk = Path(tree.sudo().target_id.url)
        path, really, calls = tree.path, Place.put_part, []

        def vanishing(place, name, write):
            calls.append(name)
            if len(calls) == 2:
                disk.rename(disk.with_name("away"))
                disk.mkdir()
                raise BackupError("unreachable")
            return really(place, name, write)

        with patch.object(Place, "put_part", vanishing):
            self.failed(tree, "可能仍留有已解密的副本")
        self.assertEqual(tree.path, path)
        self.again(tree)
        self.assertEqual(tree.path, path)
        self.assertFalse(self.rows(f"tree removed {tree.name}"))
        disk.rmdir()
        disk.with_name("away").rename(disk)
        self.assertTrue(self.plain_anywhere(tree))
        self.again(tree)
        self.assertFalse(tree.path or self.plain_anywhere(tree))

    def test_without_its_mark_nothing_counts_as_removed(self):
        tree = self.sent(self.filed(PARTY))
        self.run_trees()
        disk = Path(tree.sudo().target_id.url)
        disk.rename(disk.with_name("away"))
        disk.mkdir()
        # As of a target that was taken for a new one.
        as_system(tree.sudo().target_id).write({"prepared_on": False})
        self.over(tree)
        self.run_trees()
        self.assertTrue(tree.path)
        self.assertFalse(self.rows(f"tree removed {tree.name}"))

    def test_a_target_that_cannot_be_marked(self):
        tree = self.export(self.filed(PARTY), target_id=self.target().id)
        with (
            patch.object(Place, "mark", side_effect=BackupError("refused")),
            self.assertRaisesRegex(UserError, "doesn't let us write"),
        ):
            tree.action_write_to_target()

    def test_a_number_is_no_path(self):
        tree = self.sent(self.filed(PARTY))
        as_system(tree.sudo()).name = "../../x"
        self.assertNotIn("..", tree._folder_there().split("/"))
        self.assertEqual(tree._folder_there().count("/"), 1)

    # While it is written

    def during(self, tree, act, at=2):
        """Write a tree copy by copy, and have something happen within one of them."""
        really, calls = Place.put_part, []

        def acting(place, name, write):
            calls.append(name)
            if len(calls) == at:
                act()
            return really(place, name, write)

        with (
            patch(f"{RUNNER}.PART", 0),
            patch.object(Place, "put_part", acting),
            mute_logger(RUNNER),
        ):
            self.run_trees()
        return calls

    def test_ended_while_it_is_written(self):
        tree = self.sent(self.filed(PARTY), include_sensitive=True)
        self.assertGreater(len(self.entries(tree)), 1)

        def end():
            tree.sudo()._end()
            self.env.flush_all()

        calls = self.during(tree, end, at=1)
        self.assertEqual(len(calls), 1)
        self.assertEqual(tree.state, "ended")
        self.run_trees()
        self.assertFalse(tree.path or self.plain_anywhere(tree))
        self.assertFalse(self.rows(f"tree written {tree.name}"))

    def test_blocked_while_it_is_written(self):
        file = self.filed(PARTY)
        tree = self.sent(file, include_sensitive=True)
        own = self.by(file, "compliance")
        calls = self.during(tree, lambda: own.action_block("目的已实现"), at=1)
        self.assertEqual(len(calls), 1)
        self.run_trees()
        self.assertEqual((tree.state, tree.path), ("ended", False))
        self.assertFalse(self.plain_anywhere(tree))

    def test_blocked_after_it_was_written(self):
        file = self.filed(PARTY)
        tree = self.sent(file)
        self.run_trees()
        self.assertEqual(tree.state, "written")
        self.by(file, "compliance").action_block("目的已实现")
        self.assertEqual(tree.sudo().state, "ended")
        self.run_trees()
        self.assertFalse(tree.sudo().path or self.plain_anywhere(tree))

    def test_a_level_raised_meanwhile(self):
        file = self.filed(PARTY)
        tree = self.sent(file)
        as_system(file.sudo()).security_level = "confidential"
        self.failed(tree, "密级")
        self.assertFalse(self.plain_anywhere(tree))
        with self.assertRaisesRegex(UserError, "Request a new export"):
            tree.action_write_to_target()
        # A lower one than was decided on is no reason.
        as_system(file.sudo()).security_level = "internal"
        tree.action_write_to_target()
        self.run_trees()
        self.assertEqual(tree.state, "written", tree.problem)

    def test_in_parts(self):
        """Copy by copy, each committed; what went meanwhile isn't left there."""
        tree = self.sent(self.filed(PARTY), include_sensitive=True)
        first = self.entries(tree)[0]
        items = self.env["customer.archive.document"].sudo()

        def take_away():
            item = items.browse(first["item_id"])
            as_system(item).write({"attachment_ids": [(3, first["copy"])]})

        self.during(tree, take_away)
        self.assertEqual(tree.state, "written", tree.problem)
        self.assertFalse(tree.sudo().sending or tree.sudo().attempts)
        folder = self.there(tree)
        read = lambda name: (folder / name).read_bytes()
        told = self.check_members(tree, read, self.names(folder))
        self.assertNotIn(first["path"], [each["path"] for each in told["entries"]])
        self.assertTrue(tree.left_out)

    def test_only_what_was_put_on_record_leaves(self):
        file = self.filed(PARTY)
        tree = self.export(file, target_id=self.target().id, include_sensitive=True)
        first = self.entries(tree)[0]
        item = self.env["customer.archive.document"].sudo().browse(first["item_id"])
        as_system(item).write({"attachment_ids": [(3, first["copy"])]})
        tree.action_write_to_target()
        recorded = self.rows(f"tree copied {tree.name}").mapped("detail")
        self.assertFalse(
            [each for each in recorded if each.endswith(f" {first['copy']}")]
        )
        # It comes back before it is written.
        as_system(item).write({"attachment_ids": [(4, first["copy"])]})
        self.run_trees()
        self.assertEqual(tree.state, "written", tree.problem)
        self.assertFalse((self.there(tree) / first["path"]).exists())
        self.assertRegex(tree.left_out, "1")

    def test_who_left_exports_nothing(self):
        tree = self.sent(self.filed(PARTY))
        self.users["archivist"].sudo().active = False
        with mute_logger(RUNNER):
            self.run_trees()
        self.assertEqual(tree.sudo().state, "approved")
        self.assertFalse(self.plain_anywhere(tree.sudo()))
        self.assertFalse(self.rows(f"tree written {tree.sudo().name}"))

    def test_a_kill_is_tried_again_and_then_told(self):
        tree = self.sent(self.filed(PARTY))
        as_system(tree.sudo()).attempts = 3
        with patch.object(Place, "put_part", side_effect=AssertionError):
            self.failed(tree, "被服务器终止了 3 次")
        self.again(tree)
        self.assertEqual((tree.state, tree.path), ("approved", False))

    # After the term, or its end

    def test_removed_by_hand(self):
        tree = self.sent(self.filed(PARTY))
        self.run_trees()
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            tree.action_removed_by_hand()
        with patch.object(Place, "remove_tree", side_effect=BackupError("refused")):
            self.over(tree)
            self.run_trees()
        self.assertTrue(tree.path)
        with self.assertRaises(AccessError):
            self.by(tree, "compliance").action_removed_by_hand()
        tree.action_removed_by_hand()
        self.assertFalse(tree.path or tree.sudo().next_on)
        self.assertTrue(self.rows(f"tree deleted {tree.name}"))

    def test_a_right_that_was_lost_meanwhile(self):
        tree = self.sent(self.filed(PARTY))
        archivist = self.users["archivist"].sudo()
        archivist.group_ids -= self.env.ref("customer_archive.group_archivist")
        with mute_logger(RUNNER, "odoo.addons.base.models.ir_model"):
            self.run_trees()
        self.assertEqual(tree.sudo().state, "approved")
        self.assertFalse(self.plain_anywhere(tree.sudo()))

    def test_blocked_meanwhile(self):
        file = self.filed(PARTY)
        tree = self.sent(file)
        as_system(file.sudo()).is_blocked = True
        self.failed(tree, "已封存")
        self.assertFalse(self.plain_anywhere(tree))

    # The address

    def elsewhere(self):
        folder = Path(self.target(name="别处").url)
        self.env["customer.archive.backup.target"].search(
            [("url", "=", str(folder))]
        ).unlink()
        return folder

    def test_another_address_after_the_approval(self):
        target, other = self.target(), self.elsewhere()
        tree = self.export(self.filed(PARTY), target_id=target.id)
        was = target.url
        target.url = str(other)
        with self.assertRaisesRegex(UserError, "was changed after"):
            tree.action_write_to_target()
        self.assertFalse(self.names(other))
        target.url = was
        tree.action_write_to_target()

    def test_another_address_while_it_is_decided(self):
        target, other = self.target(), self.elsewhere()
        tree = self.requested(self.filed(PARTY), target_id=target.id)
        tree.action_submit()
        target.url = str(other)
        with self.assertRaisesRegex(UserError, "was changed after"):
            self.decide(tree)

    def test_other_options_after_the_approval(self):
        target = self.target()
        tree = self.export(self.filed(PARTY), target_id=target.id)
        target.options = '{"auto_mkdir": true}'
        with self.assertRaisesRegex(UserError, "was changed after"):
            tree.action_write_to_target()

    def test_another_folder_under_the_same_name(self):
        target, other = self.target(), self.elsewhere()
        tree = self.export(self.filed(PARTY), target_id=target.id)
        Path(target.url).rmdir()
        os.symlink(other, target.url)
        with self.assertRaisesRegex(UserError, "was changed after"):
            tree.action_write_to_target()
        self.assertFalse(self.names(other))

    def test_changed_between_the_button_and_the_writing(self):
        tree = self.sent(self.filed(PARTY))
        # By no form: what lies there keeps the options from being changed.
        tree.sudo().target_id._seal_options('{"auto_mkdir": true}')
        self.failed(tree, "之后已被更改")
        self.assertFalse(self.plain_anywhere(tree))

    def test_a_target_that_is_still_needed(self):
        tree, other = self.sent(self.filed(PARTY)), self.elsewhere()
        self.run_trees()
        target = self.env["customer.archive.backup.target"].browse(
            tree.sudo().target_id.id
        )
        for values in (
            {"url": str(other)},
            {"active": False},
            {"holds": "contents"},
            {"options": '{"auto_mkdir": true}'},
        ):
            with self.assertRaisesRegex(UserError, tree.name):
                target.write(values)
        target.write({"name": "另一名称", "options": False})
        self.over(tree)
        self.run_trees()
        target.url = str(other)

    def test_only_targets_for_exports(self):
        for holds in ("contents", "keys"):
            tree = self.requested(
                self.filed(PARTY), target_id=self.target(holds, name=holds).id
            )
            with self.assertRaisesRegex(UserError, "isn't a target for exports"):
                tree.action_submit()

    def test_exports_lie_apart(self):
        target = self.target()
        for holds in ("contents", "keys"):
            with self.assertRaisesRegex(UserError, "same target|of their own"):
                self.env[target._name].create(
                    {"name": "x", "holds": holds, "url": f"{target.url}/within"}
                )

    def test_no_backup_is_made_there(self):
        target = self.target()
        with self.assertRaisesRegex(UserError, "No backup is made"):
            target.with_user(self.users["admin"]).action_back_up()
        self.assertFalse(target.state)

    # Destroyed

    def test_a_destroyed_file_lies_nowhere(self):
        gone, stays = self.filed(PARTY), self.filed(f"{PARTY}二厂")
        tree = self.sent(gone, stays)
        self.run_trees()
        self.assertTrue(self.plain_anywhere(tree))
        self.assertEqual(tree.state, "written")
        # TreeCase.over() is the retention's for files.
        self.over(gone)
        self.witnessed(self.approve(self.listed(gone)))
        self.run_cron()
        self.assertEqual(gone.state, "destroyed")
        self.run_trees()
        self.assertEqual((tree.state, tree.path), ("ended", False))
        self.assertFalse(self.plain_anywhere(tree))


@tagged("post_install", "-at_install")
class TestTreeKilled(TargetCase, TransactionCase):
    """B5"""

    def test_killed_in_the_middle(self):
        with cloned_database(self.env.cr.dbname) as self.registry_:
            self.prepare_there()
            for part in (1, self.copies_, self.copies_ + 2):
                with self.subTest(part):
                    self.killed_at(part)
                    self.let_be_due()
                if part == 1:
                    self.stray_part()
            self.run_there()
            self.check_written()

    def prepare_there(self):
        with scene(self.registry_, TreeCase) as case:
            target = case.env["customer.archive.backup.target"].create(
                {"name": "盘", "holds": "exports", "url": str(self.disk())}
            )
            made = case()
            file = made.filed(PARTY)
            tree = made.export(file, target_id=target.id, include_sensitive=True)
            tree.action_write_to_target()
            self.id_, self.copies_ = tree.id, len(made.entries(tree))
        self.assertGreater(self.copies_, 1)

    def let_be_due(self):
        with self.registry_.cursor() as cr:
            cr.execute(
                "UPDATE customer_archive_tree SET write_on = now() - interval '1h'"
            )

    def test_killed_again_and_again(self):
        """After some attempts it is told, and what there is goes."""
        with cloned_database(self.env.cr.dbname) as self.registry_:
            self.prepare_there()
            for attempt in (1, 2, 3):
                self.killed_at(1)
                with self.seen() as env:
                    tree = env[TREE].browse(self.id_)
                    self.assertEqual((tree.state, tree.attempts), ("writing", attempt))
                    # Others are written meanwhile.
                    self.assertGreater(tree.write_on, fields.Datetime.now())
                self.let_be_due()
            self.run_there()
            with self.seen() as env:
                tree = env[TREE].browse(self.id_)
                self.assertEqual(tree.state, "approved")
                self.assertIn("3", tree.problem)
                self.assertTrue(tree.path and self.there(tree).exists())
                folder = self.there(tree)
            self.run_there("_cron_tree")
            with self.seen() as env:
                self.assertFalse(env[TREE].browse(self.id_).path or folder.exists())

    def test_two_writers(self):
        """A second process leaves alone what one is writing."""
        with cloned_database(self.env.cr.dbname) as self.registry_:
            self.prepare_there()
            with self.registry_.cursor() as cr:
                tree = api.Environment(cr, SUPERUSER_ID, {})[TREE].browse(self.id_)
                with tree._alone() as is_ours:
                    self.assertTrue(is_ours)
                    self.run_there()
                    with self.seen() as env:
                        self.assertEqual(env[TREE].browse(self.id_).attempts, 0)
            self.run_there()
            self.check_written()

    def test_ended_from_outside_while_it_is_written(self):
        """Who ends it doesn't wait for the writer, which stops at the next copy."""
        with cloned_database(self.env.cr.dbname) as self.registry_:
            self.prepare_there()
            really, calls = Place.put_part, []

            def ending(place, name, write):
                calls.append(name)
                with self.registry_.cursor() as cr:
                    cr.execute("SET LOCAL lock_timeout = '5s'")
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    env[TREE].browse(self.id_)._end()
                return really(place, name, write)

            def call(env):
                with (
                    patch.object(Place, "put_part", ending),
                    patch(f"{RUNNER}.PART", 0),
                ):
                    env[TREE]._cron_tree_write()
                assert len(calls) == 1, calls

            self.assertFalse(was_killed(fork(self.registry_, call)))
            with self.seen() as env:
                self.assertEqual(env[TREE].browse(self.id_).state, "ended")
            self.run_there("_cron_tree")
            with self.seen() as env:
                self.assertFalse(env[TREE].browse(self.id_).path)

    def disk(self):
        folder = self.target(name="killed").url
        self.env["customer.archive.backup.target"].search(
            [("url", "=", folder)]
        ).unlink()
        return Path(folder)

    def killed_at(self, part):
        """Kill the writer in the middle of a part; all of it was on record before."""
        really, calls = Place.put_part, []

        def dying(place, name, write):
            calls.append(name)

            def half(target):
                if len(calls) == part:
                    target.write(b"half")
                    target.flush()
                    die()
                return write(target)

            return really(place, name, half)

        def call(env):
            with patch.object(Place, "put_part", dying):
                env[TREE]._cron_tree_write()

        self.assertTrue(was_killed(fork(self.registry_, call)))
        with self.seen() as env:
            tree = env[TREE].browse(self.id_)
            self.assertEqual(tree.state, "writing")
            folder = self.there(tree)
            # The seal comes last: what isn't whole has none.
            self.assertEqual(len(self.names(folder)), part)
            self.assertNotIn("manifest.sha256", self.names(folder))
            rows = env["customer.archive.log"].search([("detail", "=like", "tree %")])
            details = rows.mapped("detail")
            self.assertEqual(details.count(f"tree sent {tree.name}"), 1)
            copied = [each for each in details if each.startswith("tree copied")]
            self.assertEqual(len(copied), self.copies_)

    def stray_part(self):
        """As of a run whose list was longer: a copy that is gone since."""
        with self.seen() as env:
            stray = self.there(env[TREE].browse(self.id_)) / "customer archive/余.pdf"
            stray.write_bytes(b"half")

    def run_there(self, cron="_cron_tree_write"):
        def call(env):
            getattr(env[TREE], cron)()

        self.assertFalse(was_killed(fork(self.registry_, call)))

    def check_written(self):
        with self.seen() as env:
            tree = env[TREE].browse(self.id_)
            self.assertEqual(tree.state, "written", tree.problem)
            folder = self.there(tree)
            # Copies, index, manifest and seal, and no half of anything.
            self.assertEqual(len(self.names(folder)), self.copies_ + 3)
            manifest = (folder / "manifest.json").read_bytes()
            self.assertNotIn(b"half", manifest[:4])
            details = env["customer.archive.log"].search(
                [("detail", "=like", "tree written %")]
            )
            self.assertEqual(len(details), 1)
            self.assertIn(tree.manifest_digest, details.detail)

    def seen(self):
        return _Seen(self.registry_)


class _Seen:
    """Gives an environment of a database of its own, and keeps nothing."""

    def __init__(self, registry):
        self._registry = registry

    def __enter__(self):
        self._cr = self._registry.cursor()
        return api.Environment(self._cr, SUPERUSER_ID, {})

    def __exit__(self, *_error):
        self._cr.rollback()
        self._cr.close()
