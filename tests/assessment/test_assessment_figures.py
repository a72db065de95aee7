"""The figures that parties are assessed by, against a calculation of their own."""

import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.assessment import inputs

from ..support.size import size
from .assessment_case import NAME, AssessmentCase

PAID = ("paid", "in_payment")


@tagged("post_install", "-at_install")
class TestFigures(AssessmentCase, TransactionCase):
    """Requirements E1 and E3: figures of invoices, orders and notes."""

    def test_nothing(self):
        """A party without any business: what needs some isn't known."""
        figures = self.figures(self.file)
        known = {"complaints", "lapsed_papers", "visits", "years"}
        self.assertEqual(figures.keys(), known)

    def test_overdue(self):
        self.billed(self.party, 300, ago=40)
        self.billed(self.party, 200, ago=35)
        self.billed(self.party, 100, ago=5)
        # Today is the last day of this one.
        self.billed(self.party, 50, ago=30)
        figures = self.figures(self.file)
        self.assertEqual(
            (figures["overdue_amount"], figures["overdue_days"]), (500, 10)
        )
        self.assertEqual(figures["on_time_ratio"], 0)
        self.assertNotIn("pay_days", figures)

    def test_drafts_and_cancelled_ones_do_not_count(self):
        move = self.billed(self.party, 300, ago=40)
        move.button_draft()
        self.assertNotIn("overdue_amount", self.figures(self.file))
        move.button_cancel()
        self.assertNotIn("overdue_amount", self.figures(self.file))

    def test_partly_paid(self):
        move = self.billed(self.party, 1000, ago=60)
        self.paid(move, ago=40, amount=400)
        figures = self.figures(self.file)
        self.assertEqual(
            (figures["overdue_amount"], figures["overdue_days"]), (600, 30)
        )
        self.assertEqual(figures["on_time_ratio"], 0)
        # The last payment is when it is paid.
        self.paid(move, ago=20, amount=600)
        figures = self.figures(self.file)
        self.assertEqual((figures["overdue_amount"], figures["overdue_days"]), (0, 0))
        self.assertEqual((figures["pay_days"], figures["on_time_ratio"]), (40, 0))

    def test_on_the_last_day(self):
        self.paid(self.billed(self.party, 100, ago=60), ago=30)
        self.paid(self.billed(self.party, 100, ago=60), ago=29)
        figures = self.figures(self.file)
        self.assertEqual((figures["on_time_ratio"], figures["pay_days"]), (50, 30.5))

    def test_payments_that_book_no_entry(self):
        """What Odoo calls paid isn't overdue, though nothing is reconciled."""
        move = self.billed(self.party, 100, ago=60)
        self.unbooked(move, 100, self.ago(45))
        figures = self.figures(self.file)
        self.assertEqual((figures["overdue_amount"], figures["pay_days"]), (0, 15))
        self.assertEqual(figures["on_time_ratio"], 100)

    def test_a_token_payment_without_an_entry(self):
        """What Odoo calls paid is owed, and late, until all of it is paid."""
        move = self.billed(self.party, 1000, ago=60)
        self.unbooked(move, 1, self.ago(45))
        figures = self.figures(self.file)
        self.assertEqual(
            (figures["overdue_amount"], figures["overdue_days"]), (1000, 30)
        )
        self.assertEqual(figures["on_time_ratio"], 0)
        self.assertNotIn("pay_days", figures)
        # One that isn't due yet is neither.
        self.unbooked(self.billed(self.party, 1000, ago=5), 1, self.ago(2))
        self.assertEqual(self.figures(self.file)["overdue_amount"], 1000)
        self.assertEqual(self.figures(self.file)["on_time_ratio"], 0)

    def test_credit_notes(self):
        """They lessen what is owed, are never late, and pay nothing."""
        move = self.billed(self.party, 1000, ago=60)
        self.billed(self.party, 300, ago=50, term=0, move_type="out_refund")
        figures = self.figures(self.file)
        self.assertEqual(
            (figures["overdue_amount"], figures["overdue_days"]), (700, 30)
        )
        self.assertEqual(figures["overdue_share"], 100)
        refund = move._reverse_moves(
            [{"date": self.today, "invoice_date": self.today}], cancel=True
        )
        self.assertEqual(move.payment_state, "reversed")
        self.assertTrue(refund)
        figures = self.figures(self.file)
        self.assertNotIn("pay_days", figures)
        self.assertNotIn("on_time_ratio", figures)
        # More was given back than is owed: nothing is overdue.
        self.assertEqual(figures["overdue_amount"], 0)

    def test_contacts_stand_for_their_company(self):
        child = self.party.child_ids[0]
        self.billed(child, 400, ago=40)
        self.assertEqual(self.figures(self.file)["overdue_amount"], 400)

    def test_another_currency(self):
        other = self.env["res.currency"].create(
            {
                "name": "TSX",
                "symbol": "X",
                "rate_ids": [
                    Command.create({"name": self.ago(400), "rate": 4}),
                ],
            }
        )
        self.billed(self.party, 1000, ago=40, currency_id=other.id)
        figures = self.figures(self.file)
        self.assertEqual(figures["overdue_amount"], 250)
        self.assertEqual(figures["overdue_share"], 100)

    def test_several_companies(self):
        """Each company's file goes by its own invoices."""
        self.billed(self.party, 400, ago=40)
        other = self.env["res.company"].create({"name": "宁波示例有限公司"})
        twin = self.env["customer.archive"].create(
            {
                "partner_id": self.party.id,
                "category_id": self.buyer.id,
                "company_id": other.id,
            }
        )
        self.assertNotIn("overdue_amount", self.figures(twin))
        self.assertEqual(self.figures(self.file)["overdue_amount"], 400)

    def test_huge_and_zero(self):
        self.billed(self.party, 9e9, ago=40)
        self.billed(self.party, 0, ago=40)
        figures = self.figures(self.file)
        self.assertEqual(figures["overdue_amount"], 9e9)
        self.assertEqual(figures["overdue_share"], 100)

    def test_before_the_year(self):
        """What was paid before doesn't count; what is still owed does."""
        self.paid(self.billed(self.party, 100, ago=500), ago=400)
        self.assertNotIn("pay_days", self.figures(self.file))
        self.billed(self.party, 100, ago=500)
        self.assertEqual(self.figures(self.file)["overdue_days"], 470)

    def test_notes_and_performance(self):
        """E5: satisfaction, complaints, visits and quality feed the assessment."""
        sales = self.users["sales"]
        notes = self.env["customer.archive.event"].with_user(sales)

        def note(kind, ago, **values):
            type_ = self.env.ref(f"customer_archive.event_type_{kind}")
            return notes.create(
                {
                    "partner_id": self.party.id,
                    "type_id": type_.id,
                    "date": self.ago(ago),
                    "description": "现场记录",
                    **values,
                }
            )

        note("visit", 10, place="对方厂区")
        note("visit", 400, place="对方厂区")
        note("satisfaction", 20, score="4")
        wrong = note("satisfaction", 15, score="1")
        note("satisfaction", 15, score="5", corrects_id=wrong.id)
        note("sample", 30, product="废钢样品", result="pass")
        note("sample", 25, product="废钢样品", result="conditional")
        note("complaint", 5)
        figures = self.figures(self.file)
        self.assertEqual(figures["visits"], 1)
        self.assertEqual(figures["satisfaction"], 4.5)
        self.assertEqual(figures["quality_ratio"], 75)
        self.assertEqual(figures["complaints"], 1)

    def test_prices(self):
        """E3: against what others ask for the same, or else the year before."""
        other = self.partner("宜兴旧料回收有限公司")
        product = self.service

        def bought(partner, quantity, price, ago):
            order = self.env["purchase.order"].create(
                {
                    "partner_id": partner.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_qty": quantity,
                                "price_unit": price,
                            }
                        )
                    ],
                }
            )
            order.button_confirm()
            order.date_approve = fields.Datetime.to_datetime(self.ago(ago))
            return order

        bought(self.party, 10, 90, ago=500)
        self.assertNotIn("price_index", self.figures(self.file))
        bought(self.party, 10, 99, ago=20)
        self.assertEqual(self.figures(self.file)["price_index"], 110)
        bought(other, 5, 120, ago=30)
        bought(other, 5, 100, ago=30)
        self.assertEqual(self.figures(self.file)["price_index"], 90)

    def test_days_of_orders_are_the_companys(self):
        """E3: what was approved at half past midnight in Shanghai is of that day."""
        product = self.service
        for price, ago, time in ((90, 500, "04:00:00"), (99, 366, "16:30:00")):
            order = self.env["purchase.order"].create(
                {
                    "partner_id": self.party.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": price})
                    ],
                }
            )
            order.button_confirm()
            order.date_approve = f"{self.ago(ago)} {time}"
        # By UTC it is a day before the year.
        self.assertEqual(self.figures(self.file)["price_index"], 110)

    def test_invoices_are_found_by_an_index(self):
        """What a batch costs doesn't grow with the invoices of everybody else."""
        self.assertNotIn("commercial_partner_id", inputs.INVOICES)
        self.assertTrue(self.env["account.move"]._fields["partner_id"].index)

    def test_papers_and_registry(self):
        licence = self.file.sudo().document_ids.filtered(
            lambda item: item.has_validity and item.is_received
        )[:1]
        self.env.cr.execute(
            "UPDATE customer_archive_document SET valid_until = %s WHERE id = %s",
            [self.ago(1), licence.id],
        )
        self.assertEqual(self.figures(self.file)["lapsed_papers"], 1)


@tagged("post_install", "-at_install")
class TestGenerated(AssessmentCase, TransactionCase):
    """Requirement E1: of many parties, as an independent calculation has it."""

    def test_as_calculated_independently(self):
        chance = random.Random(20260131)
        files = [
            self.registered(partner=self.partner(f"{NAME}{number:04d}"))
            for number in range(size(12, 1000))
        ]
        for file in files:
            self.some_business(file.sudo().partner_id, chance)
        self.env.flush_all()
        self.env.invalidate_all()
        by_file = self.env["customer.archive"].union(*files)
        drafts, _without = (
            self.env["customer.archive.assessment"]
            .sudo()
            ._reckon("credit", by_file.sudo())
        )
        self.assertEqual(len(drafts), len(files))
        for draft in drafts:
            with self.subTest(draft.partner_id.name):
                figures = self.calculated(draft.partner_id)
                kept = self.snapshot(draft)["figures"]
                for source, value in figures.items():
                    if value is None:
                        self.assertNotIn(source, kept)
                    else:
                        self.assertAlmostEqual(kept[source], value, 2, source)
                self.assertEqual(draft.score, round(self.score(draft, kept), 4))
                self.assertEqual(draft._replay_differences(), ([], []))

    def some_business(self, party, chance):
        """Invoice a party some times, paid early, late, in parts or not at all."""
        for _turn in range(chance.randrange(4)):
            ago, term = chance.randrange(5, 420), chance.choice([0, 15, 30, 60])
            partner = chance.choice([party, party.child_ids[0]])
            move = self.billed(partner, chance.randrange(100, 90000) / 10, ago, term)
            fate = chance.choice(["open", "part", "whole", "whole", "twice", "refund"])
            when = chance.randrange(0, ago)
            if fate == "part":
                self.paid(move, when, round(move.amount_total / 3, 2))
            elif fate == "whole":
                self.paid(move, when)
            elif fate == "twice":
                self.paid(move, ago, round(move.amount_total / 2, 2))
                self.paid(move, when)
            elif fate == "refund":
                self.billed(
                    partner, move.amount_total / 2, when, 0, move_type="out_refund"
                )

    def calculated(self, party):
        """Return the figures once more, record by record through Odoo's own fields."""
        moves = self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", party.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ]
        )
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", party.id),
                ("account_id", "=", self.receivable.id),
                ("parent_state", "=", "posted"),
                ("amount_residual", "!=", 0),
            ]
        )
        late = lines.filtered(
            lambda line: line.date_maturity and line.date_maturity < self.today
        )
        owing = late.filtered(lambda line: line.amount_residual > 0)
        recent = moves.filtered(
            lambda move: self.today - timedelta(days=365) < move.invoice_date
        )
        invoices = recent.filtered(lambda move: move.move_type == "out_invoice")
        paid = {
            move: max(self.settled(move))
            for move in invoices
            if move.payment_state in PAID
        }
        fell_due = [
            move
            for move in invoices
            if move in paid or move.invoice_date_due < self.today
        ]
        on_time = [move for move in paid if paid[move] <= move.invoice_date_due]
        overdue = max(sum(late.mapped("amount_residual")), 0)
        turnover = sum(recent.mapped("amount_untaxed_signed"))
        some = bool(invoices) or bool(lines)
        return {
            "overdue_share": 100 * overdue / turnover if turnover > 0 else None,
            "overdue_days": max(
                ((self.today - line.date_maturity).days for line in owing), default=0
            )
            if some
            else None,
            "on_time_ratio": 100 * len(on_time) / len(fell_due) if fell_due else None,
            "pay_days": sum((paid[move] - move.invoice_date).days for move in paid)
            / len(paid)
            if paid
            else None,
        }

    def settled(self, move):
        """Return the days on which an invoice was settled, part by part."""
        terms = move.line_ids.filtered(lambda line: line.account_id == self.receivable)
        return [
            max(move.date, part.credit_move_id.date)
            for part in terms.matched_credit_ids
        ]

    def score(self, draft, figures):
        """Return the score by the tables of the scheme, read as text."""
        total = known = 0.0
        for factor in draft.scheme_id.factor_ids:
            value = figures.get(factor.source)
            if value is None:
                continue
            points = None if factor.scale else value
            for part in (factor.scale or "").split(","):
                limit, _sign, given = part.partition(":")
                if points is None and (limit.strip() == "*" or value <= float(limit)):
                    points = float(given)
            total += points * factor.weight
            known += factor.weight
        return total / known
