from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .custody_case import LOCATION, CustodyCase


@tagged("post_install", "-at_install")
class TestLocation(CustodyCase, TransactionCase):
    """Requirement B1: rooms, cabinets, shelves and boxes."""

    def test_a_tree_with_names_and_barcodes(self):
        self.assertEqual(
            self.box.complete_name, "二楼档案室 / A 密集柜 / 第 1 层 / 01 号盒"
        )
        self.assertEqual(self.box.display_name, self.box.complete_name)
        self.assertRegex(self.box.barcode, r"^WZ\d{5}$")
        self.assertNotEqual(self.box.barcode, self.other_box.barcode)
        self.room.name = "三楼档案室"
        self.assertEqual(
            self.box.complete_name, "三楼档案室 / A 密集柜 / 第 1 层 / 01 号盒"
        )
        found = self.env[LOCATION].name_search(self.box.barcode)
        self.assertEqual(found[0][0], self.box.id)
        self.shelf.code = "A-01"
        self.assertIn(self.shelf.id, dict(self.env[LOCATION].name_search("A-01")))

    def test_a_barcode_of_its_own(self):
        old = self.location("旧柜", "cabinet", self.room, barcode=" GUI 007 ")
        self.assertEqual(old.barcode, "GUI007")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.location("又一柜", "cabinet", self.room, barcode="GUI007")
        company = self.env["res.company"].create({"name": "分公司"})
        there = self.env[LOCATION].create(
            {
                "name": "柜",
                "kind": "cabinet",
                "barcode": "GUI007",
                "company_id": company.id,
            }
        )
        self.assertTrue(there)

    def test_two_of_a_name_in_one_place_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.location("01 号盒", "box", self.shelf)
        self.assertTrue(self.location("01 号盒", "box", self.cabinet))

    def test_nothing_holds_what_is_wider(self):
        for kind, parent in (
            ("room", self.box),
            ("cabinet", self.shelf),
            ("shelf", self.shelf),
            ("box", self.box),
            ("room", self.room),
        ):
            with self.assertRaisesRegex(ValidationError, "can't be inside"):
                self.location("错位", kind, parent)
        with self.assertRaisesRegex(ValidationError, "can't be inside"):
            self.cabinet.kind = "box"
        self.assertTrue(self.location("散盒", "box", self.room))

    def test_no_cycles(self):
        for inside in (self.room, self.shelf, self.box):
            with self.assertRaisesRegex(ValidationError, "inside itself"):
                self.room.parent_id = inside
        with self.assertRaisesRegex(ValidationError, "inside itself"):
            self.cabinet.write({"parent_id": self.cabinet.id})

    def test_files_in_it_and_below_are_counted(self):
        self.files(2, self.box)
        self.files(1, self.shelf)
        counts = (self.room + self.cabinet + self.shelf + self.box).mapped("file_count")
        self.assertEqual(counts, [3, 3, 3, 2])
        self.assertEqual(self.other_box.file_count, 0)
        # Who may not read them knows that there are some, and which not.
        own = self.box.with_user(self.users["reader"])
        self.assertEqual(own.file_count, 2)
        self.assertFalse(own.env["customer.archive"].search([]))

    def test_what_is_full_takes_no_more(self):
        self.box.capacity = 2
        self.cabinet.capacity = 3
        first, second, third, last = self.files(4)
        archivist = self.users["archivist"]
        (first + second).with_user(archivist).action_move(self.box.id)
        self.assertTrue(self.box.is_full)
        with self.assertRaisesRegex(
            UserError,
            "01 号盒” is full: it takes 2 files, and there is room for 0 more",
        ):
            third.with_user(archivist).action_move(self.box.id)
        # Within the cabinet there is room for as many as before.
        third.with_user(archivist).action_move(self.other_box.id)
        first.with_user(archivist).action_move(self.other_box.id)
        with self.assertRaisesRegex(UserError, "密集柜” is full.*raise its capacity"):
            last.with_user(archivist).action_move(self.box.id)
        self.cabinet.capacity = 0
        last.with_user(archivist).action_move(self.box.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.cabinet.capacity = -1

    def test_what_holds_files_is_neither_deleted_nor_closed(self):
        file = self.files(1, self.box)
        for location in (self.box, self.shelf, self.room):
            with self.assertRaisesRegex(
                UserError, "can't be deleted: 1 files.*钢材贸易"
            ):
                location.unlink()
            with self.assertRaisesRegex(UserError, "taken out of use: 1 files.*Move"):
                location.active = False
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            self.env.cr.execute(
                "DELETE FROM customer_archive_location WHERE id = %s", [self.box.id]
            )
        self.assertIn("foreign key", str(caught.exception))
        self.assertEqual(file.location_id, self.box)

    def test_what_held_files_stays_for_their_history(self):
        file = self.files(1, self.box)
        file.with_user(self.users["archivist"]).action_move(self.room.id)
        with self.assertRaisesRegex(UserError, "files were kept in it"):
            self.box.unlink()
        self.box.active = False
        with self.assertRaisesRegex(UserError, "isn't in use any more"):
            file.with_user(self.users["archivist"]).action_move(self.box.id)
        with self.assertRaisesRegex(UserError, "it holds 第 1 层"):
            self.cabinet.unlink()

    def test_what_it_holds_goes_out_of_use_with_it(self):
        self.cabinet.active = False
        self.assertFalse((self.cabinet + self.shelf + self.box).filtered("active"))
        self.assertTrue(self.room.active)
        with self.assertRaisesRegex(ValidationError, "put it into use again"):
            self.box.active = True
        unused = self.location("空柜", "cabinet", self.room)
        unused.unlink()
        self.assertFalse(unused.exists())

    def test_it_stays_with_its_company(self):
        company = self.env["res.company"].create({"name": "分公司"})
        self.users["archivist"].company_ids = [Command.link(company.id)]
        with self.assertRaisesRegex(UserError, "stays with its company"):
            self.box.company_id = company
        with self.assertRaisesRegex(UserError, "company"):
            self.location("错柜", "cabinet", self.room, company_id=company.id)
        there = self.location("库房", "room", company_id=company.id)
        file = self.files(1)
        with self.assertRaisesRegex(UserError, "company"):
            file.with_user(self.users["archivist"]).with_context(
                allowed_company_ids=[self.company.id, company.id]
            ).action_move(there.id)
        # Of a company that he doesn't work in, it isn't even there.
        with self.assertRaises(AccessError):
            file.with_user(self.users["sales"]).location_id = there

    def test_a_copy_has_a_name_and_a_barcode_of_its_own(self):
        copy = self.box.copy()
        self.assertEqual(copy.name, "01 号盒 (copy)")
        self.assertNotEqual(copy.barcode, self.box.barcode)

    def test_what_is_computed_is_not_written(self):
        with self.assertRaisesRegex(AccessError, "recorded automatically"):
            self.box.complete_name = "别处"

    def test_changes_are_recorded(self):
        log = self.env["customer.archive.log"]
        last = log.search([], limit=1).id or 0
        self.box.has_fire_protection = True
        row = log.search([("id", ">", last)])
        self.assertEqual(
            (row.event, row.model, row.res_id, row.detail),
            ("configuration", LOCATION, self.box.id, "write has_fire_protection"),
        )
        self.assertEqual(row.user_id, self.users["archivist"])

    def test_archivists_alone_manage_it(self):
        for role, user in self.users.items():
            own = self.box.with_user(user)
            if role == "archivist":
                continue
            with self.subTest(role), mute_logger("odoo.addons.base.models.ir_rule"):
                for refused in (
                    lambda own=own: own.write({"name": "改名"}),
                    lambda own=own: own.create({"name": "新盒"}),
                    lambda own=own: own.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        refused()
                if role in ("employee", "portal"):
                    with self.assertRaises(AccessError):
                        own.read(["name"])
                else:
                    self.assertEqual(own.read(["name"])[0]["name"], "01 号盒")
