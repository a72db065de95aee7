"""An import writes what its user could write by hand: role by role, cell by cell."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.exceptions import RedirectWarning
from odoo.addons.customer_archive.models.ledger_import.plan import OF_FILE, OF_PARTY

from .ledger_case import HEADINGS, IMPORT, LedgerCase

FILE, PARTY = "customer.archive", "res.partner"
REFUSED = (AccessError, UserError, RedirectWarning)
# What a cell says, so that it differs from what there is.
SAID = {
    "name": "另一名称有限公司",
    "vat": "91310100MA1T99999",
    "kind": "个人",
    "address": "上海市新路9号",
    "phone": "021-66660009",
    "phone2": "021-66660010",
    "organisation": "D2143569-X",
    "licence": "110108000000016",
    "email": "new@party.example",
    "category": "prospect",
    "department": "TPUR",
    "user": "t_sales_other",
    "custodian": "t_archivist",
    "stage": "终止",
    "core": "是",
    "level": "秘密",
    "content": "别的内容",
    "products": "别的产品",
    "term": "项目",
    "note": "别的备注",
}
# The keys that find the party, and what makes another kind of party of it.
FINDING = {"vat", "kind"}


@tagged("post_install", "-at_install")
class TestImportRights(LedgerCase, TransactionCase):
    """Requirement H10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        editor = "base.group_partner_manager"
        cls.add_role("admin_sales", "admin", "sales_team.group_sale_salesman", editor)
        cls.add_role("clerk_editor", "clerk", editor)
        cls.files = {
            "draft": cls.archive(),
            "other": cls.archive("sales_other"),
            "own": cls.archive("admin_sales"),
            "review": cls.submitted(),
            "registering": cls.approved(),
            "active": cls.registered(),
        }
        # Nothing decides from now on but who asks: no category has a department.
        free = cls.env["customer.archive.category"].search([])
        free.department_id = False

    @classmethod
    def add_role(cls, name, role, *groups):
        user = cls.users[role].copy({"login": f"t_{name}", "name": f"Test {name}"})
        user.write(
            {"group_ids": [Command.link(cls.env.ref(each).id) for each in groups]}
        )
        cls.users[name] = user

    # The walk: everything that an import can change, by every importer, in every state

    def test_walk(self):
        """What is refused by hand is an error beside its cell; the rest is written."""
        self.assertEqual(SAID.keys(), OF_FILE.keys() | OF_PARTY.keys())
        tried = set()
        for role in ("clerk", "clerk_editor", "admin", "admin_sales"):
            for state, file in self.files.items():
                for key in SAID.keys() - FINDING:
                    allowed = self.by_hand(role, file, key)
                    with self.subTest(role=role, state=state, key=key):
                        row = {"vat": file.partner_id.vat, key: self.said(key, file)}
                        one = self.checked([row], role)
                        self.assertEqual(not one.error_count, allowed)
                        tried.add(allowed)
        self.assertEqual(tried, {True, False})

    def by_hand(self, role, file, key):
        """Whether a value may be written directly, as a form does."""
        user = self.users[role]
        record, name = (
            (file.partner_id, OF_PARTY[key])
            if key in OF_PARTY
            else (file, OF_FILE[key])
        )
        value = self.meaning(key, file)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as savepoint:
                record.with_env(self.env(user=user, su=False)).write({name: value})
                self.env.flush_all()
                savepoint.rollback()
            return True
        except REFUSED:
            return False
        finally:
            self.env.invalidate_all()
            self.env.cr.postrollback.clear()

    def said(self, key, file):
        """Return what the cell says: never what is there already."""
        if key == "user" and file.user_id == self.users["sales_other"]:
            return "t_sales"
        return SAID[key]

    def meaning(self, key, file):
        return {
            "category": self.prospect.id,
            "department": self.departments["purchase"].id,
            "user": self.users[self.said("user", file)[2:]].id,
            "custodian": self.users["archivist"].id,
            "stage": "terminated",
            "core": True,
            "level": "confidential",
            "term": "project",
        }.get(key, SAID[key])

    # Opening

    def test_opening(self):
        """New parties and files are made by who may make them by hand."""
        for number, (role, code) in enumerate(
            [
                ("clerk", None),
                ("admin", "party_right"),
                # Own files only, and here it is somebody else's.
                ("admin_sales", "open_right"),
            ]
        ):
            one = self.checked([self.row(600 + number, department=None)], role)
            with self.subTest(role):
                expected = {(2, "name", code)} if code else set()
                self.assertEqual(self.problems(one), expected)
        own = self.row(610, user="t_admin_sales", department=None)
        self.assertFalse(self.checked([own], "admin_sales").error_count)

    def test_department_of_another_category(self):
        """Who decides first isn't chosen by a cell either."""
        self.buyer.department_id = self.departments["sales"]
        one = self.checked([self.row(620, department="TPUR")])
        self.assertEqual(self.problems(one), {(2, "department", "of_category")})

    def test_lost_meanwhile(self):
        """What may not be written any more is refused when it is written, too."""
        file = self.files["active"]
        one = self.checked([{"vat": file.partner_id.vat, "note": "x"}])
        self.users["clerk"].group_ids -= self.env.ref("customer_archive.group_clerk")
        self.users["clerk"].group_ids += self.env.ref("customer_archive.group_admin")
        one.action_import()
        self.run_jobs()
        self.run_jobs()
        self.assertEqual(self.problems(one), {(2, "note", "file_right")})
        self.assertNotEqual(file.note, "x")

    # In whose name

    def test_starts_in_own_name(self):
        """Who starts an import has checked it: nobody's rights are lent."""
        draft = self.files["own"]
        one = self.checked([{"vat": draft.partner_id.vat, "note": "x"}], "admin_sales")
        self.assertFalse(one.error_count)
        clerk = one.with_user(self.users["clerk"])
        with self.assertRaisesRegex(UserError, "Check it yourself"):
            clerk.action_import()
        clerk.action_check()
        self.assertEqual(self.problems(one), {(2, "note", "not_yours")})
        one.action_check()
        one.action_import()
        self.assertEqual(one.runner_id, self.users["admin_sales"])
        self.run_jobs()
        self.assertEqual(draft.note, "x")

    def test_record_says_what(self):
        """The access record names the fields, and who it was, never the values."""
        file = self.files["active"]
        row = {"vat": file.partner_id.vat, "note": "新备注", "contact": "新联系人"}
        one = self.imported([{**row, "products": "新产品"}])
        told = file.sudo().log_ids.filtered(lambda log: log.event == "import")
        self.assertEqual(told.user_id, self.users["clerk"])
        self.assertEqual(
            told.detail,
            f"updated import {one.id}: main_products note partner_id.contact",
        )

    def test_taken_back_by_who_may(self):
        """Taking back writes, too: by who may write it by hand."""
        draft = self.files["own"]
        draft.note = "before"
        row = {"vat": draft.partner_id.vat, "note": "after"}
        one = self.imported([row], "admin_sales")
        self.assertEqual(draft.note, "after")
        with self.assertRaisesRegex(UserError, "locked"):
            one.with_user(self.users["clerk"]).action_undo()
        one.action_undo()
        self.assertEqual(one.runner_id, self.users["admin_sales"])
        self.run_jobs()
        self.assertEqual((one.state, draft.note), ("undone", "before"))

    def test_headings_cover(self):
        """A column that somebody adds next year is walked, too."""
        walked = OF_FILE.keys() | OF_PARTY.keys()
        others = {"number", "date", "legal", "contact"}
        self.assertEqual(HEADINGS.keys(), walked | others)
        model = self.env[IMPORT + ".column"]
        keys = dict(model._fields["field"]._description_selection(self.env))
        self.assertEqual(keys.keys(), HEADINGS.keys())
