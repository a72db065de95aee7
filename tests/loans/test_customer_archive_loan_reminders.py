from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .loan_case import LoanCase

REMINDER = "odoo.addons.customer_archive.models.common.customer_archive_due"
MONDAY = date(2027, 3, 1)
KINDS = ("mail_activity_loan", "mail_activity_loan_overdue")


@tagged("post_install", "-at_install")
class TestLoanReminders(LoanCase, TransactionCase):
    """Due dates, reminders and extensions, by the company's calendar.

    Requirement C3.
    """

    def setUp(self):
        super().setUp()
        calendar = self.company.resource_calendar_id
        # Friday the 5th: a public holiday.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2027-03-04 16:00:00",
                "date_to": "2027-03-05 15:59:59",
            }
        )
        self.department = self.employee("sales_other", "purchase_head")
        with freeze_time(f"{MONDAY} 02:00:00"):
            self.loan = self.lent()

    def run_cron(self, day, hour=3):
        with freeze_time(f"{day} {hour:02}:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_loan").method_direct_trigger()
        self.env.invalidate_all()

    def walk(self, first, days, loan=None):
        """Run the cron twice a day; return what was new, by day of the month."""
        loan, found = loan or self.loan, {}
        seen = self.activities(loan)
        for offset in range(days):
            day = first + timedelta(days=offset)
            self.run_cron(day)
            self.run_cron(day, 9)
            new = self.activities(loan) - seen
            if new:
                kind = new.activity_type_id.get_external_id().values()
                found[day.day] = (
                    sorted(login[2:] for login in new.user_id.mapped("login")),
                    *{name.removeprefix("customer_archive.mail_") for name in kind},
                )
                self.assertEqual(len(new), len(new.user_id))
            seen |= new
        return found

    def activities(self, loan):
        return loan.sudo()._activities(*KINDS)

    def test_due_date_and_reminders_by_working_days(self):
        self.assertEqual(self.loan.due_date, date(2027, 3, 9))
        self.assertEqual(
            self.walk(MONDAY, 18),
            {
                8: (["sales_other"], "activity_loan"),
                10: (["archivist", "sales_other"], "activity_loan_overdue"),
                12: (["purchase_head"], "activity_loan_overdue"),
                16: (["management"], "activity_loan_overdue"),
            },
        )
        # Five working days after management was told it is an incident.
        self.assertEqual(self.loan.reminder_date, date(2027, 3, 23))
        told = self.loan.sudo().message_ids.notified_partner_ids
        self.assertIn(self.users["purchase_head"].partner_id, told)
        with freeze_time("2027-03-31 02:00:00"):
            self.loan.action_bring_back()
            self.give_back(self.loan)
        self.assertFalse(self.activities(self.loan))
        self.assertEqual(self.walk(date(2027, 4, 1), 10), {})

    def test_reminders_begin_when_it_is_morning_where_the_company_is(self):
        self.run_cron("2027-03-07", 15)
        self.assertFalse(self.activities(self.loan))
        self.run_cron("2027-03-07", 16)
        self.assertEqual(self.logins(self.loan, "loan"), ["sales_other"])

    def test_head_of_the_file_if_the_borrower_has_none(self):
        with freeze_time(f"{MONDAY} 02:00:00"):
            loan = self.lent("finance", type_ids=[(6, 0, self.kinds[2:3].ids)])
        found = self.walk(date(2027, 3, 8), 6, loan)
        self.assertEqual(found[12], (["head"], "activity_loan_overdue"))

    def test_management_at_once_if_there_is_no_head(self):
        self.department.manager_id = False
        self.departments["sales"].manager_id = False
        found = self.walk(MONDAY, 18)
        self.assertEqual(found[12], (["management"], "activity_loan_overdue"))
        self.assertNotIn(16, found)

    def test_late_runs_leave_everybody_their_days(self):
        """A cron that stood still doesn't send everything at once."""
        self.assertEqual(
            self.walk(date(2027, 3, 18), 12),
            {
                18: (["archivist", "sales_other"], "activity_loan_overdue"),
                22: (["purchase_head"], "activity_loan_overdue"),
                24: (["management"], "activity_loan_overdue"),
            },
        )

    def test_returned_in_time_nobody_is_reminded(self):
        with freeze_time("2027-03-03 02:00:00"):
            self.loan.action_bring_back()
            self.give_back(self.loan)
        self.assertEqual(self.walk(date(2027, 3, 3), 15), {})

    def test_reported_lost_nobody_is_reminded(self):
        self.run_cron("2027-03-10")
        self.assertTrue(self.activities(self.loan))
        with freeze_time("2027-03-11 02:00:00"):
            self.loan.action_report_lost(self.loan.line_ids.ids, "Burnt")
        self.assertEqual(self.loan.state, "returned")
        self.assertFalse(self.activities(self.loan))
        self.assertEqual(self.logins(self.loan, "loan_lost"), ["management"])

    def test_one_broken_loan_does_not_stop_the_others(self):
        with freeze_time(f"{MONDAY} 02:00:00"):
            other = self.lent("finance", type_ids=[(6, 0, self.kinds[2:3].ids)])
        real = type(other)._remind_borrower

        def broken(loan):
            if loan == self.loan:
                raise ValueError("broken")
            return real(loan)

        with (
            patch.object(type(other), "_remind_borrower", broken),
            mute_logger(REMINDER),
        ):
            self.run_cron("2027-03-08")
        self.assertFalse(self.activities(self.loan))
        self.assertEqual(self.logins(other, "loan"), ["finance"])
        self.run_cron("2027-03-09")
        self.assertEqual(self.logins(self.loan, "loan"), ["sales_other"])

    def test_nothing_is_handed_out_once_it_is_over(self):
        with freeze_time(f"{MONDAY} 02:00:00"):
            loan = self.approved_loan(type_ids=[(6, 0, self.kinds[2:4].ids)])
            first, second = loan.line_ids
            self.by(loan, "archivist").action_hand_out(first.ids)
            loan.action_confirm_receipt(first.ids)
        with freeze_time("2027-03-10 02:00:00"):
            self.assertTrue(loan.is_overdue)
            self.assertIn(loan, loan.search([("is_overdue", "=", True)]))
            self.assertIn(first, first.search([("is_overdue", "=", True)]))
            with self.assertRaisesRegex(UserError, "has ended: nothing more"):
                self.by(loan, "archivist").action_hand_out(second.ids)

    # Extensions

    def extend(self, role="sales_other", **values):
        model = self.env["customer.archive.loan.extension"]
        return model.with_user(self.users[role]).create(
            {
                "loan_id": self.loan.id,
                "purpose": "The notary needs longer",
                "days": 3,
                **values,
            }
        )

    @freeze_time("2027-03-08 04:00:00")
    def test_extension_moves_the_due_date_and_reminders_begin_anew(self):
        self.run_cron("2027-03-08")
        self.assertEqual(self.logins(self.loan, "loan"), ["sales_other"])
        extension = self.extend()
        self.assertEqual(extension.name, f"{self.loan.name}+1")
        extension.action_submit()
        self.assertEqual(extension.approver_ids, self.users["management"])
        with self.assertRaises(AccessError):
            self.by(extension, "head").action_approve()
        self.by(extension, "management").action_reject("Why?")
        extension.purpose = "The notary is ill"
        extension.action_submit()
        self.by(extension, "management").action_approve()
        self.assertEqual(extension.old_due_date, date(2027, 3, 9))
        self.assertEqual(self.loan.due_date, date(2027, 3, 12))
        self.assertEqual(self.loan.line_ids[0].due_date, date(2027, 3, 12))
        self.assertFalse(self.activities(self.loan))
        found = self.walk(date(2027, 3, 9), 7)
        self.assertEqual(
            found,
            {
                11: (["sales_other"], "activity_loan"),
                15: (["archivist", "sales_other"], "activity_loan_overdue"),
            },
        )

    def test_extension_of_an_overdue_loan_counts_from_today(self):
        with freeze_time("2027-03-15 02:00:00"):
            extension = self.extend()
            extension.action_submit()
            self.by(extension, "management").action_approve()
        self.assertEqual(self.loan.due_date, date(2027, 3, 18))

    @freeze_time("2027-03-02 02:00:00")
    def test_who_may_extend_what(self):
        for role in ("sales", "archivist", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.extend(role)
        with self.assertRaises(AccessError):
            self.extend("finance")
        with self.assertRaisesRegex(UserError, "between 1 and 30 working days"):
            self.extend(days=31).action_submit()
        extension = self.extend()
        with self.assertRaisesRegex(UserError, "already been requested"):
            self.extend()
        with self.assertRaisesRegex(UserError, "can't be moved to another loan"):
            extension.loan_id = self.loan
        for values in ({"due_date": "2030-01-01"}, {"state": "approved"}):
            with self.assertRaises(AccessError):
                extension.write(values)
        extension.action_submit()
        with self.assertRaisesRegex(UserError, "already been requested"):
            self.extend()
        self.by(extension, "management").action_approve()
        self.env.flush_all()
        second = self.extend()
        self.assertEqual(second.name, f"{self.loan.name}+2")

    @freeze_time("2027-03-02 02:00:00")
    def test_extension_ends_with_the_loan(self):
        extension = self.extend()
        extension.action_submit()
        self.loan.action_bring_back()
        self.give_back(self.loan)
        self.assertEqual(extension.state, "draft")
        with self.assertRaisesRegex(UserError, "isn't under review"):
            self.by(extension, "management").action_approve()
        with self.assertRaisesRegex(UserError, "isn't on loan"):
            extension.action_submit()
        with self.assertRaisesRegex(UserError, "isn't on loan"):
            extension.sudo()._approval_completed()
