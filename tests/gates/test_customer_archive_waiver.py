from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ...models.gates.customer_archive_gate_findings import Finding
from ..registry.registry_case import NAME, RegistryCase
from .gates_case import WAIVER, GatesCase


@tagged("post_install", "-at_install")
class TestOpening(RegistryCase, GatesCase, TransactionCase):
    """Requirement A3: an exception needs an approved waiver with its reason."""

    def test_file_opened_despite_the_registry(self):
        file = self.until_compliance(partner=self.partner(NAME))
        own = self.by(file, "compliance")
        self.granted(file.partner_id, "registry")
        # That nobody has looked isn't waived.
        with self.assertRaisesRegex(UserError, "No registry check"):
            own.action_approve("同意")
        self.check(file, abnormal_listing="yes")
        own.action_approve("同意")
        self.assertEqual(file.state, "registering")


@tagged("post_install", "-at_install")
class TestObjections(RegistryCase, GatesCase, TransactionCase):
    def test_objections_of_the_registry(self):
        """E4: the last check counts, and none that is good again."""
        file = self.on_record()
        party = file.sudo().partner_id
        self.check(file, abnormal_listing="yes")
        self.assertIn("has objections", self.sale(party).archive_warning)
        self.stop("registry")
        with self.assertRaisesRegex(UserError, "has objections"):
            self.sale(party).action_confirm()
        self.check(file)
        self.assertFalse(self.sale(party).archive_warning)


@tagged("post_install", "-at_install")
class TestWaiver(GatesCase, TransactionCase):
    """Requirements A3 and E4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.partner("宁波甬江贸易有限公司")
        cls.other = cls.partner("苏州吴中机器人有限公司")
        cls.stop("no_file")

    def test_for_one_order(self):
        order, second = self.sale(self.party), self.sale(self.party)
        waiver = self.waiver(self.party, "no_file", sale_order_id=order.id)
        self.assertRegex(waiver.name, r"^HM-\d{4}-\d{4}$")
        self.assertTrue(waiver.is_serious)
        with self.assertRaises(UserError):
            order.action_confirm()
        waiver.action_submit()
        # Without a file there is no head: management, compliance, management.
        names = waiver.sudo().approval_ids.sorted("sequence").mapped("name")
        self.assertEqual(names, ["Department head", "Compliance", "Management"])
        self.assertIn(self.users["management"], waiver.sudo().approver_ids)
        while waiver.state == "review":
            with self.assertRaises(UserError):
                order.action_confirm()
            approver = waiver.sudo().approver_ids.sorted("id")[0]
            waiver.with_user(approver).action_approve("同意")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self.assertRaises(UserError):
            second.action_confirm()

    def test_until_a_day(self):
        today = self.env.company._archive_today()
        self.granted(self.party, "no_file", date_to=today + timedelta(days=3))
        self.sale(self.party).action_confirm()
        self.purchase(self.party).button_confirm()
        with self.assertRaises(UserError):
            self.sale(self.other).action_confirm()
        with (
            freeze_time(today + timedelta(days=5)),
            self.assertRaises(UserError),
        ):
            self.sale(self.party).action_confirm()

    def test_other_conditions_are_not_waived(self):
        self.granted(
            self.party,
            "lapsed",
            date_to=self.env.company._archive_today() + timedelta(days=3),
        )
        with self.assertRaisesRegex(UserError, "has no file"):
            self.sale(self.party).action_confirm()

    def test_ended_early(self):
        day = self.env.company._archive_today() + timedelta(days=3)
        waiver = self.granted(self.party, "no_file", date_to=day)
        with self.assertRaises(AccessError):
            waiver.with_user(self.users["clerk"]).action_end()
        waiver.with_user(self.users["compliance"]).action_end()
        self.assertFalse(waiver.is_in_force)
        self.assertEqual(waiver.ended_by_id, self.users["compliance"])
        with self.assertRaises(UserError):
            self.sale(self.party).action_confirm()
        with self.assertRaises(AccessError):
            waiver.action_end()

    def test_incomplete(self):
        today = self.env.company._archive_today()
        for values, words in (
            ({"gate_ids": []}, "Choose the conditions"),
            ({"reason": "  "}, "Enter why"),
            ({"date_to": False}, "Choose a last day"),
            ({"date_to": today - timedelta(days=1)}, "Choose a last day"),
            ({"date_to": today + timedelta(days=400)}, "Choose a last day"),
        ):
            with self.subTest(words):
                given = {"date_to": today, **values}
                waiver = self.waiver(self.party, "no_file", **given)
                with self.assertRaisesRegex(UserError, words):
                    waiver.action_submit()
                self.assertEqual(waiver.state, "draft")

    def test_order_of_another_party(self):
        order = self.sale(self.other)
        with self.assertRaisesRegex(ValidationError, "of this party"):
            self.waiver(self.party, "no_file", sale_order_id=order.id)

    def test_stays_with_its_party(self):
        waiver = self.waiver(
            self.party, "no_file", date_to=self.env.company._archive_today()
        )
        with self.assertRaisesRegex(UserError, "stays with its party"):
            waiver.partner_id = self.other
        waiver.action_submit()
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            waiver.date_to = "2099-01-01"

    def test_what_is_recorded_is_nobodys_to_write(self):
        waiver = self.waiver(
            self.party, "no_file", date_to=self.env.company._archive_today()
        )
        for name, value in (
            ("state", "done"),
            ("is_serious", False),
            ("ended_on", "2026-01-01"),
            ("user_id", self.users["clerk"].id),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                waiver.write({name: value})

    def test_who_asks(self):
        for role in ("auditor", "archivist", "finance", "admin", "reader", "employee"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.waiver(self.party, "no_file", role=role)

    def test_nobody_approves_their_own(self):
        waiver = self.waiver(
            self.party, "no_file", date_to=self.env.company._archive_today()
        )
        waiver.action_submit()
        with self.assertRaises(AccessError):
            waiver.action_approve("fine")

    def test_file_of_the_party(self):
        file = self.registered(partner=self.partner("江阴长兴再生资源有限公司"))
        contact = file.partner_id.child_ids[:1]
        waiver = self.waiver(
            contact, "lapsed", date_to=self.env.company._archive_today()
        )
        self.assertEqual(waiver.partner_id, file.partner_id)
        self.assertEqual(waiver.archive_id, file)
        waiver.action_submit()
        self.assertEqual(waiver.sudo().approver_ids, self.users["head"])
        self.assertFalse(waiver.is_serious)
        self.assertEqual(len(waiver.sudo().approval_ids), 2)

    def test_blocked_file(self):
        file = self.registered(partner=self.partner("江阴长兴再生资源有限公司"))
        compliance = file.with_user(self.users["compliance"])
        compliance.action_block("个人信息主体要求删除，核实中")
        order = self.sale(file.partner_id)
        with self.assertRaisesRegex(UserError, "is blocked: no new orders"):
            order.action_confirm()
        with self.assertRaises(AccessError):
            self.waiver(file.partner_id, "held", sale_order_id=order.id)

    def test_file_opened_without_a_paper(self):
        """A3: an exception needs an approved waiver with its reason."""
        draft = self.archive(partner=self.party)
        late = draft.missing_type_ids[:1]
        items = draft.document_ids.filtered(lambda item: item.type_id == late)
        self.collect(draft)
        items.attachment_ids.sudo().unlink()
        items.is_paper = False
        self.assertEqual(draft.missing_type_ids, late)
        with self.assertRaisesRegex(UserError, "is missing"):
            draft.action_submit()
        order = self.sale(self.party)
        self.granted(self.party, "papers", sale_order_id=order.id)
        with self.assertRaisesRegex(UserError, "is missing"):
            draft.action_submit()
        self.granted(self.party, "papers", date_to=self.env.company._archive_today())
        draft.action_submit()
        self.assertEqual(draft.state, "review")

    def test_not_for_more_than_was_approved(self):
        order = self.sale(self.party)
        self.granted(self.party, "no_file", sale_order_id=order.id)
        line = order.order_line
        line.product_uom_qty = 6
        with self.assertRaises(UserError):
            order.action_confirm()
        line.product_uom_qty = 5
        order.action_confirm()
        with self.assertRaises(UserError):
            line.product_uom_qty = 6
        line.product_uom_qty = 4

    def test_each_condition_by_its_own_weight(self):
        """A waiver of what stops doesn't make another one stop less."""
        waiver = self.granted(self.party, "no_file", "lapsed")
        self.assertTrue(waiver.is_serious)
        self.assertEqual(waiver.conditions, ",lapsed,no_file!,")
        order = self.sale(self.party)
        warned, stopped = (
            Finding(self.gate("lapsed"), self.env["customer.archive"], self.party),
            Finding(self.gate("no_file"), self.env["customer.archive"], self.party),
        )
        self.assertTrue(waiver.sudo()._lets_pass(order, warned))
        self.assertTrue(waiver.sudo()._lets_pass(order, stopped))
        self.stop("lapsed")
        self.assertFalse(waiver.sudo()._lets_pass(order, warned))

    def test_what_warned_when_it_was_approved_may_not_stop(self):
        """Management hadn't been asked."""
        self.gate("no_file").action = "warn"
        waiver = self.granted(self.party, "no_file")
        self.assertFalse(waiver.is_serious)
        order = self.sale(self.party)
        self.assertFalse(order.archive_warning)
        self.stop("no_file")
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_copied(self):
        order = self.sale(self.party)
        waiver = self.granted(self.party, "no_file", sale_order_id=order.id)
        copy = waiver.copy()
        self.assertEqual((copy.state, copy.sale_order_id), ("draft", order))
        self.assertNotEqual(copy.name, waiver.name)
        self.assertEqual(copy.action_open_order()["res_id"], order.id)
        file = self.registered(partner=self.partner("江阴长兴再生资源有限公司"))
        waiver = self.waiver(
            file.partner_id, "lapsed", date_to=self.env.company._archive_today()
        )
        self.assertEqual(waiver.copy().archive_id, file)

    def test_who_reads(self):
        waiver = self.waiver(
            self.party, "no_file", date_to=self.env.company._archive_today()
        )
        for role in ("compliance", "management", "auditor", "clerk", "legal"):
            with self.subTest(role):
                self.assertTrue(waiver.with_user(self.users[role]).reason)
        for role in ("sales_other", "purchase", "reader"):
            with self.subTest(role):
                found = self.env[WAIVER].with_user(self.users[role]).search([])
                self.assertNotIn(waiver, found)
