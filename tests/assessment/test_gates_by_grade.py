from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..gates.gates_case import GATE, GatesCase
from .assessment_case import AssessmentCase


@tagged("post_install", "-at_install")
class TestGatesByGrade(AssessmentCase, GatesCase, TransactionCase):
    """Requirements E4 and E6: what the grade of a party asks of its orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = cls.env["account.payment.term"].create(
            {
                "name": "30 天",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        cls.product.write(
            {
                "invoice_policy": "order",
                "property_account_income_id": cls.income.id,
                "taxes_id": [Command.clear()],
            }
        )

    def rated(self, name):
        return self.decided(self.begun(), name)

    def lent(self, quantity=1):
        order = self.sale(self.party, quantity=quantity)
        order.payment_term_id = self.terms
        return order

    def found(self, order, kind="sale"):
        findings = self.env[GATE]._findings(order, kind).get(order.sudo(), ())
        return {each.gate.condition for each in findings}

    def test_grade_too_low(self):
        order = self.sale(self.party)
        self.assertNotIn("grade", self.found(order))
        self.rated("C")
        self.assertNotIn("grade", self.found(order))
        self.rated("D")
        self.assertIn("grade", self.found(order))
        self.stop("grade")
        with self.assertRaisesRegex(UserError, "grade D; at least C"):
            order.action_confirm()
        self.granted(self.party, "grade", date_to=self.env.company._archive_today())
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_grade_of_another_kind_or_scheme(self):
        """The bound counts, whatever scheme a grade is of."""
        self.rated("D")
        gate = self.gate("grade")
        gate.grade_id = self.grade("risk", "2")
        self.assertNotIn("grade", self.found(self.sale(self.party)))
        self.decided(self.begun("risk"), "3")
        self.assertIn("grade", self.found(self.sale(self.party)))
        with self.assertRaises(ValidationError):
            gate.grade_id = False

    def test_on_credit_without_sign_off(self):
        """E6: what isn't paid at once is signed off by whom the grade names."""
        self.stop("credit")
        self.rated("B")
        at_once, order = self.sale(self.party), self.lent()
        at_once.action_confirm()
        with self.assertRaisesRegex(UserError, "signed off by: Finance"):
            order.action_confirm()
        waiver = self.waiver(self.party, "credit", sale_order_id=order.id)
        waiver.action_submit()
        names = waiver.sudo().approval_ids.sorted("sequence").mapped("name")
        self.assertIn("Finance", names)
        while waiver.state == "review":
            approver = waiver.sudo().approver_ids.sorted("id")[0]
            waiver.with_user(approver).action_approve("同意赊销")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_whom_the_grade_asks(self):
        """E6: nobody for the best, management too for the worse."""
        self.rated("A")
        self.assertNotIn("credit", self.found(self.lent()))
        self.rated("C")
        self.assertIn("credit", self.found(self.lent()))
        waiver = self.waiver(
            self.party, "credit", date_to=self.env.company._archive_today()
        )
        waiver.action_submit()
        names = waiver.sudo().approval_ids.sorted("sequence").mapped("name")
        self.assertEqual(names[-1], "Management")
        self.assertIn("Finance", names)
        self.assertTrue(waiver.asks_finance)

    def test_who_was_never_graded(self):
        self.assertIn("credit", self.found(self.lent()))
        self.assertNotIn("credit", self.found(self.sale(self.party)))

    def test_credit_limit(self):
        """What is owed, with all orders, counts; the contact's own limit first."""
        self.rated("A")
        self.grade("credit", "A").credit_limit = 10000
        self.billed(self.party, 5000, ago=3)
        self.assertNotIn("limit", self.found(self.lent(2)))
        self.assertIn("limit", self.found(self.lent(3)))
        # Each of several that are confirmed at once adds to it.
        both = self.lent(2) | self.lent(2)
        findings = self.env[GATE]._findings(both, "sale")
        over = [
            order
            for order, found in findings.items()
            if "limit" in {each.gate.condition for each in found}
        ]
        self.assertEqual(len(over), 1)
        self.lent(2).action_confirm()
        self.assertIn("limit", self.found(self.lent(1)))
        self.party.sudo().credit_limit = 50000
        self.assertNotIn("limit", self.found(self.lent(1)))
        # Paid at once: nothing is owed by it.
        self.party.sudo().credit_limit = 1
        self.assertNotIn("limit", self.found(self.sale(self.party)))

    def owed(self, party=None):
        """Return what a party owes, whatever is ordered next."""
        party = party or self.party
        order = self.sale(party).sudo()
        return self.env[GATE].sudo()._owed(order).get((party.id, self.company.id), 0)

    def test_terms_after_confirmation(self):
        """E6: what is lent afterwards is asked as what is lent at once."""
        self.stop("credit", "limit")
        self.rated("B")
        order = self.sale(self.party)
        self.assertFalse(order.archive_stops)
        order.payment_term_id = self.terms
        self.assertTrue(order.archive_stops)
        order.payment_term_id = False
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "signed off by: Finance"):
            order.payment_term_id = self.terms
        self.rated("A")
        self.grade("credit", "A").credit_limit = 5000
        with self.assertRaisesRegex(UserError, "credit limit"):
            order.payment_term_id = self.terms
        order.payment_term_id = False
        self.grade("credit", "A").credit_limit = 10000
        order.payment_term_id = self.terms

    def test_what_grows_is_not_counted_twice(self):
        """E4: what is invoiced of an order is owed by the invoice, a draft, too."""
        self.stop("limit")
        self.rated("A")
        self.grade("credit", "A").credit_limit = 12000
        order = self.lent(5)
        order.action_confirm()
        self.assertEqual(self.owed(), 10000)
        invoice = order.sudo()._create_invoices()
        invoice.invoice_line_ids.quantity = 3
        self.assertEqual(self.owed(), 10000)
        invoice.action_post()
        self.assertEqual(self.owed(), 10000)
        line = {"product_id": self.product.id, "product_uom_qty": 1}
        order.order_line = [Command.create({**line, "price_unit": 500})]
        self.assertEqual(self.owed(), 10500)
        with self.assertRaisesRegex(UserError, "credit limit"):
            order.order_line = [Command.create({**line, "price_unit": 1600})]
        # A draft of a credit note for nothing in particular lends nobody anything.
        refund = self.billed(self.party, 900, ago=1, move_type="out_refund")
        self.assertEqual(self.owed(), 9600)
        refund.button_draft()
        self.assertEqual(self.owed(), 10500)

    def test_paid_without_an_entry(self):
        """What Odoo calls paid isn't owed, though nothing is reconciled."""
        move = self.billed(self.party, 700, ago=3)
        self.assertEqual(self.owed(), 700)
        self.unbooked(move, 700, self.ago(1))
        self.assertEqual(self.owed(), 0)

    def test_a_token_payment_without_an_entry(self):
        """E4: a yuan takes nothing of a debt away from the limit."""
        move = self.billed(self.party, 1000000, ago=3)
        self.unbooked(move, 1, self.ago(1))
        self.assertEqual(self.owed(), 1000000)
        self.rated("A")
        self.grade("credit", "A").credit_limit = 10000
        self.assertIn("limit", self.found(self.lent()))

    def test_invoiced_to_another_party(self):
        """E4: whoever the invoice goes to owes it, by the limit of that party."""
        other = self.partner("江阴同泰物资有限公司")
        other.sudo().credit_limit = 3000
        self.stop("limit")
        self.rated("A")
        order = self.lent(1)
        order.partner_invoice_id = other
        order.action_confirm()
        self.assertEqual((self.owed(), self.owed(other)), (0, 2000))
        order = self.lent(1)
        self.assertNotIn("limit", self.found(order))
        order.partner_invoice_id = other
        self.assertIn("limit", self.found(order))

    def named(self, orderer, debtor):
        """Return an order on credit in one name, invoiced to another."""
        order = self.sale(orderer, quantity=1)
        order.write({"partner_invoice_id": debtor.id, "payment_term_id": self.terms.id})
        return order

    def affiliate(self, grade="A"):
        file = self.registered(partner=self.partner("江阴同泰物资有限公司"))
        self.decided(self.begun(file=file), grade)
        return file.sudo().partner_id

    def test_who_will_owe_it_is_asked(self):
        """E4, E6: in whosever name an order is, its debtor has to meet the terms."""
        self.stop("credit")
        self.rated("B")
        self.party.sudo().credit_limit = 1000
        person = self.env["res.partner"].create({"name": "李建国"})
        affiliate = self.affiliate()
        for orderer in (person, affiliate):
            order = self.named(orderer, self.party)
            self.assertLessEqual({"limit", "credit"}, self.found(order))
            with self.assertRaisesRegex(
                UserError, f"{self.party.name} has credit grade B"
            ):
                order.action_confirm()
        today = self.env.company._archive_today()
        # Whom it isn't lent to is let through without avail.
        self.granted(affiliate, "credit", date_to=today)
        self.assertIn("credit", self.found(order))
        self.granted(self.party, "credit", sale_order_id=order.id)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        # Who owes nothing needs no sign-off.
        self.assertNotIn("credit", self.found(self.named(self.party, affiliate)))

    def test_who_will_owe_it_has_no_file(self):
        """E6: what is lent to whom nobody knows is signed off, too."""
        self.rated("A")
        person = self.env["res.partner"].create({"name": "李建国"})
        unknown = self.partner("无锡惠山物资有限公司")
        for debtor in (person, unknown):
            order = self.named(self.party, debtor)
            self.assertIn("credit", self.found(order))
            self.assertIn(f"{debtor.name} has no credit grade", order.archive_warning)
        # A private person who buys alone may.
        self.assertNotIn("credit", self.found(self.named(person, person)))

    def test_waived_at_a_better_grade(self):
        """E6: once management is asked, what finance has approved isn't enough."""
        self.rated("B")
        self.granted(self.party, "credit", date_to=self.env.company._archive_today())
        self.assertNotIn("credit", self.found(self.lent()))
        self.rated("C")
        self.assertIn("credit", self.found(self.lent()))
        self.granted(self.party, "credit", date_to=self.env.company._archive_today())
        self.assertNotIn("credit", self.found(self.lent()))

    def test_no_limit(self):
        self.rated("A")
        self.billed(self.party, 9e9, ago=3)
        self.assertNotIn("limit", self.found(self.lent(99)))

    def test_purchases_are_not_asked(self):
        self.stop("credit", "limit")
        order = self.purchase(self.party)
        self.assertFalse({"credit", "limit"} & self.found(order, "purchase"))

    def test_lowering_what_is_asked_waits(self):
        gate = self.gate("grade")
        own = gate.with_user(self.users["admin"])
        own.grade_id = self.grade("credit", "D")
        self.assertEqual(gate.grade_id, self.grade("credit", "C"))
        own.grade_id = self.grade("credit", "B")
        self.assertEqual(gate.grade_id, self.grade("credit", "B"))
