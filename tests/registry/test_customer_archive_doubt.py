from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..changes.change_case import ChangeCase
from ..support.common import ROLES
from .registry_case import NAME, RegistryCase

BRANCH = f"{NAME}苏州分公司"
DOUBT, VERIFY = "customer.archive.doubt", "customer.archive.doubt.verify"


@tagged("post_install", "-at_install")
class TestCustomerArchiveDoubt(RegistryCase, TransactionCase):
    """Requirements A4 and A21."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Doubts are looked at without the registry, but where it is what differs.
        (cls.buyer | cls.goods).registry_check = False
        # Where the checklist doesn't ask for a capital: that there is none is doubted.
        capital = cls.env.ref("customer_archive.field_res_partner__registered_capital")
        (cls.buyer | cls.goods).required_field_ids -= capital

    def collected(self, **values):
        """Return a file that only waits to be submitted."""
        values = {"name": NAME, **values}
        return self.collect(self.archive(partner=self.partner(**values)))

    def licence(self, file):
        return file.document_ids.filtered("is_licence")

    def found(self, file, state="open"):
        doubts = file.sudo().doubt_ids.filtered(lambda doubt: doubt.state == state)
        return [doubt._key() for doubt in doubts.sorted("id")]

    def submit(self, file):
        file.action_submit()
        return self.found(file)

    def back(self, file):
        self.by(file, "head").action_reject("请补充")
        self.assertEqual(file.state, "draft")

    def test_what_fits_is_not_doubted(self):
        file = self.collected(
            street="Test Road 1", registered_address="上海市 Test Road 1"
        )
        self.licence(file).write(
            {
                "stated_name": f" {NAME} ",
                "stated_representative": file.partner_id.legal_representative_id.name,
            }
        )
        self.assertEqual(self.submit(file), [])

    def test_licence(self):
        """EN7: the name exactly as on the licence, and who represents the company."""
        file = self.collected()
        self.licence(file).write(
            {"stated_name": "上海再生资源股份有限公司", "stated_representative": "李四"}
        )
        legal = file.partner_id.legal_representative_id.name
        self.assertEqual(
            self.submit(file),
            [
                ("licence_name", NAME, "上海再生资源股份有限公司"),
                ("licence_representative", legal, "李四"),
            ],
        )

    def test_capital(self):
        """EN25: capital against the scope of the business."""
        scope = "再生资源回收"
        file = self.collected(registered_capital=0, business_scope=scope)
        self.assertEqual(self.submit(file), [("capital", "", scope)])
        # It has none of its own, and isn't asked for one.
        file = self.collected(name=BRANCH, registered_capital=0, business_scope=scope)
        self.assertEqual(self.submit(file), [])
        for ownership in ("individual", "public"):
            file = self.collected(registered_capital=0, ownership_type=ownership)
            self.assertEqual(self.submit(file), [], ownership)

    def test_permit(self):
        """A licensed trade in the scope asks for its permit; with it, nothing does."""
        scope = "许可项目：危险化学品经营；一般项目：金属材料销售"
        file = self.collected(business_scope=scope)
        permit = self.env.ref("customer_archive.document_type_permit")
        self.assertEqual(
            self.submit(file), [("permit", "许可项目、危险化学品", permit.name)]
        )
        file = self.collected(business_scope=scope)
        file.document_ids.create(
            {"archive_id": file.id, "type_id": permit.id, "is_paper": True}
            | {"number": "A-1", "valid_until": "2099-12-31"}
        )
        self.assertEqual(self.submit(file), [])

    def test_premises(self):
        """A22: business elsewhere than registered, without a lease or deed."""
        values = {"street": "虚拟大道 8 号", "registered_address": "上海市示例路 1 号"}
        proof = self.env.ref("customer_archive.document_type_address_proof")
        # Where the checklist doesn't ask for it.
        proof.requirement = "optional"
        file = self.collected(**values, city="上海")
        self.assertEqual(
            self.submit(file), [("premises", "上海 虚拟大道 8 号", "上海市示例路 1 号")]
        )
        file = self.collected(**values)
        item = file.document_ids.filtered(lambda each: each.type_id == proof)
        item.is_paper = True
        self.assertEqual(self.submit(file), [])

    def changed(self, file, day, name="registered_address"):
        """Let an address have been changed by request on a day."""
        field = self.env["customer.archive.change.field"].search(
            [("subject", "=", "party"), ("field_name", "=", name)]
        )
        values = {
            "archive_id": file.id,
            "purpose": "迁址",
            "asked_by": "张三",
            "line_ids": [fields.Command.create({"field_id": field.id})],
        }
        change = self.env["customer.archive.change"].create(values)
        as_system(change).write({"state": "done", "done_on": f"{day} 02:00:00"})
        return change

    def test_moved_often(self):
        """EN27: an address that changes twice within twelve months."""
        with freeze_time("2026-03-02 02:00:00"):
            file = self.registered(partner=self.partner(NAME)).sudo()
            self.changed(file, "2025-02-28")
            self.changed(file, "2025-06-01", "street")
            self.changed(file, "2025-07-01", "fax")
            file._find_doubts()
            self.assertEqual(self.found(file), [])
            self.changed(file, "2026-01-15")
            file._find_doubts()
            address = file.partner_id.registered_address
            days = "2025-06-01, 2026-01-15"
            self.assertEqual(self.found(file), [("moved", address, days)])

    def test_registry(self):
        """What the registry says is compared when it was looked up in review."""
        file = self.collected()
        self.submit(file)
        self.by(file, "head").action_approve("收到")
        legal = file.partner_id.legal_representative_id.name
        self.check(
            file,
            registered_name="上海再生资源股份有限公司",
            representative="李四",
            registered_capital=500,
        )
        self.assertEqual(
            self.found(file),
            [
                ("registry_name", NAME, "上海再生资源股份有限公司"),
                ("registry_representative", legal, "李四"),
                ("registry_capital", "100.00", "500.00"),
            ],
        )
        # It was a slip of the hand: the newest check counts.
        self.check(
            file, registered_name=NAME, representative=legal, registered_capital=100
        )
        self.assertEqual(self.found(file), [])
        self.assertEqual(len(self.found(file, "settled")), 3)
        self.by(file, "compliance").action_approve("fine")

    def test_persons_are_not_doubted(self):
        category = self.env.ref("customer_archive.category_person")
        person = self.env["res.partner"].create(
            {"name": "王小明", "phone": "13900000003", "business_scope": "许可项目"}
        )
        file = self.archive(category=category, partner=person)
        self.assertEqual(self.submit(self.collect(file)), [])

    def doubted(self):
        """Return a file at compliance with one doubt, and the doubt."""
        file = self.collected(registered_capital=0)
        self.submit(file)
        self.by(file, "head").action_approve("收到")
        return file, file.sudo().doubt_ids

    def test_approved_once_verified(self):
        file, doubt = self.doubted()
        own = self.by(file, "compliance")
        self.assertIn("registered capital", own.opening_problems)
        with self.assertRaisesRegex(UserError, "ask the party"):
            own.action_approve("fine")
        dialog = self.by(self.env[VERIFY], "compliance").create(
            {"doubt_id": doubt.id, "note": "  电话核实：认缴 50 万元  "}
        )
        dialog.action_verify()
        self.assertEqual(
            (doubt.state, doubt.note, doubt.verified_by_id),
            ("verified", "电话核实：认缴 50 万元", self.users["compliance"]),
        )
        self.assertTrue(doubt.verified_on)
        own.action_approve("fine")
        self.assertEqual(file.state, "registering")

    def test_a_note_is_needed(self):
        _file, doubt = self.doubted()
        for note in (None, "", "  "):
            with self.assertRaisesRegex(UserError, "how it was verified"):
                self.by(doubt, "compliance").action_settle(note)

    def test_verified_once(self):
        _file, doubt = self.doubted()
        self.by(doubt, "compliance").action_settle("核实")
        with self.assertRaisesRegex(UserError, "already done"):
            self.by(doubt, "compliance").action_settle("另外核实")
        self.assertEqual(doubt.note, "核实")

    def test_verified_doubts_do_not_come_back(self):
        file, doubt = self.doubted()
        self.by(doubt, "compliance").action_settle("核实")
        self.by(file, "compliance").action_reject("请补充")
        self.assertEqual(self.submit(file), [])
        self.assertEqual(file.sudo().doubt_ids, doubt)
        # Other values are another doubt.
        self.back(file)
        file.partner_id.business_scope = "再生塑料"
        self.assertEqual(self.submit(file), [("capital", "", "再生塑料")])

    def test_what_was_mended_is_settled(self):
        file, doubt = self.doubted()
        self.by(file, "compliance").action_reject("请补充")
        file.partner_id.registered_capital = 50
        self.assertEqual(self.submit(file), [])
        self.assertEqual(doubt.state, "settled")
        # And if it is as before, it is doubted as before.
        self.back(file)
        file.partner_id.registered_capital = 0
        self.submit(file)
        self.assertEqual((doubt.state, file.sudo().doubt_ids), ("open", doubt))

    def test_who_verifies(self):
        file = self.collected(registered_capital=0)
        self.submit(file)
        doubt, found = file.sudo().doubt_ids, set()
        for role in ROLES:
            own = self.by(doubt, role)
            try:
                may = own.can_verify
                with self.env.cr.savepoint():
                    own.action_settle("核实")
                    raise ZeroDivisionError
            except AccessError:
                self.assertFalse(own.has_access("read") and may, role)
            except ZeroDivisionError:
                self.assertTrue(may, role)
                found.add(role)
            self.env.invalidate_all()
        self.assertEqual(found, {"head", "compliance"})

    def test_never_by_who_submitted(self):
        """Not if they are of compliance, too."""
        self.users["sales"].group_ids += self.env.ref(
            "customer_archive.group_compliance"
        )
        file = self.collected(registered_capital=0)
        self.submit(file)
        with self.assertRaisesRegex(AccessError, "never by who submitted"):
            self.by(file.sudo().doubt_ids, "sales").action_settle("核实")

    def test_never_altered(self):
        _file, doubt = self.doubted()
        self.by(doubt, "compliance").action_settle("核实")
        for role in ("sales", "head", "compliance", "management", "admin"):
            own = self.by(doubt, role)
            for call in (
                lambda own=own: own.write({"note": "x"}),
                lambda own=own: own.write({"state": "open"}),
                own.unlink,
                own.copy,
            ):
                self.assertRaises(AccessError, call)
        with self.assertRaisesRegex(AccessError, "found by the system"):
            doubt.write({"note": "x"})

    def test_who_reads(self):
        _file, doubt = self.doubted()
        found = set()
        for role in ROLES:
            try:
                self.by(doubt, role).read(["own_value"])
            except AccessError:
                continue
            found.add(role)
        self.assertEqual(
            found,
            {"sales", "head", "clerk", "compliance", "archivist", "finance"}
            | {"legal", "management", "auditor", "admin"},
        )

    def test_recorded_in_words(self):
        _file, doubt = self.doubted()
        self.by(doubt, "compliance").action_settle("电话核实")
        rows = self.env["customer.archive.log"].search(
            [
                ("model", "=", DOUBT),
                ("res_id", "=", doubt.id),
                ("event", "=", "review"),
            ],
            order="id",
        )
        self.assertEqual(
            [(row.user_id, row.detail, row.note) for row in rows],
            [
                (self.users["sales"], "doubt found: capital", False),
                (self.users["compliance"], "doubt verified: capital", "电话核实"),
            ],
        )
        self.assertIn("Doubt verified", rows[1].summary)

    def test_destroyed_with_the_file(self):
        file, doubt = self.doubted()
        self.by(doubt, "compliance").action_settle("核实")
        self.by(file, "compliance").action_approve("fine")
        self.by(file, "clerk").action_register()
        file.sudo()._erase("list TEST")
        self.assertFalse(doubt.exists())

    def test_days_are_those_of_the_company(self):
        """A change of an evening in London is of the next day in Shanghai."""
        with freeze_time("2026-03-02 02:00:00"):
            file = self.registered().sudo()
            for day in ("2025-06-01", "2025-08-01"):
                change = self.changed(file, day)
                moment = change.done_on.replace(hour=17)
                as_system(change).done_on = moment
            file._find_doubts()
            [(_kind, _own, days)] = self.found(file)
            self.assertEqual(days, "2025-06-02, 2025-08-02")

    def test_nothing_is_found_twice_in_one_submission(self):
        file = self.collected(registered_capital=0)
        self.submit(file)
        for _again in range(2):
            file.sudo()._find_doubts()
        self.assertEqual(len(file.sudo().doubt_ids), 1)


@tagged("post_install", "-at_install")
class TestChanged(ChangeCase, TransactionCase):
    """Requirement A21."""

    def test_changes_by_request_are_compared(self):
        """The second address within a year is doubted, as soon as it is written."""
        for address, doubts in (("上海市甲路 1 号", 0), ("上海市乙路 2 号", 1)):
            change = self.submit(("party", "registered_address", {"new_text": address}))
            while change.state == "review":
                approver = change.sudo().approver_ids.sorted("id")[0]
                change.with_user(approver).action_approve("属实")
            self.assertEqual(change.state, "done")
            self.assertEqual(len(self.file.sudo().doubt_ids), doubts)
        doubt = self.file.sudo().doubt_ids
        self.assertEqual((doubt.kind, doubt.own_value), ("moved", "上海市乙路 2 号"))
        doubt.with_user(self.users["compliance"]).action_settle("已实地走访")
        self.assertEqual(doubt.state, "verified")
