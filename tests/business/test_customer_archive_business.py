from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .business_case import BusinessCase

REMARK = "customer_archive.event_type_feedback"
READONLY = "account.group_account_readonly"
ALL_SALES = "sales_team.group_sale_salesman_all_leads"
ACCESS = "odoo.addons.base.models.ir_model"
RULES = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestCustomerArchiveBusiness(BusinessCase, TransactionCase):
    """A6, A7, D6: what the ERP says of a party, as of this moment 往来情况."""

    def test_what_was_sold(self):
        """Turnover by year, what is overdue, and how long payments take."""
        for amount, day, paid in (
            (100, "2027-01-10", "2027-01-25"),
            (250, "2026-12-31", "2027-02-19"),
            (200, "2026-01-05", "2026-02-05"),
            (300, "2025-12-01", "2025-12-02"),
            (400, "2024-12-31", "2025-01-31"),
        ):
            self.bill(amount, day, paid=paid)
        self.bill(50, "2026-06-01", kind="out_refund", paid="2026-06-02")
        self.bill(70, "2027-01-15", due="2027-02-10")
        contact = self.party.child_ids[1]
        self.bill(30, "2027-02-20", due="2027-02-28", partner_id=contact.id)
        self.bill(10, "2027-02-20", due="2027-03-01")
        self.invoice(post=False, invoice_date="2027-02-21")
        file = self.as_of_now(self.file)
        self.assertEqual(file.sold_this_year, 100 + 70 + 30 + 10)
        self.assertEqual(file.sold_last_year, 250 + 200 - 50)
        self.assertEqual(file.sold_year_before, 300)
        self.assertEqual(file.overdue_amount, 70 + 30)
        # Since 10 February.
        self.assertEqual(file.overdue_days, 19)
        # Of the last 365 days, credit notes aside: 15 and 50 days.
        self.assertEqual((file.paid_invoice_count, file.days_to_pay), (2, 32.5))
        self.assertEqual((file.bought_this_year, file.owed_amount), (0, 0))

    def test_what_was_bought(self):
        self.bill(500, "2027-01-10", "in_invoice", paid="2027-02-09")
        self.bill(40, "2027-01-20", "in_refund", paid="2027-01-21")
        self.bill(90, "2026-11-01", "in_invoice", due="2026-12-01")
        file = self.as_of_now(self.file)
        self.assertEqual(file.bought_this_year, 500 - 40)
        self.assertEqual(file.bought_last_year, 90)
        self.assertEqual((file.owed_amount, file.owed_days), (90, 90))
        self.assertEqual((file.paid_bill_count, file.days_we_pay), (1, 30))
        self.assertEqual((file.sold_this_year, file.overdue_amount), (0, 0))

    def test_orders(self):
        self.order(date_order="2027-02-01 20:00:00").date_order = "2027-02-01 20:00:00"
        self.order(confirm=False)
        self.order(confirm=False).action_quotation_sent()
        bought = self.purchase()
        bought.date_approve = "2027-01-31 15:59:00"
        self.purchase(confirm=False)
        file = self.as_of_now(self.file)
        # The day at the company, eight hours ahead.
        self.assertEqual(str(file.last_sale_date), "2027-02-02")
        self.assertEqual(file.quotation_count, 2)
        self.assertEqual(str(file.last_purchase_date), "2027-01-31")
        self.assertEqual(file.request_count, 1)

    def test_part_payments_and_advances(self):
        """What is left counts; what was paid in advance is set off."""
        invoice = self.bill(1000, "2027-01-01", due="2027-01-31")
        self.settle(invoice, "2027-02-01", 400)
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.overdue_days), (600, 29))
        self.assertFalse(file.paid_invoice_count)
        self.settle(invoice, "2027-02-10", 600)
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.overdue_days), (0, 0))
        self.assertEqual((file.paid_invoice_count, file.days_to_pay), (1, 40))

    def test_payments_without_an_entry(self):
        """The ERP says of a part that it is paid; it is, once all of it is."""
        invoice = self.bill(1000, "2027-01-01", due="2027-01-31")
        self.unbooked(invoice, 400, "2027-02-01")
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.paid_invoice_count), (1000, 0))
        action = file.action_open_overdue()
        late = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(late.move_id, invoice)
        self.unbooked(invoice, 600, "2027-02-10")
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.overdue_days), (0, 0))
        self.assertEqual((file.paid_invoice_count, file.days_to_pay), (1, 40))
        self.assertEqual(
            invoice.search(file.action_open_paid()["domain"]), invoice.sudo()
        )
        self.assertFalse(late.search(file.action_open_overdue()["domain"]))

    def test_booked_by_the_bank(self):
        """What the bank has booked of a payment isn't counted once more."""
        invoice = self.bill(1000, "2027-01-01", due="2027-01-31")
        payment = self.unbooked(invoice, 600, "2027-02-01")
        self.settle(invoice, "2027-02-03", 600)
        # As Odoo's accounting has it, once the statement is reconciled.
        payment.state = "paid"
        file = self.as_of_now(self.file)
        self.assertEqual(
            (invoice.amount_residual, invoice.payment_state), (400, "partial")
        )
        self.assertEqual((file.overdue_amount, file.paid_invoice_count), (400, 0))
        # Another one of the rest is still under way.
        self.unbooked(invoice, 400, "2027-02-10")
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.paid_invoice_count), (0, 1))

    def test_paid_in_the_state_of_the_payment(self):
        """Without Odoo's accounting it is paid as soon as it is posted."""
        invoice = self.bill(1000, "2027-01-01", due="2027-01-31")
        self.unbooked(invoice, 1000, "2027-02-01").state = "paid"
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.paid_invoice_count), (0, 1))

    def test_one_payment_of_several_invoices(self):
        """It reaches what is open of all of them, or none."""
        bills = self.bill(1000, "2027-01-01") | self.bill(500, "2027-01-01")
        back = self.bill(300, "2027-01-01", "out_refund")
        self.unbooked(bills | back, 1000, "2027-02-01")
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.paid_invoice_count), (1200, 0))
        self.unbooked(bills | back, 200, "2027-02-02")
        file = self.as_of_now(self.file)
        self.assertEqual((file.overdue_amount, file.paid_invoice_count), (0, 2))

    def test_one_payment_in_another_currency(self):
        """Paid in the company's currency: by the rates of each invoice."""
        other = self.other_currency()
        bills = self.bill(100, "2027-01-01", currency_id=other.id)
        bills |= self.bill(600, "2027-01-01")
        self.unbooked(bills, 999, "2027-02-01")
        self.assertEqual(self.as_of_now(self.file).overdue_amount, 1000)
        self.unbooked(bills, 1, "2027-02-01")
        self.assertEqual(self.as_of_now(self.file).overdue_amount, 0)

    def other_currency(self):
        """Return a currency of which one is worth four of the company's."""
        dollar = self.env.ref("base.USD")
        currency = self.company.currency_id
        other = dollar if currency != dollar else self.env.ref("base.EUR")
        other.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.25,
            }
        )
        return other

    def test_another_currency(self):
        other = self.other_currency()
        self.bill(100, "2027-01-01", due="2027-01-31", currency_id=other.id)
        file = self.as_of_now(self.file)
        self.assertEqual((file.sold_this_year, file.overdue_amount), (400, 400))

    def test_each_party_and_company_by_itself(self):
        other = self.registered(partner=self.partner("别家有限公司"))
        self.bill(70, "2027-01-15")
        self.bill(30, "2027-01-15", partner_id=other.partner_id.id)
        both = self.as_of_now(self.file | other)
        self.assertEqual(both.mapped("sold_this_year"), [70, 30])
        # A draft of another company sees its own company's documents alone.
        company = self.env["res.company"].create({"name": "乙公司"})
        elsewhere = self.env["customer.archive"].new(
            {"partner_id": self.party.id, "company_id": company.id}
        )
        self.assertFalse(elsewhere.sold_this_year)

    def test_a_party_without_any_business(self):
        file = self.as_of_now(self.file)
        for name in ("last_sale_date", "last_purchase_date", "quotation_count"):
            self.assertFalse(file[name])
        for name in ("overdue_amount", "days_to_pay", "sold_year_before", "owed_days"):
            self.assertEqual(file[name], 0)

    def test_by_the_readers_rights(self):
        """Who has no access to documents is shown no figure of them, and told so."""
        self.bill(100, "2027-01-10")
        self.bill(200, "2027-01-10", invoice_user_id=self.users["sales_other"].id)
        self.bill(50, "2027-01-10", "in_invoice")
        self.order(user_id=self.users["sales"].id)
        nothing = (
            "“—”: you have no access to sales orders, purchase orders, customer "
            "invoices, and vendor bills in the ERP."
        )
        for role in ("finance", "clerk", "management", "auditor"):
            file = self.as_of_now(self.file, self.users[role])
            with self.subTest(role):
                self.assertEqual(file.hidden_figures, nothing)
                self.assertFalse(file.shows_invoices or file.shows_sales)
                self.assertEqual((file.sold_this_year, file.overdue_amount), (0, 0))
        own = self.as_of_now(self.file, self.users["sales"])
        self.assertEqual((own.sold_this_year, own.overdue_amount), (100, 100))
        self.assertEqual((own.bought_this_year, own.owed_amount), (0, 0))
        self.assertTrue(own.last_sale_date)
        self.assertEqual((own.shows_invoices, own.shows_bills), (True, False))
        self.assertIn("purchase orders and vendor bills", own.hidden_figures)
        every = self.as_of_now(self.file, self.reader(ALL_SALES, role="sales"))
        self.assertEqual(every.sold_this_year, 300)
        accountant = self.as_of_now(self.file, self.reader(READONLY))
        self.assertEqual(accountant.sold_this_year, 300)
        self.assertEqual(accountant.owed_amount, 50)
        self.assertTrue(accountant.shows_invoices and accountant.shows_bills)
        self.assertFalse(self.as_of_now(self.file).hidden_figures)

    def test_the_lists_behind(self):
        """Each figure leads to its documents, and to nothing of another party's."""
        order, offer = self.order(), self.order(confirm=False)
        bought, request = self.purchase(), self.purchase(confirm=False)
        paid = self.bill(100, "2027-01-10", paid="2027-01-25")
        late = self.bill(70, "2027-01-15", due="2027-02-10")
        owed = self.bill(50, "2027-01-15", "in_invoice", due="2027-02-10")
        bought_paid = self.bill(40, "2027-01-10", "in_invoice", paid="2027-01-25")
        buyer = self.party.child_ids[1]
        by_contact = self.bill(30, "2027-01-15", due="2027-02-28", partner_id=buyer.id)
        # A company of the party's is a party of its own.
        daughter = self.partner("样本子公司有限公司", parent_id=self.party.id)
        for stranger in (self.partner("别家有限公司"), daughter):
            self.bill(9, "2027-01-15", due="2027-02-10", partner_id=stranger.id)
            self.bill(9, "2027-01-15", paid="2027-02-10", partner_id=stranger.id)
            self.order(stranger)
        late |= by_contact
        terms = (late | owed).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        file = self.as_of_now(self.file)
        self.assertEqual((file.sold_this_year, file.overdue_amount), (200, 100))
        self.assertEqual((file.paid_invoice_count, file.paid_bill_count), (1, 1))
        for method, found in {
            "action_open_sales": order,
            "action_open_quotations": offer,
            "action_open_purchases": bought,
            "action_open_requests": request,
            "action_open_invoices": paid | late,
            "action_open_bills": owed | bought_paid,
            "action_open_paid": paid,
            "action_open_paid_bills": bought_paid,
            "action_open_overdue": terms.filtered(lambda l: l.move_id in late),
            "action_open_owed": terms.filtered(lambda l: l.move_id == owed),
        }.items():
            with self.subTest(method):
                action = getattr(self.file.sudo(), method)()
                self.assertEqual(action["res_model"], found._name)
                self.assertEqual(found.search(action["domain"]), found)
        closed = self.by(self.file, "clerk")
        with self.assertRaises(AccessError), mute_logger(ACCESS):
            closed.action_open_invoices()
        with self.assertRaises(AccessError), mute_logger(RULES, ACCESS):
            self.by(self.file, "sales_other").action_open_sales()

    def test_conduct(self):
        """Complaints, and what the performance record has of breaches."""
        types = self.env.ref("customer_archive.event_type_complaint")
        notes = self.env["customer.archive.event"].with_user(self.users["sales"])
        values = {
            "type_id": types.id,
            "partner_id": self.party.id,
            "description": "第三批有气孔",
        }
        first, second = notes.create([values, values])
        first.answer = "已换货"
        first.action_give_answer()
        agreements = self.env["customer.archive.agreement"]
        terms = {"archive_id": self.file.id, "date_end": "2027-12-31"}
        draft = agreements.with_user(self.users["sales"]).create(terms)
        signed = self.sign(draft)
        entries = self.env["customer.archive.agreement.performance"]
        entries = entries.with_user(self.users["sales"])
        wrong = None
        for kind in ("breach", "dispute", "paid_late", "delivered_late", "delivered"):
            wrong = entries.create(
                {"agreement_id": signed.id, "kind": kind, "description": "见来函"}
            )
        breach = entries.search([("kind", "=", "breach")])
        file = self.as_of_now(self.file, self.users["sales"])
        self.assertEqual((file.complaint_count, file.open_complaint_count), (2, 1))
        self.assertEqual((file.breach_count, file.dispute_count), (1, 1))
        self.assertEqual(file.late_count, 2)
        entries.create(
            {
                "agreement_id": signed.id,
                "kind": "other",
                "description": "并未违约",
                "corrects_id": breach.id,
            }
        )
        file = self.as_of_now(self.file, self.users["sales"])
        self.assertEqual(file.breach_count, 0)
        # A remark on a complaint takes nothing away, whether that is answered or not.
        remark = {**values, "type_id": self.env.ref(REMARK).id}
        for note in (first, second):
            notes.create({**remark, "corrects_id": note.id})
        file = self.as_of_now(self.file, self.users["sales"])
        self.assertEqual((file.complaint_count, file.open_complaint_count), (2, 1))
        # Another complaint takes the place of the open one.
        third = notes.create({**values, "corrects_id": second.id})
        file = self.as_of_now(self.file, self.users["sales"])
        self.assertEqual((file.complaint_count, file.open_complaint_count), (2, 1))
        action = file.action_open_complaints()
        self.assertEqual(notes.search(action["domain"]), first | third)
        action = file.action_open_breaches()
        found = entries.search(action["domain"])
        self.assertEqual(len(found), 4)
        self.assertNotIn(wrong, found)

    def test_nothing_is_stored(self):
        """Reckoned when it is shown: orders write nothing of it to files."""
        page = self.page()
        fields = self.env["customer.archive"]._fields
        stored = {name for name in page if fields[name].store}
        self.assertEqual(stored, {"credit_fact_ids"} & stored)

    def page(self):
        """Return the names of the fields of the page."""
        view = self.env["customer.archive"].get_view(view_type="form")
        page = etree.fromstring(view["arch"]).xpath("//page[@name='business']")[0]
        return {
            field.get("name")
            for field in page.iter("field")
            if not field.xpath("ancestor::field")
        }

    def test_costs(self):
        """One query for each kind of figure: twelve more for the page at most."""
        self.bill(100, "2027-01-10", paid="2027-01-25")
        self.bill(70, "2027-01-15", due="2027-02-10")
        self.order(user_id=self.users["sales"].id)
        self.purchase()
        user = self.reader(READONLY, "purchase.group_purchase_user", role="sales")
        page = self.page()
        self.assertGreater(len(page), 20)
        view = self.env["customer.archive"].get_view(view_type="form")
        names = {
            field.get("name")
            for field in etree.fromstring(view["arch"]).iter("field")
            if not field.xpath("ancestor::field")
        }
        fields = self.env["customer.archive"]._fields

        def cost(names):
            spec = {
                name: {"fields": {"display_name": {}}}
                if fields[name].type in ("one2many", "many2many")
                else {}
                for name in names
                if fields[name].groups is None
            }
            # What is remembered from then on isn't counted.
            self.as_of_now(self.file, user).web_read(spec)
            file = self.as_of_now(self.file, user)
            before = self.env.cr.sql_log_count
            file.web_read(spec)
            return self.env.cr.sql_log_count - before

        more = cost(names) - cost(names - page)
        self.assertLessEqual(more, 12)
