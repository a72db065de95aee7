from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import TransactionCase, tagged

from ...models.common.sentinel import quietly
from ...models.gates.customer_archive_gated import MAKING
from .gates_case import GatesCase


@tagged("post_install", "-at_install")
class TestGatePaths(GatesCase, TransactionCase):
    """Requirement E4: whatever leads to a confirmation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = cls.partner("宁波甬江贸易有限公司")
        cls.stop("no_file")

    def test_every_way_of_a_sale(self):
        user = self.users["sales"]
        orders = self.sale(self.nobody) | self.sale(self.nobody)
        order = orders[0]
        now = fields.Datetime.now()
        values = {"partner_id": self.nobody.id, "state": "sale", "date_order": now}
        lists = self.env["sale.order"].with_user(user)
        for name, way in {
            "button": order.action_confirm,
            "list": orders.action_confirm,
            "validated by the website": lambda: order.sudo()._validate_order(),
            "another user's rights": lambda: order.sudo().action_confirm(),
            "written": lambda: order.write({"state": "sale"}),
            "written by the system": lambda: order.sudo().write({"state": "sale"}),
            "created": lambda: lists.create(values),
            "created by a default": lambda: lists.with_context(
                default_state="sale"
            ).create({"partner_id": self.nobody.id}),
            "client's context": lambda: order.with_context(
                tracking_disable=True, install_mode=True, import_file=True
            ).action_confirm(),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                way()
        self.assertEqual(orders.mapped("state"), ["draft", "draft"])
        with self.subTest("import"):
            done = lists.load(
                ["partner_id/.id", "state", "date_order"],
                [[str(self.nobody.id), "Sales Order", str(now)]],
            )
            self.assertIn("has no file", done["messages"][0]["message"])

    def test_every_way_of_a_purchase(self):
        order = self.purchase(self.nobody)
        for name, way in {
            "button": order.button_confirm,
            "approved": order.button_approve,
            "written": lambda: order.write({"state": "purchase"}),
            "to be approved": lambda: order.write({"state": "to approve"}),
            "system": lambda: order.sudo().button_confirm(),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                way()
        self.assertEqual(order.state, "draft")

    def test_every_state_that_confirms_is_known(self):
        """Whoever adds a state to an order says whether it is a confirmation."""
        known = {
            "sale.order": {"draft", "sent", "sale", "cancel"},
            "purchase.order": {"draft", "sent", "to approve", "purchase", "cancel"},
        }
        for model, states in known.items():
            with self.subTest(model):
                field = self.env[model]._fields["state"]
                self.assertEqual({code for code, _label in field.selection}, states)

    def test_what_grows_after_it_was_confirmed(self):
        self.gate("no_file").action = "warn"
        sale, purchase = self.sale(self.nobody), self.purchase(self.nobody)
        sale.action_confirm()
        purchase.button_confirm()
        self.stop("no_file")
        line, bought = sale.order_line, purchase.order_line
        add = {"product_id": self.product.id}
        loose = self.sale(self.nobody).order_line
        line.discount = 50
        dozen = self.env.ref("uom.product_uom_dozen")
        for name, way in {
            "without its discount": lambda: line.write({"discount": 0}),
            "by the dozen": lambda: line.write({"product_uom_id": dozen.id}),
            "moved there": lambda: loose.write({"order_id": sale.id}),
            "linked": lambda: sale.write({"order_line": [Command.link(loose.id)]}),
            "bought by the dozen": lambda: bought.write({"product_uom_id": dozen.id}),
            "more": lambda: line.write({"product_uom_qty": 6}),
            "dearer": lambda: line.write({"price_unit": 9000}),
            "another": lambda: sale.write({"order_line": [Command.create(add)]}),
            "called an expense": lambda: sale.write(
                {"order_line": [Command.create({**add, "is_expense": True})]}
            ),
            "bought more": lambda: bought.write({"product_qty": 6}),
            "bought another": lambda: purchase.write(
                {"order_line": [Command.create({**add, "product_qty": 1})]}
            ),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                way()
        line.product_uom_qty = 4
        line.qty_delivered = 4
        section = {"display_type": "line_section", "name": "预付款"}
        sale.write({"order_line": [Command.create(section)]})
        bought.product_qty = 4
        self.assertEqual((line.product_uom_qty, bought.product_qty), (4, 4))

    def test_expenses_are_passed_on(self):
        """What a vendor's bill passes on was spent already: it isn't asked about."""
        self.gate("no_file").action = "warn"
        order = self.sale(self.nobody)
        order.action_confirm()
        self.stop("no_file")
        cost = {"product_id": self.product.id, "quantity": 2, "price_unit": 30}
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.nobody.id,
                "invoice_line_ids": [Command.create(cost)],
            }
        )
        line = bill.invoice_line_ids
        found = patch.object(
            type(line), "_sale_determine_order", lambda lines: {line.id: order}
        )
        with found:
            passed = line._sale_create_reinvoice_sale_line()[line.id]
        self.assertIn(passed, order.order_line)
        self.assertTrue(passed.is_expense)
        with self.assertRaises(UserError):
            passed.product_uom_qty = 9

    def test_added_to_another_order_while_one_is_made(self):
        """Only the lines of the order that is being made come with it."""
        self.gate("no_file").action = "warn"
        order = self.sale(self.nobody)
        order.action_confirm()
        self.stop("no_file")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = create_date - interval '1 day'"
            " WHERE id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        values = {"order_id": order.id, "product_id": self.product.id}
        lines = quietly(self.env["sale.order.line"], MAKING)
        with self.assertRaisesRegex(UserError, "has no file"):
            lines.create(values)

    def test_created_as_confirmed_with_its_lines(self):
        """What isn't there once it is refused isn't what the waiver is asked for."""
        line = {"product_id": self.product.id}
        for name, model, values in (
            ("sale", "sale.order", {"state": "sale"}),
            ("purchase", "purchase.order", {"state": "purchase"}),
        ):
            lines = {**line, "product_qty": 3} if name == "purchase" else line
            orders = self.env[model].with_user(
                self.users["purchase" if name == "purchase" else "sales"]
            )
            with self.subTest(name), self.assertRaises(RedirectWarning) as caught:
                orders.create(
                    {
                        **values,
                        "partner_id": self.nobody.id,
                        "date_order": fields.Datetime.now(),
                        "order_line": [Command.create(lines)],
                    }
                )
            context = caught.exception.args[3]
            self.assertNotIn(f"default_{name}_order_id", context)
            self.assertEqual(context["default_partner_id"], self.nobody.id)

    def test_another_party_after_it_was_confirmed(self):
        file = self.registered(partner=self.partner("江阴长兴再生资源有限公司"))
        order = self.sale(file.partner_id)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "has no file"):
            order.write({"partner_id": self.nobody.id})

    def test_a_contact_stands_for_its_company(self):
        contact = self.nobody.child_ids[:1]
        with self.assertRaisesRegex(UserError, "宁波甬江贸易有限公司 has no file"):
            self.sale(contact).action_confirm()

    def test_the_party_itself_learns_no_reason(self):
        order = self.sale(self.nobody)
        portal = self.users["portal"]
        with self.assertRaisesRegex(UserError, "^This order can't be confirmed"):
            order.with_user(portal).sudo()._validate_order()
        self.assertFalse(order.with_user(portal).sudo().archive_warning)

    def test_nothing_is_offered_that_would_not_be_confirmed(self):
        """A payment would be taken, and not be booked."""
        order = self.sale(self.nobody).sudo()
        order.write({"require_payment": True, "require_signature": True})
        self.assertFalse(order._has_to_be_paid())
        self.assertFalse(order._has_to_be_signed())
        self.gate("no_file").action = "warn"
        self.assertTrue(order._has_to_be_paid())
        self.assertTrue(order._has_to_be_signed())

    def test_who_may_not_ask_for_a_waiver(self):
        order = self.sale(self.nobody)
        user = self.users["employee"]
        user.group_ids += self.env.ref("sales_team.group_sale_manager")
        order = order.with_user(self.users["employee"])
        with self.assertRaises(UserError) as caught:
            order.action_confirm()
        self.assertIn("has no file", str(caught.exception))
