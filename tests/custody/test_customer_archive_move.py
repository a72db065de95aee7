from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .custody_case import MOVE, CustodyCase


@tagged("post_install", "-at_install")
class TestMove(CustodyCase, TransactionCase):
    """Requirement B1: where files and papers are, and where they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner("上海测试钢铁有限公司")).sudo()

    def by(self, role, records=None):
        records = self.file if records is None else records
        return records.with_user(self.users[role])

    def test_by_the_form(self):
        clerk, sales = self.users["clerk"], self.users["sales"]
        self.by("clerk").location_id = self.box
        self.by("sales").write({"location_id": self.other_box.id, "note": "移盒"})
        self.assertEqual(self.file.note, "移盒")
        self.assertEqual(self.file.place, self.other_box.complete_name)
        nowhere = self.box.browse()
        self.assertEqual(
            self.moves(self.file),
            [
                (nowhere, self.box, clerk, "manual"),
                (self.box, self.other_box, sales, "manual"),
            ],
        )
        # Written as it is, it isn't moved.
        self.by("clerk").location_id = self.other_box
        self.assertEqual(len(self.file.move_ids), 2)
        self.by("clerk").location_id = False
        self.assertEqual(self.moves(self.file)[-1][:2], (self.other_box, nowhere))

    def test_when_a_file_is_opened(self):
        file = self.archive(location_id=self.box.id)
        self.assertEqual(file.location_id, self.box)
        self.assertEqual(len(file.sudo().move_ids), 1)

    def test_by_an_archivist_who_writes_no_files(self):
        self.by("archivist").action_move(self.box.id, "  清点后归位 ", "scanned")
        move = self.file.move_ids
        self.assertEqual((move.to_id, move.how), (self.box, "scanned"))
        self.assertEqual(move.reason, "清点后归位")
        self.assertEqual(move.user_id, self.users["archivist"])
        self.assertTrue(self.by("archivist").can_move)
        with self.assertRaises(AccessError):
            self.by("archivist").location_id = self.other_box

    def test_who_may_and_who_may_not(self):
        """The refusal is recorded, and says whom to ask."""
        for role in (
            "compliance",
            "finance",
            "legal",
            "management",
            "auditor",
            "admin",
        ):
            self.assertFalse(self.by(role).can_move)
            with (
                self.subTest(role),
                self.assertRaisesRegex(AccessError, "Ask an archivist"),
            ):
                self.by(role).action_move(self.box.id)
        for role in ("sales_other", "purchase", "reader", "employee", "portal"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(role).action_move(self.box.id)
        self.assertFalse(self.file.move_ids)

    def test_in_which_states(self):
        draft = self.files(1)
        for role in ("sales", "archivist"):
            draft.with_user(self.users[role]).action_move(self.box.id)
        submitted = self.submitted()
        with self.assertRaisesRegex(AccessError, "Under Review"):
            submitted.action_move(self.box.id)
        with self.assertRaisesRegex(UserError, "locked"):
            submitted.location_id = self.box
        submitted.with_user(self.users["archivist"]).action_move(self.box.id)
        # What is closed is still on the shelf; what is destroyed is nowhere.
        as_system(self.file).state = "closed"
        with self.assertRaises(AccessError):
            self.by("clerk").action_move(self.box.id)
        self.by("archivist").action_move(self.box.id)
        as_system(self.file).state = "destroyed"
        with self.assertRaisesRegex(AccessError, "Destroyed"):
            self.by("archivist").action_move(self.other_box.id)

    def test_bad_arguments(self):
        for arguments in (
            (0x7FFFFFF, None, "manual"),
            (self.box.id, None, "migration"),
            (self.box.id, None, "nonsense"),
        ):
            with self.assertRaisesRegex(UserError, "that exists"):
                self.by("archivist").action_move(*arguments)

    def test_history_is_never_altered(self):
        self.by("archivist").action_move(self.box.id)
        move = self.file.move_ids
        for role in ("archivist", "clerk", "admin", "auditor"):
            own = move.with_user(self.users[role])
            for refused in (
                lambda own=own: own.write({"reason": "x"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.create(
                    {"archive_id": self.file.id, "to_id": self.box.id}
                ),
            ):
                with self.subTest(role), self.assertRaises(AccessError):
                    refused()
        for query in (
            "UPDATE customer_archive_move SET to_id = NULL",
            "UPDATE customer_archive_move SET reason = NULL, how = 'scanned'",
            "DELETE FROM customer_archive_move",
            "TRUNCATE customer_archive_move",
        ):
            with (
                self.subTest(query),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(Exception, "never changed or deleted"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_a_draft_takes_its_moves_along(self):
        draft = self.archive(location_id=self.box.id)
        moves = draft.sudo().move_ids
        draft.unlink()
        self.assertFalse(moves.exists())

    def test_recorded(self):
        """C6: file by file, and a large move as one."""
        log = self.env["customer.archive.log"]
        self.by("archivist").action_move(self.box.id)
        self.by("archivist").action_move(self.other_box.id)
        row = log.search([("event", "=", "move")], limit=1)
        self.assertEqual(row.archive_id, self.file)
        self.assertEqual(row.detail, f"{self.box.id} > {self.other_box.id} manual")
        self.assertIn("from 二楼档案室", row.with_user(self.users["auditor"]).summary)

    def test_an_item_kept_apart(self):
        item = self.file.document_ids.filtered("is_paper")[:1]
        self.by("archivist").action_move(self.box.id)
        self.assertEqual(item.place, self.box.complete_name)
        safe = self.location("保险柜", "cabinet", self.room)
        item.with_user(self.users["archivist"]).action_move(safe.id, "原件入保险柜")
        self.assertEqual(item.place, safe.complete_name)
        self.assertEqual(item.move_ids.to_id, safe)
        self.assertEqual(item.move_ids.archive_id, self.file)
        # It stays there when the file is moved, and goes back into it.
        self.by("archivist").action_move(self.other_box.id)
        self.assertEqual(item.place, safe.complete_name)
        with self.assertRaisesRegex(UserError, "1 single items are in it"):
            safe.active = False
        item.with_user(self.users["clerk"]).action_move(False)
        self.assertEqual(item.place, self.other_box.complete_name)
        with self.assertRaisesRegex(UserError, "is locked"):
            item.with_user(self.users["sales"]).location_id = safe
        draft = self.archive().document_ids[:1]
        with self.assertRaisesRegex(AccessError, "recorded automatically"):
            draft.location_id = safe
        for role in ("legal", "sales_other", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                item.with_user(self.users[role]).action_move(safe.id)

    def test_what_is_electronic_has_no_place(self):
        item = self.file.document_ids.filtered(lambda each: not each.is_paper)[:1]
        self.assertFalse(item.place)
        with self.assertRaisesRegex(UserError, "isn't kept on paper"):
            item.with_user(self.users["archivist"]).action_move(self.box.id)

    def test_searched_by_place(self):
        """Filters and registers on the text of before go on working."""
        self.by("archivist").action_move(self.box.id)
        files = self.env["customer.archive"].with_user(self.users["clerk"])
        for domain in (
            [("place", "ilike", "01 号盒")],
            [("place", "=", self.box.complete_name)],
            [("location_id", "child_of", self.cabinet.id)],
            [("location_id", "=", self.box.barcode)],
        ):
            self.assertEqual(files.search(domain), self.file, domain)
        self.assertNotIn(self.file, files.search([("place", "=", False)]))
        self.assertIn(self.files(1), files.search([("place", "=", False)]))
        groups = files._read_group([("id", "=", self.file.id)], ["place"], ["__count"])
        self.assertEqual(groups, [(self.box.complete_name, 1)])
        self.assertEqual(
            files.search([], order="place", limit=1).place, self.file.place
        )
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            self.by("clerk").place = "别处"

    def test_where_is_it(self):
        """By number, party, credit code, and the barcode of what it is in."""
        self.by("archivist").action_move(self.box.id)
        files = self.env["customer.archive"].with_user(self.users["clerk"])
        view = files.get_view(
            self.env.ref("customer_archive.view_customer_archive_where_search").id,
            "search",
        )
        field = etree.fromstring(view["arch"]).find("field[@name='name']")
        for text in (
            *(self.file.name, "测试钢铁", self.file.partner_id.vat),
            *(self.box.barcode, self.cabinet.barcode, "01 号盒"),
        ):
            domain = safe_eval(field.get("filter_domain"), {"self": text})
            self.assertEqual(files.search(domain), self.file, text)
        panel = files.search_panel_select_range(
            "location_id", enable_counters=True, hierarchize=True
        )
        counts = {each["id"]: each.get("__count") for each in panel["values"]}
        self.assertEqual(counts[self.room.id], 1)

    def test_moved_in_few_queries(self):
        files = self.files(30)
        own = files.with_user(self.users["archivist"])
        own.action_move(self.box.id)
        own.env.flush_all()
        own.env.invalidate_all()
        with self.assertQueryCount(45):
            own.action_move(self.other_box.id)
            own.env.flush_all()
        self.assertEqual(len(files.move_ids), 60)

    def test_the_dialog(self):
        action = self.by("archivist").action_open_move()
        dialog = self.env[action["res_model"]].with_user(self.users["archivist"])
        dialog = dialog.with_context(action["context"])
        with self.assertRaisesRegex(UserError, "where the files are put"):
            dialog.create({}).action_confirm()
        dialog.create({"location_id": self.box.id, "reason": "上架"}).action_confirm()
        self.assertEqual(self.file.move_ids.reason, "上架")
        with self.assertRaisesRegex(UserError, "at least one"):
            dialog.create({"archive_ids": [Command.clear()]}).action_confirm()


@tagged("post_install", "-at_install")
class TestMoveOnLoan(CustodyCase, TransactionCase):
    """What isn't there isn't moved without saying so (B1, C8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner("上海测试钢铁有限公司")).sudo()
        cls.papers = cls.file.document_ids.filtered("is_paper")
        cls.file.with_user(cls.users["archivist"]).action_move(cls.box.id)

    def lend(self, papers):
        loan = as_system(self.env["customer.archive.loan"]).create(
            {
                "partner_id": self.file.partner_id.id,
                "archive_id": self.file.id,
                "user_id": self.users["sales"].id,
                "purpose": "投标",
                "state": "out",
            }
        )
        lines = self.env["customer.archive.loan.line"]._make(loan, papers)
        as_system(lines).write({"state": "out"})
        return lines

    def test_a_bag_that_is_out(self):
        lines = self.lend(self.papers)
        file = self.file.with_user(self.users["archivist"])
        with self.assertRaisesRegex(
            UserError, r"all its papers are out. On loan: .*Take them back first"
        ):
            file.action_move(self.other_box.id)
        self.assertEqual(self.file.location_id, self.box)
        as_system(lines[:1]).state = "returned"
        file.action_move(self.other_box.id)
        move = self.file.move_ids.sorted("id")[-1]
        self.assertEqual(move.papers_out, len(self.papers) - 1)

    def test_a_paper_that_is_out(self):
        self.lend(self.papers[:1])
        item = self.papers[:1].with_user(self.users["archivist"])
        with self.assertRaisesRegex(UserError, "can't be moved. On loan.*Take it back"):
            item.action_move(self.other_box.id)
        self.papers[1:2].with_user(self.users["archivist"]).action_move(
            self.other_box.id
        )


@tagged("post_install", "-at_install")
class TestMoveRpc(CustodyCase, HttpCase):
    """Refusals over RPC leave nothing behind but their record."""

    @mute_logger("odoo.http")
    def test_refused(self):
        file = self.files(1)
        self.authenticate("t_legal", "archive-test-1")
        for model, method, ids in (
            (file._name, "action_move", file.ids),
            (MOVE, "unlink", [1]),
        ):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                json={
                    "params": {
                        "model": model,
                        "method": method,
                        "args": [ids, *([self.box.id] if ids == file.ids else [])],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertEqual(
                answer["error"]["data"]["name"], "odoo.exceptions.AccessError"
            )
        self.assertFalse(file.location_id)
