from odoo import Command
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import TransactionCase, tagged

from .gates_case import GATE, NAME, GatesCase


@tagged("post_install", "-at_install")
class TestGatesOfAddresses(GatesCase, TransactionCase):
    """E4: whom goods and invoices go to, and who a contact belongs to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner(NAME))
        cls.stopped = cls.file.partner_id
        cls.other = cls.registered(
            partner=cls.partner("宁波甬江贸易有限公司")
        ).partner_id
        cls.stop("ended")
        cls.env.cr.execute(
            "UPDATE customer_archive SET relation_stage = 'terminated' WHERE id = %s",
            [cls.file.id],
        )
        cls.env.invalidate_all()

    def late_review(self):
        """Have the review of the other party be overdue."""
        file = self.env["customer.archive"].sudo()
        file = file.search([("partner_id", "=", self.other.id)])
        review = self.env["customer.archive.review"].sudo()._open(file)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_review SET due_date = %s WHERE id = %s",
            ["2020-01-01", review.id],
        )
        self.env.invalidate_all()

    def test_goods_and_invoices(self):
        for name in ("partner_invoice_id", "partner_shipping_id"):
            with self.subTest(name):
                order = self.sale(self.other)
                self.assertFalse(order.archive_stops)
                order[name] = self.stopped.child_ids[:1]
                self.assertTrue(order.archive_stops)
                with self.assertRaisesRegex(UserError, f"with {NAME} was terminated"):
                    order.action_confirm()

    def test_address_of_a_confirmed_order(self):
        order = self.sale(self.other)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "was terminated"):
            order.partner_shipping_id = self.stopped
        order.partner_shipping_id = self.other.child_ids[:1]

    def test_address_that_is_corrected_asks_nothing_anew(self):
        """E4: what was asked of the party isn't asked of its addresses."""
        self.stop("review")
        order = self.sale(self.other)
        order.action_confirm()
        self.late_review()
        contacts = self.other.child_ids
        order.partner_shipping_id = contacts[0]
        order.partner_invoice_id = contacts[1]
        order.partner_id = contacts[0]
        order.partner_shipping_id = self.partner("常州武进仓储有限公司")
        for values in (
            {"partner_shipping_id": self.stopped.child_ids[0].id},
            {"partner_shipping_id": self.stopped.id, "state": "sale"},
        ):
            with self.assertRaisesRegex(UserError, "was terminated"):
                order.write(values)
        with self.assertRaisesRegex(UserError, "review of"):
            self.sale(self.other).action_confirm()

    def test_address_that_is_corrected_is_noted_for_new_parties(self):
        self.gate("ended").action = "warn"
        self.late_review()
        order, since = self.sale(self.other), self.last_row()
        order.action_confirm()
        order.partner_shipping_id = self.other.child_ids[0]
        order.partner_shipping_id = self.stopped
        order.partner_shipping_id = self.stopped.child_ids[0]
        self.assertEqual(
            sorted(self.rows("gate", since).mapped("detail")),
            [f"sale {order.id} ended", f"sale {order.id} review"],
        )

    def test_blocked_party_gets_nothing(self):
        """F7: nothing is ordered by, sent or invoiced to whoever is blocked."""
        self.gate("ended").active = False
        draft, order = self.sale(self.other), self.sale(self.other)
        invoiced, bought = self.sale(self.other), self.purchase(self.other)
        draft.partner_shipping_id = self.stopped.child_ids[0]
        invoiced.partner_invoice_id = self.stopped
        bought.dest_address_id = self.stopped
        order.action_confirm()
        contact, _order = self.confirmed_for_a_contact()
        compliance = self.file.with_user(self.users["compliance"])
        compliance.action_block("个人信息主体要求删除，核实中")
        for name, way in {
            "goods": draft.action_confirm,
            "invoices": invoiced.action_confirm,
            "straight to it": bought.button_confirm,
            "becomes its own": lambda: order.write({"partner_id": self.stopped.id}),
            "goods of a confirmed one": lambda: order.write(
                {"partner_shipping_id": self.stopped.id}
            ),
            "moved contact": lambda: contact.write({"parent_id": self.stopped.id}),
        }.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "is blocked"):
                way()
        portal = draft.with_user(self.users["portal"]).sudo()
        with self.assertRaisesRegex(UserError, "^This order can't be confirmed"):
            portal._validate_order()
        # Another company's business isn't concerned, nor what was ordered before.
        order.partner_shipping_id = self.other.child_ids[0]
        self.assertEqual(order.state, "sale")

    def test_delivered_straight_to_a_customer(self):
        order = self.purchase(self.other)
        order.dest_address_id = self.stopped
        # Who buys doesn't see the customer's file, and learns no more of it.
        with self.assertRaisesRegex(UserError, f"file of {NAME} stands in the way"):
            order.button_confirm()

    def test_a_party_without_file_may_receive_goods(self):
        """What is asked of who orders isn't asked of an address."""
        self.stop("no_file")
        order = self.sale(self.other)
        order.partner_shipping_id = self.partner("常州武进仓储有限公司")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_waiver_is_for_whom_it_names(self):
        order = self.sale(self.other)
        order.partner_shipping_id = self.stopped
        self.granted(self.other, "ended", sale_order_id=order.id)
        with self.assertRaises(UserError):
            order.action_confirm()
        self.granted(self.stopped, "ended", sale_order_id=order.id)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def refused(self, way):
        """Return the words and the context of the way to a waiver."""
        with self.assertRaises(RedirectWarning) as caught:
            way()
        words, _action, _button, context = caught.exception.args
        return words, context

    def test_waiver_that_would_help(self):
        """E4: what a confirmed order was refused isn't in it afterwards."""
        order = self.sale(self.other)
        order.partner_shipping_id = self.stopped
        _words, context = self.refused(order.action_confirm)
        self.assertEqual(context["default_sale_order_id"], order.id)
        values = {"state": "sale", "partner_invoice_id": self.stopped.id}
        _words, context = self.refused(lambda: order.write(values))
        self.assertNotIn("default_sale_order_id", context)
        order.partner_shipping_id = self.other
        order.action_confirm()
        line = {"product_id": self.product.id, "product_uom_qty": 1}
        self.stop("review")
        self.late_review()
        more = {"order_line": [Command.create(line)]}
        _words, context = self.refused(lambda: order.write(more))
        self.assertNotIn("default_sale_order_id", context)
        self.assertEqual(context["default_partner_id"], self.other.id)
        # With what it leads to, it passes.
        gates = self.env[GATE].browse(context["default_gate_ids"])
        today = self.env.company._archive_today()
        self.granted(self.other, date_to=today, gate_ids=gates.ids)
        order.write(more)
        self.assertEqual(len(order.order_line), 2)

    def test_waiver_for_another_party_of_a_confirmed_order(self):
        order = self.sale(self.other)
        order.action_confirm()
        for name in ("partner_id", "partner_shipping_id"):
            with self.subTest(name):
                _words, context = self.refused(
                    lambda name=name: order.write({name: self.stopped.id})
                )
                self.assertNotIn("default_sale_order_id", context)
                self.assertEqual(context["default_partner_id"], self.stopped.id)

    def test_who_moves_a_contact_and_may_not_ask_for_a_waiver(self):
        contact, _order = self.confirmed_for_a_contact()
        user = self.users["employee"]
        user.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(UserError) as caught:
            contact.with_user(user).parent_id = self.stopped
        self.assertNotIsInstance(caught.exception, RedirectWarning)
        self.assertIn("can ask for a waiver", str(caught.exception))

    def confirmed_for_a_contact(self):
        contact = self.env["res.partner"].create({"name": "沈一舟"})
        order = self.sale(contact)
        order.action_confirm()
        return contact, order

    def test_contact_of_another_party(self):
        """An order isn't carried to a stopped party by moving its contact."""
        contact, order = self.confirmed_for_a_contact()
        with self.assertRaisesRegex(UserError, f"with {NAME} was terminated"):
            contact.with_user(self.users["sales"]).parent_id = self.stopped
        contact.parent_id = self.other
        self.assertEqual(order.state, "sale")
        person = self.stopped.copy({"name": "分公司", "child_ids": []})
        person.write({"is_company": True, "parent_id": self.stopped.id})
        self.sale(person).action_confirm()
        with self.assertRaisesRegex(UserError, "was terminated"):
            person.is_company = False

    def test_no_longer_of_its_party_for_an_order(self):
        """Neither by what Odoo reckons, nor by a switch to a person and back."""
        contact = self.stopped.child_ids[:1]
        contact.commercial_partner_id = contact
        self.sale(contact).action_confirm()
        with self.assertRaisesRegex(UserError, "was terminated"):
            contact.commercial_partner_id = self.stopped
        self.stop("no_file")
        party = self.partner("常州武进仓储有限公司")
        party.is_company = False
        self.sale(party).action_confirm()
        with self.assertRaisesRegex(UserError, "has no file"):
            party.is_company = True

    def test_merged_into_a_stopped_party(self):
        contact, order = self.confirmed_for_a_contact()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        both = contact | self.stopped
        both.email = "shen@example.com"
        with self.assertRaisesRegex(UserError, "was terminated"):
            wizard._merge(both.ids, self.stopped)
        self.env.invalidate_all()
        both = contact | self.partner("常州武进仓储有限公司")
        both.email = "shen@example.com"
        wizard._merge(both.ids, both[1])
        self.assertEqual(order.partner_id, both[1])

    def test_what_is_reckoned_is_not_entered(self):
        """Waivers go by the amount of an order, limits by what is invoiced of it."""
        order = self.sale(self.other)
        for record, values in (
            (order, {"amount_total": 1}),
            (order, {"invoice_status": "invoiced"}),
            (order, {"currency_rate": 9}),
            (order.order_line, {"price_total": 1}),
            (order.order_line, {"qty_invoiced": 5}),
            (self.purchase(self.other, role="purchase"), {"amount_total": 1}),
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "can't be entered"),
            ):
                record.write(values)
        order.order_line.sudo().price_unit = 7
        self.assertEqual(order.amount_untaxed, 35)

    def test_contact_whose_orders_are_over(self):
        contact, order = self.confirmed_for_a_contact()
        # Odoo asks that of whoever was invoiced.
        contact.vat = self.stopped.vat
        order.sudo().order_line.write({"qty_delivered": 5})
        self.assertTrue(order.sudo()._create_invoices())
        self.assertEqual(order.invoice_status, "invoiced")
        contact.parent_id = self.stopped
        self.assertEqual(contact.commercial_partner_id, self.stopped)

    def test_contact_with_those_below(self):
        above = self.env["res.partner"].create({"name": "沈一舟"})
        below = self.env["res.partner"].create(
            {"name": "沈一帆", "parent_id": above.id, "type": "delivery"}
        )
        self.sale(below).action_confirm()
        with self.assertRaisesRegex(UserError, "was terminated"):
            self.stopped.child_ids = [Command.link(above.id)]
