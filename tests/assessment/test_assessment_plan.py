import time
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools.assessment import assess

from .assessment_case import ASSESSMENT, NAME, AssessmentCase


@tagged("post_install", "-at_install")
class TestPlanned(AssessmentCase, TransactionCase):
    """Requirement E2: the next rating by risk."""

    def run_cron(self, day=None):
        day = day or self.today
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_assess").method_direct_trigger()
        self.env.invalidate_all()

    def test_first_ones_when_it_comes_on_record(self):
        """E2, A18: credit and risk are rated when a file is opened."""
        self.assertEqual(self.file.credit_next_date, self.today)
        self.assertEqual(self.file.risk_next_date, self.today)
        self.assertFalse(self.file.supplier_next_date)
        self.run_cron()
        kinds = self.file.sudo().assessment_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["credit", "risk"])
        self.assertFalse(self.file.credit_next_date)
        [credit] = self.file.sudo().assessment_ids.filtered(
            lambda each: each.kind == "credit"
        )
        self.assertEqual(credit.user_id, self.users["finance"])
        activity = credit._activities("mail_activity_assessment")
        self.assertEqual(activity.user_id, self.users["finance"])
        # Asked once, whatever runs again.
        self.run_cron()
        self.assertEqual(len(self.file.sudo().assessment_ids), 2)
        self.submitted_with(credit.with_user(self.users["finance"]), "B")
        self.assertFalse(credit._activities("mail_activity_assessment"))

    def test_next_by_risk(self):
        for grade, months in (("A", 24), ("C", 12), ("D", 6)):
            with self.subTest(grade):
                done = self.decided(self.begun(), grade)
                self.assertEqual(done.next_date, self.day(months))
                self.assertEqual(self.file.credit_next_date, self.day(months))
        self.decided(self.begun("risk"), "3")
        # The highest risk that is known of the party counts.
        done = self.decided(self.begun(), "A")
        self.assertEqual(done.next_date, self.day(6))
        self.company.archive_assess_months_high = 0
        done = self.decided(self.begun(), "A")
        self.assertFalse(done.next_date)

    def test_high_risk_brings_the_others_forward(self):
        """E2: at a high risk everything is looked at again within half a year."""
        self.decided(self.begun(), "A")
        self.assertEqual(self.file.credit_next_date, self.day(24))
        self.decided(self.begun("risk"), "2")
        self.assertEqual(self.file.credit_next_date, self.day(24))
        self.decided(self.begun("risk"), "3")
        self.assertEqual(self.file.credit_next_date, self.day(6))

    def test_the_side_changes(self):
        """E2: nothing is left that nobody can prepare; the new side is planned."""
        file = self.file.sudo()
        draft = self.submitted_with(self.begun(), "B")
        values = {"category_id": self.goods.id, "user_id": self.users["purchase"].id}
        as_system(file).write(values)
        self.assertFalse(draft.exists())
        self.assertFalse(file.credit_next_date)
        self.assertEqual(file.supplier_next_date, self.today)
        # What is planned all the same, such as by another side of its category.
        as_system(file).write({"credit_next_date": self.today})
        self.run_cron()
        kinds = file.assessment_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["risk", "supplier"])
        self.assertFalse(file.credit_next_date)

    def test_first_ones_by_any_period(self):
        self.company.archive_assess_months_middle = 0
        self.assertEqual(self.registered().credit_next_date, self.today)
        self.company.archive_assess_months_high = 0
        self.company.archive_assess_months_low = 0
        self.assertFalse(self.registered().credit_next_date)

    def test_first_ones_of_an_old_ledger(self):
        """E2: they are spread over a year, not all on the first morning."""
        files = self.registered() | self.registered()
        as_system(files.sudo()).write({"credit_next_date": False})
        files._plan_first_assessments(spread=True)
        for file in files:
            day = self.today + timedelta(days=file.id % 365)
            self.assertEqual(file.credit_next_date, day)
            # What is planned stays so once it is on record.
            as_system(file.sudo()).write({"state": "active"})
            self.assertEqual(file.credit_next_date, day)

    def test_another_of_finance(self):
        """E1: what a person of finance had to prepare goes to another of finance."""
        self.run_cron()
        [draft] = self.file.sudo().assessment_ids.filtered(
            lambda each: each.kind == "credit"
        )
        finance = self.users["finance"]
        other = finance.copy({"login": "t_finance_two", "name": "Test finance two"})
        finance.sudo().action_archive()
        activity = draft._activities("mail_activity_assessment")
        self.assertEqual((activity.user_id, draft.user_id), (other, other))
        other.sudo().action_archive()
        # Nobody is asked to do what is refused to that person.
        self.assertFalse(activity.user_id)

    def test_what_no_scheme_is_for_waits(self):
        self.env["customer.archive.assessment.scheme"].search([]).active = False
        self.run_cron()
        self.assertFalse(self.file.sudo().assessment_ids)
        self.assertEqual(self.file.credit_next_date, self.today + timedelta(days=30))

    def test_two_statements_whatever_the_number(self):
        """Of a batch: one for the figures, one for what they come to."""
        files = self.file | self.registered(partner=self.partner(NAME))
        model = self.env[ASSESSMENT].sudo()
        model.env["customer.archive.assessment.scheme"]._snapshots("risk")
        model._days()
        self.env.flush_all()
        counts = []
        for part in (files[:1], files):
            # What follows a new one in the cache is asked before.
            self.assertIsNotNone(part.sudo().assessment_ids)
            before = self.env.cr.sql_log_count
            model._reckon("risk", part.sudo())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts), 2)

    def test_speed(self):
        """Far more than 2,000 files a second beside the database's time."""
        scheme = self.env.ref("customer_archive.scheme_credit")._snapshot()
        figures = {"overdue_days": 4, "on_time_ratio": 80, "years": 2.5}
        started = time.process_time()
        for _turn in range(2000):
            assess(scheme, figures)
        self.assertLess(time.process_time() - started, 1)

    def test_registered_day_is_the_companys(self):
        """Half past midnight in Shanghai is another day than in London."""
        day = self.today + timedelta(days=1)
        with freeze_time(f"{self.today} 16:30:00"):
            self.assertEqual(self.registered().credit_next_date, day)
