from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, TransactionCase, tagged

from .business_case import AGREEMENT, BusinessCase

READONLY = "account.group_account_readonly"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveAgreementAmounts(BusinessCase, TransactionCase):
    """A6: what became of an agreement in the ERP, never typed twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-03-01 02:00:00"):
            cls.agreement = (
                cls.env[AGREEMENT]
                .with_user(cls.users["sales"])
                .create({"archive_id": cls.file.id, "date_end": "2027-12-31"})
                .sudo()
            )

    def amounts(self, side, user=None):
        own = self.as_of_now(self.agreement, user)
        names = ("ordered", "delivered", "invoiced", "paid", "open")
        return [own[f"{side}_{name}"] for name in names]

    def tax(self, use):
        accounts = self.income if use == "sale" else self.expense
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": accounts.id}),
        ]
        group = self.env["account.tax.group"].create({"name": "增值税"})
        taxes = self.env["account.tax"]
        if known := taxes.search([("name", "=", f"13% {use}")]):
            return known
        return taxes.create(
            {
                "tax_group_id": group.id,
                "name": f"13% {use}",
                "amount": 13,
                "type_tax_use": use,
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )

    def sold(self, quantity=10):
        order = self.order(confirm=False, user_id=self.users["sales"].id)
        order.order_line.write(
            {"product_uom_qty": quantity, "tax_ids": self.tax("sale").ids}
        )
        self.agreement.sale_order_ids = [Command.link(order.id)]
        return order

    def test_from_the_order_to_the_payment(self):
        """Ordered, delivered, invoiced, paid and open, as each comes about."""
        order = self.sold()
        self.assertEqual(self.amounts("sale"), [0, 0, 0, 0, 0])
        order.action_confirm()
        self.assertEqual(self.amounts("sale"), [1130, 0, 0, 0, 0])
        order.order_line.qty_delivered = 4
        invoice = order._create_invoices()
        self.assertEqual(self.amounts("sale"), [1130, 452, 0, 0, 0])
        invoice.invoice_line_ids.quantity = 5
        invoice.invoice_date = "2027-02-01"
        invoice.action_post()
        self.assertEqual(self.amounts("sale"), [1130, 452, 565, 0, 565])
        self.settle(invoice, "2027-02-15", 113)
        self.assertEqual(self.amounts("sale"), [1130, 452, 565, 113, 452])
        # All of it is credited: what was paid is the party's.
        credit = invoice._reverse_moves([{"invoice_date": "2027-02-20"}])
        credit.action_post()
        self.assertEqual(self.amounts("sale"), [1130, 452, 0, 113, -113])

    def test_bought(self):
        order = self.purchase(confirm=False)
        order.order_line.write({"product_qty": 8, "tax_ids": self.tax("purchase").ids})
        self.agreement.purchase_order_ids = [Command.link(order.id)]
        order.button_confirm()
        order.order_line.qty_received = 2
        self.assertEqual(self.amounts("purchase"), [452, 113, 0, 0, 0])
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.write({"invoice_date": "2027-02-01"})
        bill.action_post()
        self.settle(bill, "2027-02-15", 52)
        self.assertEqual(self.amounts("purchase"), [452, 113, 452, 52, 400])
        self.assertEqual(self.amounts("sale"), [0, 0, 0, 0, 0])

    def test_of_its_own_orders_alone(self):
        """An invoice over two orders counts with the lines of the linked one."""
        order, other = self.sold(), self.sold(20)
        (order | other).action_confirm()
        self.agreement.sale_order_ids = [Command.set(order.ids)]
        invoice = (order | other)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.invoice_date = "2027-02-01"
        invoice.action_post()
        self.settle(invoice, "2027-02-15", 1130)
        # A third of what is on the invoice was paid.
        figures = self.amounts("sale")
        self.assertEqual(figures[0], 1130)
        self.assertAlmostEqual(figures[2], 1130)
        self.assertAlmostEqual(figures[3], 1130 / 3, 2)

    def test_payments_without_an_entry(self):
        order = self.sold()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = "2027-02-01"
        invoice.action_post()
        self.unbooked(invoice, 500, "2027-02-05")
        self.assertEqual(self.amounts("sale"), [1130, 0, 1130, 0, 1130])
        self.unbooked(invoice, 630, "2027-02-06")
        self.assertEqual(self.amounts("sale"), [1130, 0, 1130, 1130, 0])

    def test_another_currency(self):
        other = self.env.ref("base.EUR")
        if self.company.currency_id == other:
            other = self.env.ref("base.USD")
        other.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.5,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "外币", "currency_id": other.id}
        )
        order = self.order(confirm=False, pricelist_id=pricelist.id)
        order.order_line.price_unit = 100
        self.agreement.sale_order_ids = [Command.link(order.id)]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = "2027-02-01"
        invoice.action_post()
        self.assertEqual(self.amounts("sale"), [200, 0, 200, 0, 200])

    def test_by_the_readers_rights(self):
        """No access to invoices: a dash, and why; orders of others don't count."""
        order = self.sold()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = "2027-02-01"
        invoice.action_post()
        own = self.as_of_now(self.agreement, self.users["finance"])
        self.assertEqual(
            own.hidden_figures,
            "“—”: you have no access to sales orders and customer invoices in the ERP.",
        )
        self.assertEqual(self.amounts("sale", self.users["finance"]), [0] * 5)
        accountant = self.reader(READONLY)
        # Accountants read orders, too.
        figures = self.amounts("sale", accountant)
        self.assertEqual(figures, [1130, 0, 1130, 0, 1130])
        self.assertEqual(self.amounts("sale", self.users["sales"])[0], 1130)
        order.user_id = self.users["sales_other"]
        invoice.invoice_user_id = self.users["sales_other"]
        self.assertEqual(self.amounts("sale", self.users["sales"]), [0] * 5)

    def test_on_the_form(self):
        order = self.sold()
        order.action_confirm()
        self.env.invalidate_all()
        with Form(self.agreement.with_user(self.users["sales"])) as form:
            self.assertEqual(form.sale_ordered, 1130)

    def test_costs(self):
        """Four queries for any number of agreements."""
        self.sold().action_confirm()
        many = self.agreement
        for _each in range(5):
            many |= self.agreement.copy()
        names = ["sale_ordered", "sale_open", "purchase_ordered", "purchase_open"]
        self.as_of_now(many).read(names)
        costs = []
        for some in (self.agreement, many):
            some = self.as_of_now(some)
            some.mapped("company_id")
            before = self.env.cr.sql_log_count
            some.read(names)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*costs)
