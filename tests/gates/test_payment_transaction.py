from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from .gates_case import GatesCase

NOBODY = "宁波甬江贸易有限公司"


class PaymentCase(GatesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = cls.partner(NOBODY)
        cls.provider = cls.env["payment.provider"].create(
            {"name": "样本支付", "code": "none", "state": "test", "is_published": True}
        )
        cls.method = cls.env["payment.method"].create(
            {
                "name": "样本支付",
                "code": "sample",
                "active": True,
                "image": False,
                "provider_ids": [Command.set(cls.provider.ids)],
            }
        )

    def offer(self):
        """Return a quotation that is paid before it is confirmed, as superuser."""
        order = self.sale(self.nobody).sudo()
        order.write({"require_payment": True, "require_signature": False})
        return order

    def pay(self, order, user=None, **values):
        model = self.env["payment.transaction"]
        if user:
            model = model.with_user(user)
        return model.sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-{self.env.cr.now().timestamp()}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestPaymentTransaction(PaymentCase, TransactionCase):
    """E4: no money is taken for what can't be confirmed."""

    def test_no_payment_is_begun(self):
        self.stop("no_file")
        order = self.offer()
        with self.assertRaisesRegex(UserError, "^This order can't be confirmed"):
            self.pay(order, self.users["portal"])
        with self.assertRaisesRegex(UserError, "has no file"):
            self.pay(order, self.users["sales"])
        self.gate("no_file").action = "warn"
        self.assertTrue(self.pay(order, self.users["portal"]))

    def link_wizard(self, order, role="sales"):
        """Return the dialog for a link as who opens it on an order."""
        return (
            self.env["payment.link.wizard"]
            .with_user(self.users[role])
            .with_context(active_model="sale.order", active_id=order.id)
        )

    def test_no_link_to_pay_is_made(self):
        """Neither by its dialog nor by a call; with the reasons, and on record."""
        order = self.offer()
        wizard = self.link_wizard(order)
        names = ["res_model", "res_id", "amount", "currency_id", "partner_id"]
        values = wizard.default_get(names)
        made = wizard.create(values)
        self.assertIn("payment_amount", made.link)
        self.stop("no_file")
        for call in (
            lambda: wizard.default_get(names),
            lambda: wizard.onchange({}, [], {"link": {}, "amount": {}}),
            lambda: wizard.create(values),
            lambda: wizard.with_context(active_id=False).create([values, values]),
        ):
            with self.assertRaisesRegex(UserError, "has no file"):
                call()
        # One of before, and what is only typed, have no link any more.
        made.invalidate_recordset(["link"])
        self.assertFalse(made.link)
        self.assertFalse(wizard.new(values).link)
        self.gate("no_file").action = "warn"
        self.assertIn("payment_amount", wizard.create(values).link)

    def test_links_to_pay_for_others(self):
        """What is confirmed, or isn't an order, is Odoo's own."""
        order = self.offer()
        order.action_confirm()
        self.stop("no_file")
        values = self.link_wizard(order).default_get(["res_model", "res_id"])
        self.assertEqual(values["res_id"], order.id)

    def test_payments_for_nothing_of_ours(self):
        self.stop("no_file")
        order = self.offer()
        self.assertTrue(self.pay(order, sale_order_ids=False))

    def test_the_salesperson_is_told_of_what_was_paid(self):
        """Begun before, arrived after: the order isn't confirmed, and somebody acts."""
        order = self.offer()
        transaction = self.pay(order)
        self.stop("no_file")
        transaction.state = "done"
        transaction._check_amount_and_confirm_order()
        self.assertEqual(order.state, "draft")
        work = order.activity_ids
        self.assertEqual(work.user_id, self.users["sales"])
        self.assertEqual(work.summary, "Paid, but can't be confirmed")
        self.assertIn(transaction.reference, work.note)

    def test_somebody_is_told_and_once(self):
        """Who sells has left: who leads the team does it, or whoever may."""
        order = self.offer()
        team = self.env["crm.team"].create({"name": "华东"})
        leader, seller = self.users["sales_other"], self.users["sales"]
        team.user_id = leader
        order.team_id = team
        transaction = self.pay(order)
        self.stop("no_file")
        seller.active = False
        transaction.state = "done"
        # A leader who may not read the order does nothing for it.
        self.assertFalse(order.with_user(leader).has_access("read"))
        manager = order._archive_who_sees_to_it()
        self.assertNotEqual(manager, leader)
        self.assertTrue(order.with_user(manager).has_access("read"))
        leader.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        for _time in range(2):
            transaction._check_amount_and_confirm_order()
        self.assertEqual(order.activity_ids.user_id, leader)
        self.assertEqual(len(order.activity_ids), 1)
        # Something else that is to be done there isn't this.
        order.activity_ids.note = "别的事"
        transaction._check_amount_and_confirm_order()
        self.assertEqual(len(order.activity_ids), 2)

    def test_the_account_manager_is_told(self):
        file = self.registered(partner=self.partner("江阴长兴再生资源有限公司"))
        manager = self.users["sales"]
        self.assertEqual(file.sudo().user_id, manager)
        order = self.sale(file.partner_id, role="sales_other").sudo()
        order.write({"user_id": False, "team_id": False})
        self.assertEqual(order._archive_who_sees_to_it(), manager)
        # A customer is no colleague, even if the order names them.
        manager.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        order.user_id = self.users["portal"]
        order.team_id = False
        self.assertEqual(order._archive_who_sees_to_it(), manager)

    def test_what_passes_is_confirmed_by_its_payment(self):
        order = self.offer()
        transaction = self.pay(order)
        transaction.state = "done"
        transaction._check_amount_and_confirm_order()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.activity_ids)


@tagged("post_install", "-at_install")
class TestPaymentLink(PaymentCase, HttpCase):
    def test_a_link_to_pay_shows_nothing_to_pay(self):
        """E4: nor does the address that takes the payment."""
        order = self.offer()
        link = order.get_portal_url(
            query_string=f"&payment_amount={order.amount_total}"
        )
        self.env.flush_all()
        self.assertIn("o_payment_form", self.url_open(link).text)
        self.stop("no_file")
        self.env.flush_all()
        page = self.url_open(link)
        self.assertEqual(page.status_code, 200)
        self.assertIn(order.name, page.text)
        self.assertNotIn("o_payment_form", page.text)
        self.assertNotIn("has no file", page.text)
        with mute_logger("odoo.http"):
            answer = self.make_jsonrpc_request_of(order)
        self.assertIn("can't be confirmed at present", answer["data"]["message"])
        self.assertFalse(order.transaction_ids)

    def make_jsonrpc_request_of(self, order):
        params = {
            "access_token": order._portal_ensure_token(),
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": order.amount_total,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": order.get_portal_url(),
        }
        answer = self.url_open(
            f"/my/orders/{order.id}/transaction", json={"params": params}
        )
        return answer.json()["error"]
