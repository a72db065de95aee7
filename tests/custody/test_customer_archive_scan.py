from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged

from ..support.flow_case import ACTION, WalkCase, step
from .custody_case import CustodyCase

INPUT = ".o_archive_scan_input"
WRONG = ".o_archive_scan_wrong"
FILE = ".o_archive_scan_file"


@tagged("post_install", "-at_install")
class TestScan(CustodyCase, TransactionCase):
    """Requirement B1: put in place by scanning what labels say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner("上海测试钢铁有限公司")).sudo()
        cls.files_of = cls.env["customer.archive"].with_user(cls.users["archivist"])

    def test_what_a_label_stands_for(self):
        scan = self.files_of.action_scan
        self.assertEqual(
            scan(f" {self.box.barcode}\n"),
            {
                "kind": "location",
                "id": self.box.id,
                "name": self.box.complete_name,
                "count": 0,
                "capacity": 0,
            },
        )
        for text in (self.file._print_url(), self.file.name, self.file.name.lower()):
            found = scan(text)
            self.assertEqual((found["kind"], found["id"]), ("file", self.file.id), text)
            self.assertEqual(found["party"], "上海测试钢铁有限公司")
            self.assertTrue(found["can_move"])
        for text in (
            "",
            "%",
            "%%%",
            "2026-TSALE-%",
            str(self.file.id),
            "x" * 9999,
            None,
        ):
            self.assertFalse(scan(text)["kind"], text)
        self.assertEqual(scan("6901234567892")["name"], "6901234567892")
        self.assertFalse(scan(self.file._print_url() + "0" * 12)["kind"])

    def test_only_what_one_may_read(self):
        for role in ("sales_other", "purchase", "reader"):
            own = self.files_of.with_user(self.users[role])
            self.assertFalse(own.action_scan(self.file.name)["kind"], role)
            self.assertFalse(own.action_scan(self.file._print_url())["kind"], role)
        with self.assertRaises(AccessError):
            self.files_of.with_user(self.users["employee"]).action_scan("x")

    def test_all_of_it_or_nothing(self):
        first, second = self.files(2)
        moves = [[self.box.id, [self.file.id, first.id]], [self.shelf.id, [second.id]]]
        self.assertEqual(self.files_of.action_move_scanned(moves), 3)
        self.assertEqual((self.file + first).location_id, self.box)
        self.assertEqual(second.location_id, self.shelf)
        self.assertEqual(set((self.file + first).move_ids.mapped("how")), {"scanned"})
        # Asked once more, because the answer got lost: nothing is moved twice.
        self.assertEqual(self.files_of.action_move_scanned(moves), 3)
        self.assertEqual(len((self.file + first + second).move_ids), 3)
        self.other_box.capacity = 1
        with self.assertRaisesRegex(UserError, "is full"):
            self.files_of.action_move_scanned(
                [
                    [self.room.id, [second.id]],
                    [self.other_box.id, [self.file.id, first.id]],
                ]
            )
        self.assertEqual(second.location_id, self.shelf)

    def test_bad_input(self):
        for moves in (
            *([], None, "x", [1], [[]], [[self.box.id]], [[self.box.id, []]]),
            *(
                [[self.box.id, ["x"]]],
                [["x", [1]]],
                [[True, [1]]],
                [[self.box.id, [-1]]],
            ),
        ):
            with (
                self.subTest(moves),
                self.assertRaisesRegex(UserError, "Scan a storage"),
            ):
                self.files_of.action_move_scanned(moves)
        with self.assertRaisesRegex(UserError, "doesn't exist any more"):
            self.files_of.action_move_scanned([[self.box.id, [2**31 - 1]]])
        with self.assertRaises(AccessError):
            self.files_of.with_user(self.users["legal"]).action_move_scanned(
                [[self.box.id, [self.file.id]]]
            )


class ScanWalk(CustodyCase, WalkCase):
    """Walks of an archivist with a scanner, which types and presses Enter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls.registered().sudo(), cls.registered().sudo()

    def scan(self, text):
        return [step(INPUT, f"edit {text}"), step(INPUT, "press Enter")]

    def button(self, label):
        return step(f'.o_archive_scan button:contains("{self.say(label)}")', "click")

    def moved(self):
        wrong = self.say(
            "Read file %s. Expected: the label of a storage location first, then files."
        )
        unknown = self.say(
            "Read “%s”. That is no file and no storage location that you can see. "
            "Expected: the label of a file."
        )
        twice = self.say("Read file %s. It is on the list already.")
        count = FILE + ":eq({})"
        self.walk(
            "archivist",
            ACTION.format("scan"),
            self.scan(self.first.name),
            step(f'{WRONG}:contains("{wrong % self.first.name}")'),
            self.scan(self.box.barcode),
            step(f'.o_archive_scan_group:contains("{self.box.complete_name}")'),
            step(f".o_archive_scan:not(:has({WRONG}))"),
            self.scan(self.first._print_url()),
            step(f'{FILE}:contains("{self.first.name}")'),
            self.scan("6901234567892"),
            step(f'{WRONG}:contains("{unknown % "6901234567892"}")'),
            self.scan(self.first.name),
            step(f'{WRONG}:contains("{twice % self.first.name}")'),
            self.scan(self.second.name),
            step(count.format(1)),
            self.button("Undo Last"),
            step(f".o_archive_scan:not(:has({count.format(1)}))"),
            self.scan(self.other_box.barcode),
            self.scan(self.second.name),
            step(f'.o_archive_scan_group:eq(1):contains("{self.second.name}")'),
            step(".o_archive_scan_move:not(:disabled)", "click"),
            step(f".o_archive_scan:not(:has({FILE}))"),
        )
        self.assertEqual(self.first.location_id, self.box)
        self.assertEqual(self.second.location_id, self.other_box)
        self.assertEqual(len((self.first + self.second).move_ids), 2)


@tagged("post_install", "-at_install")
class TestScanDesktop(ScanWalk, HttpCase):
    """Requirement B1, at a desk."""

    def test_moved(self):
        self.moved()

    def test_nothing_is_lost_with_the_connection(self):
        """What was scanned stays in the browser until the server has taken it."""
        offline = ".o_archive_scan_offline"
        waiting = self.say("Read; not looked up yet")
        self.walk(
            "archivist",
            ACTION.format("scan"),
            self.scan(self.box.barcode),
            step(".o_archive_scan_group"),
            step(INPUT, "lose_connection"),
            self.scan(self.first.name),
            step(offline),
            self.scan(self.second.name),
            step(f'{FILE}:eq(1):contains("{waiting}")'),
            step(".o_archive_scan_move:disabled"),
        )
        self.assertFalse((self.first + self.second).location_id)
        # The page was left, by an empty battery or by mistake.
        self.walk(
            "archivist",
            ACTION.format("scan"),
            step(f'{FILE}:eq(0):contains("{self.first.name}")'),
            step(f'{FILE}:eq(1):contains("{self.second.name}")'),
            # Looked up by now.
            step(".o_archive_scan_move:not(:disabled)"),
            step(INPUT, "lose_connection"),
            step(".o_archive_scan_move:not(:disabled)", "click"),
            step(offline),
            step(f"{FILE}:eq(1)"),
            step(INPUT, "find_connection"),
            step(".o_archive_scan_move:not(:disabled)", "click"),
            step(f".o_archive_scan:not(:has({FILE}))"),
        )
        self.assertEqual((self.first + self.second).location_id, self.box)


@tagged("post_install", "-at_install")
class TestScanTelephone(ScanWalk, HttpCase):
    """Requirement B1, on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_moved(self):
        self.moved()
