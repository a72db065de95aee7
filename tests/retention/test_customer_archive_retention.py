from contextlib import nullcontext
from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support import property_case
from .retention_case import POLICY, RetentionCase

MORNING = "02:00:00"


@tagged("post_install", "-at_install")
class TestRetentionClock(RetentionCase, TransactionCase):
    """The day moves with the business, in the transaction of what happened.

    Requirements A2 and D6.
    """

    def on(self, day, do):
        """Do something on a day; return last business and end of retention."""
        with freeze_time(f"{day} {MORNING}"):
            do()
            self.commit()
        return self.file.last_business_date, self.file.retention_date

    def test_orders_invoices_payments_and_disputes_move_the_day(self):
        invoice = self.invoice(post=False)
        legal = self.by(self.file, "legal")
        steps = {
            "2027-03-01": self.order,
            "2027-03-02": self.purchase,
            "2027-03-03": invoice.action_post,
            "2027-03-04": lambda: self.pay(invoice, reconcile=False),
            "2027-03-06": lambda: legal.action_hold("dispute", "Quality"),
            "2027-03-07": lambda: self.by(
                self.file.sudo().hold_ids, "management"
            ).action_lift("Settled"),
            "2027-03-08": lambda: self.invoice(kind="in_invoice"),
            "2027-03-09": lambda: self.order(self.party.child_ids[0]),
        }
        for day, do in steps.items():
            with self.subTest(day):
                there = date.fromisoformat(day)
                expected = there, there.replace(year=2037)
                self.assertEqual(self.on(day, do), expected)

    def test_settling_moves_the_day(self):
        invoice = self.invoice()
        entry = self.pay(invoice, reconcile=False)
        found = self.on("2027-03-05", lambda: self.reconcile(invoice, entry))
        self.assertEqual(found, (date(2027, 3, 5), date(2037, 3, 5)))

    def test_what_is_no_business_moves_nothing(self):
        known = self.on("2027-03-01", self.order)
        legal = self.by(self.file, "legal")
        other = self.partner("Other Ltd")
        for do in (
            lambda: self.order(confirm=False),
            lambda: self.purchase(confirm=False),
            lambda: self.invoice(post=False),
            lambda: self.order(other),
            lambda: legal.action_hold("legal", "Lawsuit"),
        ):
            self.assertEqual(self.on("2027-04-01", do), known)

    def test_never_backwards(self):
        known = self.on("2027-03-01", self.order)
        self.assertEqual(self.on("2026-12-01", self.order), known)

    def test_day_where_the_company_is(self):
        with freeze_time("2027-03-01 17:00:00"):
            self.order()
            self.commit()
        self.assertEqual(self.file.last_business_date, date(2027, 3, 2))

    def test_file_takes_over_what_was_before_it(self):
        party = self.partner("Old Customer Ltd")
        with freeze_time(f"2024-05-06 {MORNING}"):
            self.order(party)
        with freeze_time(f"2024-07-08 {MORNING}"):
            self.invoice(party, invoice_date="2024-07-01")
        archive = self.archive(partner=party)
        self.assertEqual(archive.last_business_date, date(2024, 7, 1))
        self.assertEqual(archive.retention_date, date(2034, 7, 1))

    def test_only_the_company_that_deals(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        known = self.file.last_business_date
        self.env["customer.archive.clock"]._note([(self.party.id, company.id)])
        self.commit()
        self.assertEqual(self.file.last_business_date, known)

    def test_at_most_one_query_more(self):
        """One statement for a transaction, however much happens in it."""
        orders = self.env["sale.order"].browse()
        for _n in range(5):
            orders += self.order(confirm=False)
        others = [self.partner(f"Other {n}") for n in range(3)]
        for other in others:
            orders += self.order(other, confirm=False)
        self.commit()
        clock = type(self.env["customer.archive.clock"])
        counts = {}
        for name in ("warm", "with", "without"):
            batch = orders.copy()
            self.commit()
            silent = patch.object(clock, "_note", lambda *_args, **_kwargs: None)
            with silent if name == "without" else nullcontext():
                before = self.env.cr.sql_log_count
                batch.action_confirm()
                self.env.cr.flush()
                counts[name] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts["with"], counts["without"] + 1)

    # Stages (requirement D6)

    def test_prospect_that_orders_becomes_a_customer(self):
        for stage in ("prospect", "intended"):
            for do in (self.order, self.invoice):
                party = self.partner(f"New {stage} {do.__name__}")
                archive = self.archive(partner=party, relation_stage=stage)
                self.on("2027-03-01", lambda do=do, party=party: do(party))
                self.assertEqual(archive.relation_stage, "cooperating")
                self.assertEqual(archive.relation_stage_date, date(2027, 3, 1))
                rows = archive.sudo().log_ids.filtered(
                    lambda row: row.event == "change"
                )
                way = ["relation_stage intended > cooperating"]
                if stage == "prospect":
                    way.append("relation_stage prospect > intended")
                # The newest first.
                self.assertEqual(rows.mapped("detail"), way)

    def test_other_stages_stay(self):
        self.file.relation_stage = "terminated"
        self.on("2027-03-01", self.order)
        self.assertEqual(self.file.relation_stage, "terminated")


@tagged("post_install", "-at_install")
class TestRetentionDates(RetentionCase, TransactionCase):
    """The day by trigger, category, item type and decision. Requirement F1."""

    def setUp(self):
        super().setUp()
        self.category = self.file.category_id.sudo()

    def policy(self, **values):
        return self.env[POLICY].create({"name": "Test", "years": 5, **values})

    def close(self, day):
        as_system(self.file.sudo()).closed_on = day

    def day(self):
        self.env.invalidate_all()
        return self.file.retention_date

    def test_by_trigger(self):
        self.category.retention_policy_id = self.policy(trigger="closing")
        self.assertFalse(self.day())
        self.close("2027-02-28")
        self.assertEqual(self.day(), date(2032, 2, 28))
        policy = self.policy(trigger="fixed", fixed_date="2030-01-31", years=0)
        self.category.retention_policy_id = policy
        self.assertEqual(self.day(), date(2030, 1, 31))
        policy.months = 1
        self.assertEqual(self.day(), date(2030, 2, 28))
        policy.is_permanent = True
        self.assertFalse(self.day())
        self.category.retention_policy_id = False
        self.assertFalse(self.day())

    def test_from_the_end_of_the_year(self):
        """As for accounting records: from the first day after the year."""
        policy = self.policy(trigger="closing", from_year_end=True)
        self.category.retention_policy_id = policy
        self.assertFalse(self.day())
        for closed, end in {
            "2027-01-01": date(2033, 1, 1),
            "2027-12-31": date(2033, 1, 1),
            "2028-01-01": date(2034, 1, 1),
            "2028-02-29": date(2034, 1, 1),
        }.items():
            with self.subTest(closed):
                self.close(closed)
                self.assertEqual(self.day(), end)
        policy.months = 2
        self.assertEqual(self.day(), date(2034, 3, 1))
        policy.from_year_end = False
        self.assertEqual(self.day(), date(2033, 4, 29))

    def test_leap_days(self):
        self.category.retention_policy_id = self.policy(trigger="closing", years=1)
        self.close("2028-02-29")
        self.assertEqual(self.day(), date(2029, 2, 28))
        self.category.retention_policy_id.years = 4
        self.assertEqual(self.day(), date(2032, 2, 29))

    def test_every_day_as_reckoned_by_hand(self):
        """The function of the database, against the same in Python."""
        policy = self.policy(trigger="closing", years=0, months=1)
        self.category.retention_policy_id = policy

        @property_case.QUIET
        @given(
            closed=st.dates(date(1990, 1, 1), date(2090, 12, 31)),
            months=st.integers(1, 600),
            from_year_end=st.booleans(),
        )
        def check(closed, months, from_year_end):
            values = {"years": months // 12, "months": months % 12}
            policy.write({**values, "from_year_end": from_year_end})
            self.close(closed)
            begin = date(closed.year + 1, 1, 1) if from_year_end else closed
            self.assertEqual(self.day(), begin + relativedelta(months=months))

        check()

    def test_shipped_policy_for_accounting(self):
        policy = self.env.ref("customer_archive.retention_accounting")
        self.assertTrue(policy.from_year_end)
        self.assertIn("annexed table", policy.legal_basis)
        self.category.retention_policy_id = policy
        self.close("2027-05-06")
        self.assertEqual(self.day(), date(2058, 1, 1))

    def test_without_business_the_closing_counts(self):
        self.category.retention_policy_id = self.policy()
        opened = self.file.opening_date
        self.assertEqual(self.day(), opened.replace(year=opened.year + 5))
        self.close("2027-04-05")
        self.assertEqual(self.day(), date(2032, 4, 5))

    def test_item_that_is_kept_longer_keeps_the_file(self):
        item = self.file.sudo().document_ids.filtered("is_received")[0]
        self.category.retention_policy_id = self.policy(trigger="closing")
        self.close("2027-02-28")
        item.type_id.sudo().retention_policy_id = self.policy(
            trigger="closing", years=30
        )
        self.assertEqual(self.day(), date(2057, 2, 28))
        item.type_id.sudo().retention_policy_id.years = 3
        self.assertEqual(self.day(), date(2032, 2, 28))
        item.type_id.sudo().retention_policy_id.is_permanent = True
        self.assertFalse(self.day())

    def test_only_papers_that_are_there_keep_it(self):
        archive = self.archive()
        archive.category_id.sudo().retention_policy_id = self.policy(
            trigger="fixed", fixed_date="2030-01-01", years=0
        )
        item = archive.document_ids.filtered(lambda item: not item.is_received)[0]
        item.type_id.sudo().retention_policy_id = self.policy(
            trigger="fixed", fixed_date="2040-01-01", years=0
        )
        self.assertEqual(archive.retention_date, date(2030, 1, 1))
        item.is_paper = True
        self.assertEqual(archive.retention_date, date(2040, 1, 1))
        item.is_paper = False
        self.assertEqual(archive.retention_date, date(2030, 1, 1))
        item.attachment_ids = [Command.create({"name": "a.txt", "raw": b"a"})]
        self.assertEqual(archive.retention_date, date(2040, 1, 1))

    def test_extended(self):
        self.category.retention_policy_id = self.policy(trigger="closing")
        self.close("2027-02-28")
        file = as_system(self.file.sudo())
        file.retention_extended_until = "2040-01-01"
        self.assertEqual(self.day(), date(2040, 1, 1))
        file.retention_extended_until = "2030-01-01"
        self.assertEqual(self.day(), date(2032, 2, 28))

    def test_nobody_writes_the_days(self):
        for name in (
            "retention_date",
            "last_business_date",
            "closed_on",
            "retention_extended_until",
        ):
            with self.assertRaises(UserError):
                self.file.write({name: "2030-01-01"})


@tagged("post_install", "-at_install")
class TestRetentionBlockers(RetentionCase, TransactionCase):
    """What is open is found when it is asked for, and nowhere stored.

    Requirements D6 and F2.
    """

    def test_invoices(self):
        for kind in ("out_invoice", "in_invoice", "out_refund"):
            with self.subTest(kind):
                invoice = self.invoice(kind=kind, post=False)
                self.assertEqual(self.kinds(), {"draft_invoice"})
                invoice.action_post()
                self.assertEqual(self.kinds(), {"invoice"})
                entry = self.pay(invoice, reconcile=False)
                self.assertEqual(self.kinds(), {"invoice", "entry"})
                self.reconcile(invoice, entry)
                self.assertEqual(self.kinds(), set())

    def test_invoice_taken_back(self):
        invoice = self.invoice()
        invoice.button_draft()
        self.assertEqual(self.kinds(), {"draft_invoice"})
        invoice.button_cancel()
        self.assertEqual(self.kinds(), set())

    def test_orders(self):
        order = self.order(confirm=False)
        self.assertEqual(self.kinds(), set())
        order.action_confirm()
        self.assertEqual(self.kinds(), {"sale"})
        order._create_invoices()
        self.assertEqual(self.kinds(), {"draft_invoice"})
        order.invoice_ids.unlink()
        self.assertEqual(self.kinds(), {"sale"})
        order._action_cancel()
        self.assertEqual(self.kinds(), set())

    def test_purchases(self):
        order = self.purchase(confirm=False)
        self.assertEqual(self.kinds(), set())
        order.button_confirm()
        self.assertEqual(self.kinds(), {"purchase"})
        order.button_cancel()
        self.assertEqual(self.kinds(), set())

    def test_payments(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.party.id,
                "amount": 5,
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.bank.id,
            }
        )
        self.assertEqual(self.kinds(), {"payment"})
        payment.action_cancel()
        self.assertEqual(self.kinds(), set())

    def test_contacts_count_and_others_do_not(self):
        self.order(self.party.child_ids[0])
        self.assertEqual(self.kinds(), {"sale"})
        other = self.archive(partner=self.partner("Other Ltd"))
        self.assertEqual(self.kinds(other), set())

    def test_destruction_is_blocked_in_the_same_transaction(self):
        """Posting blocks, reconciling releases; likewise orders and disputes."""
        file = self.file.sudo()
        file._check_erasable()
        invoice = self.invoice()
        with self.assertRaisesRegex(UserError, "Unpaid invoices"):
            file._check_erasable()
        self.pay(invoice)
        file._check_erasable()
        order = self.order()
        with self.assertRaisesRegex(UserError, "Open sales orders"):
            file._check_erasable()
        order._action_cancel()
        file._check_erasable()
        hold = self.by(self.file, "legal").action_hold("dispute", "Quality")
        with self.assertRaisesRegex(UserError, "On Hold"):
            file._check_erasable()
        self.by(hold, "management").action_lift("Settled")
        file._check_erasable()

    def test_named_to_those_who_may_read_them(self):
        invoice = self.invoice()
        self.users["management"].group_ids += self.env.ref(
            "account.group_account_invoice"
        )
        self.assertIn(invoice.name, self.by(self.file, "management").retention_blockers)
        told = self.by(self.file, "archivist").retention_blockers
        self.assertEqual(told, "Unpaid invoices and bills: 1")

    def test_many_are_counted(self):
        for _n in range(7):
            self.order()
        self.env.invalidate_all()
        told = self.file.with_user(self.env.ref("base.user_root")).retention_blockers
        self.assertIn("and 2 more", told)

    def test_one_query_for_a_batch(self):
        files = self.file.sudo()
        for n in range(5):
            archive = self.archive(partner=self.partner(f"Party {n}"))
            files += archive.sudo()
        self.order(files[1].partner_id)
        self.commit()
        files.fetch(["partner_id", "state"])
        with self.assertQueryCount(2):
            files._blockers()
