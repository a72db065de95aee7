"""An export of the electronic tree: who asks, who approves, what goes out, its end."""

import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import tree_package

from ..encryption.encryption_case import flipped
from ..support.common import PASSWORD, ROLES
from .tree_case import LINE, PARTY, PURPOSE, QUIET, TREE, TreeCase


@tagged("post_install", "-at_install")
class TestTree(TreeCase, TransactionCase):
    """B5"""

    # What goes out

    def test_byte_for_byte(self):
        files = [self.filed(PARTY), self.filed(f"{PARTY}二厂")]
        tree = self.export(*files, include_sensitive=True)
        with self.written(tree) as package:
            told = self.check_members(tree, package.read, package.namelist())
            index = package.read(tree_package.INDEX)
        self.assertEqual(told["kind"], tree_package.KIND)
        self.assertEqual(
            [file["number"] for file in told["files"]],
            [file.sudo().name for file in files],
        )
        ids = {each["copy"] for each in self.entries(tree)}
        wanted = [self.copies(file, sensitive=True).ids for file in files]
        self.assertEqual(ids, {each for part in wanted for each in part})
        sheet = openpyxl.load_workbook(io.BytesIO(index)).active
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for entry in told["entries"]:
            if entry["role"] == "content":
                [row] = [row for row in cells if entry["path"] in row]
                self.assertIn(entry["sha256"], row)
                self.assertIn(entry["sm3"], row)
        self.assertIn(PURPOSE, [value for row in cells for value in row])

    def test_folders(self):
        file = self.filed(PARTY)
        tree = self.export(file, include_sensitive=True)
        own = file.sudo().with_context(lang="zh_CN")
        year = (own.opening_date or own.create_date).year
        above = f"customer archive/{own.category_id.name}/{year}/"
        above += f"{own.name} {PARTY}"
        self.assertEqual(tree.line_ids.folder, above)
        entries = self.entries(tree)
        self.assertGreater(len(entries), 1)
        for each in entries:
            item = own.env["customer.archive.document"].browse(each["item_id"])
            self.assertTrue(each["path"].startswith(f"{above}/{item.name}"))
            self.assertEqual(each["path"].count("/"), 5)

    def test_two_parties_of_one_name(self):
        files = [self.filed(PARTY), self.filed(PARTY)]
        tree = self.export(*files, include_sensitive=True)
        folders = tree.line_ids.mapped("folder")
        self.assertEqual(len(set(folders)), 2)

    def test_nothing_decrypted_is_stored(self):
        tree = self.export(self.filed(PARTY), include_sensitive=True)
        before = self.env["ir.attachment"].sudo().search_count([])
        with self.written(tree) as package:
            self.assertTrue(package.namelist())
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), before)

    def test_what_is_sensitive_only_if_asked_and_approved_for(self):
        file = self.filed(PARTY)
        sensitive = file.sudo().document_ids.filtered("is_sensitive").attachment_ids
        self.assertTrue(sensitive and self.copies(file))
        for asked in (False, True):
            tree = self.export(file, include_sensitive=asked)
            ids = {each["copy"] for each in self.entries(tree)}
            self.assertEqual(bool(ids & set(sensitive.ids)), asked)
            names = tree.sudo().approval_ids.decided_by_id
            self.assertEqual(self.users["management"] in names, asked)
            self.assertIn(self.users["compliance"], names)
        self.assertFalse(ids - set(self.copies(file, sensitive=True).ids))

    def test_what_became_sensitive_stays(self):
        file = self.filed(PARTY)
        tree = self.export(file)
        [entry] = self.entries(tree)
        items = self.env["customer.archive.document"].sudo()
        type_ = items.browse(entry["item_id"]).type_id
        as_system(type_).write({"is_sensitive": True})
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Nothing of what was approved"):
            self.written(tree)

    # What came after the approval

    def later(self, file):
        item = self.env["customer.archive.document"].browse(self.copies(file)[0].res_id)
        copies = as_system(self.env["ir.attachment"])
        copy = copies._archive_upload("后补.txt", io.BytesIO(b"later"), item.id)
        as_system(item.sudo()).write({"attachment_ids": [(4, copy.id)]})
        return copy

    def test_later_copies_stay_and_that_is_said(self):
        file = self.filed(PARTY)
        tree = self.requested(file)
        tree.action_submit()
        self.later(file)
        self.decide(tree)
        before = self.entries(tree)
        with self.written(tree) as package:
            told = self.check_members(tree, package.read, package.namelist())
        contents = [each for each in told["entries"] if each["role"] == "content"]
        self.assertEqual(len(contents), len(before))
        self.assertFalse([name for name in package.namelist() if "后补" in name])
        self.assertRegex(tree.left_out, "left out: 1")
        self.assertEqual(told["left_out"], tree.left_out)

    def test_a_copy_that_was_exchanged_stops_it(self):
        file = self.filed(PARTY)
        tree = self.export(file)
        copy = self.copies(file)[0]
        as_system(copy.sudo())._archive_store(io.BytesIO(b"something else"))
        [path] = [e["path"] for e in self.entries(tree) if e["copy"] == copy.id]
        with self.assertRaisesRegex(UserError, re.escape(path)):
            self.written(tree)

    def test_a_copy_that_was_altered_stops_it(self):
        file = self.filed(PARTY)
        tree = self.export(file)
        copy = self.copies(file)[0].sudo()
        stored = Path(copy._full_path(copy.store_fname))
        content = stored.read_bytes()
        self.addCleanup(stored.write_bytes, content)
        stored.write_bytes(flipped(content, -40))
        with mute_logger(*QUIET), self.assertRaisesRegex(UserError, "can't be packed"):
            self.written(tree)

    def test_a_copy_that_is_gone(self):
        file = self.filed(PARTY)
        tree = self.export(file, include_sensitive=True)
        copy = self.copies(file, sensitive=True)[0].sudo()
        item = tree.env["customer.archive.document"].sudo().browse(copy.res_id)
        as_system(item).write({"attachment_ids": [(3, copy.id)]})
        with self.written(tree) as package:
            self.check_members(tree, package.read, package.namelist())
        self.assertRegex(tree.left_out, "no longer there or on its item: 1")

    def test_nothing_to_export(self):
        file = self.filed(PARTY)
        for item in file.sudo().document_ids:
            as_system(item).write({"attachment_ids": [(5,)]})
        tree = self.requested(file)
        with self.assertRaisesRegex(UserError, "nothing to export"):
            tree.action_submit()
        with self.assertRaisesRegex(UserError, "contains no files"):
            self.requested().action_submit()
        with self.assertRaisesRegex(UserError, "Enter the purpose"):
            self.requested(file, purpose=" ").action_submit()

    # On record

    def test_on_record(self):
        file = self.filed(PARTY)
        tree = self.export(file, include_sensitive=True)
        copies = self.copies(file, sensitive=True)
        read = self.rows(f"tree read {tree.name} attachment")
        self.assertEqual(
            {row.detail for row in read},
            {f"tree read {tree.name} attachment {copy.id}" for copy in copies},
        )
        self.assertEqual(read.archive_id, file.sudo(False).sudo())
        with self.written(tree):
            pass
        [row] = self.rows(f"tree taken {tree.name}")
        self.assertEqual(row.user_id, self.users["archivist"])
        self.assertEqual(row.note, PURPOSE)
        self.assertEqual(row.archive_id.id, file.id)
        log = self.env["customer.archive.log"].sudo()
        taken = log.search([("event", "=", "download"), ("archive_id", "=", file.id)])
        self.assertLessEqual(
            {f"attachment {copy.id}" for copy in copies}, set(taken.mapped("detail"))
        )
        self.assertIn(tree.name, row.summary)

    # Who

    def refused(self, record, role, method):
        """Check that a role is refused something, by the real rights."""
        own = self.by(record, role)
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            mute_logger("odoo.addons.base.models.ir_model"),
            self.subTest(role, method=method),
            self.assertRaises(AccessError),
        ):
            getattr(own, method)(*([io.BytesIO()] if method == "write_package" else []))

    def test_who_asks_and_exports(self):
        file = self.filed(PARTY)
        tree = self.export(file)
        others = set(ROLES) - {"archivist", "portal"}
        for role in sorted(others):
            for method in (
                "action_download",
                "write_package",
                "action_removed_by_hand",
            ):
                self.refused(tree, role, method)
            with (
                mute_logger("odoo.addons.base.models.ir_model"),
                self.subTest(role),
                self.assertRaises(AccessError),
            ):
                self.env[TREE].with_user(self.users[role]).create({"purpose": "x"})
        self.assertTrue(tree.action_download()["url"].endswith(f"/{tree.id}.zip"))

    def test_who_administers_decrypts_nothing(self):
        tree = self.export(self.filed(PARTY))
        self.users["archivist"].sudo().group_ids += self.env.ref(
            "customer_archive.group_admin"
        )
        self.refused(tree, "archivist", "write_package")

    def test_classified_files(self):
        """Management decides on them, and who isn't cleared doesn't see the export."""
        file = self.filed(PARTY)
        for level in ("confidential", "secret"):
            as_system(file.sudo()).security_level = level
            tree = self.export(file)
            deciders = tree.sudo().approval_ids.decided_by_id
            self.assertIn(self.users["management"], deciders)
            legal = self.by(tree, "legal")
            self.assertEqual(legal.has_access("read"), level == "confidential")

    def test_a_file_above_the_clearance(self):
        file = self.filed(PARTY)
        tree, draft = self.export(file), self.requested(file)
        as_system(file.sudo()).security_level = "secret"
        role = self.env.ref(ROLES["archivist"]).sudo()
        role.implied_ids -= self.env.ref("customer_archive.group_clearance_secret")
        self.env.invalidate_all()
        self.assertFalse(file.with_user(self.users["archivist"]).has_access("read"))
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for step in (
                lambda: self.written(tree),
                draft.action_submit,
                lambda: self.requested(file),
            ):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    step()

    def test_a_level_raised_after_the_approval(self):
        file = self.filed(PARTY)
        tree = self.export(file)
        as_system(file.sudo()).security_level = "confidential"
        for step in (tree.action_download, lambda: self.written(tree)):
            with self.assertRaisesRegex(UserError, file.sudo().name):
                step()
        as_system(file.sudo()).security_level = "internal"
        with self.written(tree) as package:
            self.assertTrue(package.namelist())

    def test_who_left_takes_nothing(self):
        tree = self.export(self.filed(PARTY))
        self.users["archivist"].sudo().active = False
        self.refused(tree, "archivist", "write_package")

    def test_blocked_and_held(self):
        file = self.filed(PARTY)
        as_system(file.sudo()).is_held = True
        # A hold keeps a file; to take copies is no danger to it.
        tree = self.requested(file)
        as_system(file.sudo()).is_blocked = True
        with self.assertRaisesRegex(UserError, file.sudo().name):
            tree.action_submit()
        as_system(file.sudo()).is_blocked = False
        tree.action_submit()
        self.decide(tree)
        as_system(file.sudo()).is_blocked = True
        for step in (tree.action_download, lambda: self.written(tree)):
            with self.assertRaisesRegex(UserError, "Blocked"):
                step()
        as_system(file.sudo()).is_blocked = False
        with self.written(tree) as package:
            self.assertTrue(package.namelist())

    def test_who_has_not_signed_takes_nothing_sensitive(self):
        file = self.filed(PARTY)
        tree = self.export(file, include_sensitive=True)
        undertakings = self.env["customer.archive.undertaking"].sudo()
        mine = [("user_id", "=", self.users["archivist"].id)]
        as_system(undertakings.search(mine)).write({"revoked_on": "2026-03-02"})
        with self.assertRaises(RedirectWarning):
            self.written(tree)
        with self.assertRaises(RedirectWarning):
            self.requested(file, include_sensitive=True).action_submit()

    def test_a_draft_of_another_company(self):
        foreign = self.env["res.company"].create({"name": "Other Ltd"})
        file = self.filed(PARTY)
        with self.assertRaises(UserError):
            self.env[TREE].with_user(self.users["archivist"]).with_context(
                allowed_company_ids=[self.company.id, foreign.id]
            ).create(
                {
                    "purpose": PURPOSE,
                    "company_id": foreign.id,
                    "line_ids": [(0, 0, {"archive_id": file.id})],
                }
            )

    # Step by step

    def test_step_by_step(self):
        file = self.filed(PARTY)
        tree = self.requested(file)
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            tree.action_download()
        with self.assertRaises(AccessError):
            tree.state = "approved"
        with self.assertRaises(AccessError):
            tree.line_ids.entries = "[]"
        tree.action_submit()
        for values in (
            {"purpose": "别的"},
            {"include_sensitive": True},
            {"date_to": "2099-01-01 00:00:00"},
            {"line_ids": [(0, 0, {"archive_id": self.filed("乙厂").id})]},
        ):
            with self.assertRaisesRegex(UserError, "has been submitted"):
                tree.write(values)
        with self.assertRaisesRegex(UserError, "has been submitted"):
            tree.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            self.written(tree)
        self.decide(tree)
        with self.assertRaises(UserError):
            tree.unlink()
        with self.assertRaisesRegex(UserError, "approved as a download"):
            tree.action_write_to_target()

    def test_the_term(self):
        file = self.filed(PARTY)
        days = self.company.archive_sharing_days
        now = fields.Datetime.now()
        for end in (now - timedelta(hours=1), now + timedelta(days=days, hours=1)):
            with self.assertRaisesRegex(UserError, f"at most {days} days"):
                self.requested(file, date_to=end).action_submit()
        tree = self.requested(file)
        tree.action_submit()
        self.over(tree)
        with self.assertRaisesRegex(UserError, "its term is over"):
            self.decide(tree)

    def test_over_at_once_and_ended_by_the_schedule(self):
        tree = self.export(self.filed(PARTY))
        with self.written(tree):
            pass
        self.over(tree)
        with self.assertRaisesRegex(UserError, "its term is over"):
            self.written(tree)
        self.assertEqual(tree.state, "approved")
        self.run_trees()
        self.assertEqual(tree.state, "ended")
        self.assertTrue(tree.ended_on)
        self.assertFalse(tree.sudo().next_on)
        self.assertEqual(len(self.rows(f"tree ended {tree.name}")), 1)
        bodies = " ".join(tree.sudo().message_ids.mapped("body"))
        self.assertRegex(bodies, "delete what you downloaded|删除")
        # Nothing is due any more.
        self.run_trees()
        self.assertEqual(len(self.rows(f"tree ended {tree.name}")), 1)
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            self.written(tree)

    def test_what_runs_on_is_left_alone(self):
        tree = self.export(self.filed(PARTY))
        self.run_trees()
        self.assertEqual(tree.state, "approved")

    def test_ended_by_hand(self):
        file = self.filed(PARTY)
        for role in ("sales", "clerk", "finance", "legal", "auditor", "admin"):
            tree = self.export(file)
            self.refused(tree, role, "action_end")
        for role in ("archivist", "compliance", "management"):
            tree = self.export(file)
            self.by(tree, role).action_end()
            self.assertEqual(tree.state, "ended")
            with self.assertRaisesRegex(UserError, "isn't at this stage"):
                self.by(tree, role).action_end()

    # Destroyed

    def test_one_file_of_many_is_destroyed(self):
        gone, stays = self.filed(PARTY), self.filed(f"{PARTY}二厂")
        tree = self.export(gone, stays)
        kept = self.entries(tree)
        kept = [each for each in kept if each["copy"] in self.copies(stays).ids]
        self.assertTrue(kept)
        self.over(gone)
        self.witnessed(self.approve(self.listed(gone)))
        self.run_cron()
        self.assertEqual(gone.state, "destroyed")
        lines = {line.archive_id: line for line in tree.sudo().line_ids}
        self.assertFalse(lines[gone.sudo()].entries or lines[gone.sudo()].folder)
        self.assertEqual(self.entries(tree), kept)
        self.assertEqual(tree.purpose, PURPOSE)
        with self.written(tree) as package:
            told = self.check_members(tree, package.read, package.namelist())
        self.assertEqual([f["number"] for f in told["files"]], [stays.sudo().name])
        # Nobody had downloaded it before.
        bodies = " ".join(tree.sudo().message_ids.mapped("body"))
        self.assertNotRegex(bodies, "已销毁")
        # With the last one, the rest of the words go.
        self.over(stays)
        self.witnessed(self.approve(self.listed(stays)))
        self.run_cron()
        self.assertEqual(stays.state, "destroyed")
        self.assertFalse(tree.purpose)
        self.assertTrue(tree.name and tree.manifest_digest)
        [told] = tree.sudo().message_ids.filtered(lambda each: "已销毁" in each.body)
        self.assertIn(stays.sudo().name, told.body)
        self.assertIn(self.users["archivist"].partner_id, told.partner_ids)

    # From a file

    def test_from_chosen_files(self):
        files = self.filed(PARTY) | self.filed(f"{PARTY}二厂")
        own = files.with_user(self.users["archivist"])
        action = own.action_open_tree()
        draft = self.env[TREE].with_user(self.users["archivist"])
        draft = draft.with_context(**action["context"]).create({"purpose": PURPOSE})
        self.assertEqual(draft.line_ids.archive_id.ids, files.ids)
        found = own.action_open_trees()
        self.assertEqual(self.env[TREE].search(found["domain"]).ids, draft.ids)
        twice = {"tree_id": draft.id, "archive_id": files[0].id}
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.env[LINE].sudo().create(twice)


@tagged("post_install", "-at_install")
class TestTreeDownload(TreeCase, HttpCase):
    """B5"""

    def test_downloaded_until_it_is_over(self):
        tree = self.export(self.filed(PARTY))
        url = f"/customer_archive/tree/{tree.id}.zip"
        for role, status in (("archivist", 200), ("compliance", 403), ("sales", 403)):
            self.authenticate(self.users[role].login, PASSWORD)
            with self.subTest(role), mute_logger("odoo.http"):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, status)
                self.assertEqual(answer.content[:2] == b"PK", status == 200)
        self.over(tree)
        self.authenticate(self.users["archivist"].login, PASSWORD)
        with mute_logger("odoo.http"):
            self.assertGreaterEqual(self.url_open(url).status_code, 400)
