from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .register_case import RUN, SCHEDULE, RegisterCase

REGISTERS = "odoo.addons.customer_archive.models.registers"
MAIL = f"{REGISTERS}.customer_archive_register_run_mail"
RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
class TestRegisterSchedule(RegisterCase, TransactionCase):
    """Registers that people get regularly: on which days, what, and by which way.

    Requirement H9.
    """

    def setUp(self):
        super().setUp()
        self.archive(partner=self.partner("Own Ltd"))
        self.archive("sales_other", partner=self.partner("Others Ltd"))
        self.archive("purchase", partner=self.partner("Bought Ltd"))
        for role in ("sales", "auditor"):
            self.users[role].email = f"{role}@example.com"

    def schedule(self, *roles, **values):
        recipients = [self.users[role].id for role in roles or ("sales", "auditor")]
        return self.by(self.env[SCHEDULE], "admin").create(
            {
                "name": "Ledgers",
                "register_ids": self.register("summary").ids,
                "recipient_ids": recipients,
                "next_date": "2026-03-02",
                **values,
            }
        )

    def on(self, day, hour=3):
        """Let the scheduled action run; return the runs that it started."""
        before = self.env[RUN].search([])
        with freeze_time(f"{day} {hour:02}:00:00"):
            self.work("register_schedule")
        return self.env[RUN].search([]) - before

    # On which days

    def test_days(self):
        days = {
            "day": ("2026-03-02", ["2026-03-03", "2026-03-04"]),
            "week": ("2026-03-02", ["2026-03-09", "2026-03-16"]),
            "month": ("2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]),
            "quarter": ("2026-03-31", ["2026-06-30", "2026-09-30", "2026-12-31"]),
            "year": ("2028-02-29", ["2029-02-28", "2030-02-28"]),
        }
        for interval, (first, following) in days.items():
            with self.subTest(interval):
                schedule = self.schedule("sales", interval=interval, next_date=first)
                for day, then in zip([first, *following], following, strict=False):
                    self.assertEqual(len(self.on(day)), 1)
                    self.assertEqual(schedule.next_date, date.fromisoformat(then))
                    self.assertEqual(schedule.last_date, date.fromisoformat(day))
                    self.assertFalse(self.on(day, 5))
                schedule.active = False

    def test_day_of_the_company(self):
        self.schedule("sales")
        self.assertFalse(self.on("2026-03-01", 15))
        # It is the second of March in Shanghai.
        self.assertTrue(self.on("2026-03-01", 16))

    def test_server_that_slept_for_weeks(self):
        schedule = self.schedule("sales", interval="week")
        self.assertEqual(len(self.on("2026-04-10")), 1)
        self.assertEqual(schedule.next_date, date(2026, 4, 13))
        self.assertFalse(self.on("2026-04-12"))

    def test_another_day_is_counted_from(self):
        schedule = self.schedule("sales", interval="month", next_date="2026-01-31")
        schedule.next_date = date(2026, 3, 10)
        self.on("2026-03-10")
        self.assertEqual(schedule.next_date, date(2026, 4, 10))

    def test_inactive(self):
        self.schedule("sales").active = False
        self.assertFalse(self.on("2026-03-02"))

    def test_broken_one_keeps_none_waiting(self):
        broken, other = self.schedule("sales"), self.schedule("auditor")
        model = type(self.env[SCHEDULE])
        real = model._send

        def send(schedules):
            if broken in schedules:
                raise ValueError("broken")
            return real(schedules)

        logger = "odoo.addons.customer_archive.models.common.customer_archive_due"
        with patch.object(model, "_send", send), mute_logger(logger):
            runs = self.on("2026-03-02")
        self.assertEqual(runs.user_id, self.users["auditor"])
        self.assertEqual(other.next_date, date(2026, 4, 2))
        self.assertEqual(broken.next_date, date(2026, 3, 3))

    # What, and for whom

    def test_each_gets_what_he_may_see(self):
        schedule = self.schedule(
            department_ids=self.departments["sales"].ids, per_department=True
        )
        runs = self.on("2026-03-02")
        self.assertEqual(runs.sudo().schedule_id, schedule)
        with self.told() as told:
            self.work()
        self.assertEqual(sorted(login for login, _said in told), ["auditor", "sales"])
        seen = {}
        for run in runs:
            books = self.books(self.content(run))
            self.assertEqual(list(books), ["Test Sales.xlsx"])
            [texts] = self.texts(books["Test Sales.xlsx"]).values()
            seen[run.user_id.login] = {"Own Ltd", "Others Ltd", "Bought Ltd"} & {*texts}
        self.assertEqual(
            seen, {"t_sales": {"Own Ltd"}, "t_auditor": {"Own Ltd", "Others Ltd"}}
        )
        self.assertFalse(self.env["mail.mail"].search([("model", "=", RUN)]))

    def test_who_has_no_role_any_more(self):
        schedule = self.schedule()
        self.users["auditor"].group_ids = [(6, 0, self.env.ref("base.group_user").ids)]
        self.assertEqual(self.on("2026-03-02").user_id, self.users["sales"])
        self.users["sales"].active = False
        # Nobody else was to have them, so they go to who answers for the files.
        self.assertEqual(schedule.recipient_ids, self.users["management"])
        self.users["management"].active = False
        with self.assertRaisesRegex(UserError, "choose others"):
            schedule.action_run_now()
        self.assertFalse(self.on("2026-04-02"))

    def test_recipients_need_a_role(self):
        for role in ("employee", "portal"):
            with self.assertRaisesRegex(ValidationError, f"Test {role}: give them"):
                self.schedule("sales", role)
        for values in ({"recipient_ids": []}, {"register_ids": []}):
            with self.assertRaisesRegex(ValidationError, "Choose at least one"):
                self.schedule("sales", **values)

    def test_run_now(self):
        schedule = self.schedule()
        action = schedule.action_run_now()
        self.assertIn("2 exports", action["params"]["message"])
        runs = self.env[RUN].search([("schedule_id", "=", schedule.id)])
        self.assertEqual(len(runs), 2)
        self.assertEqual(schedule.next_date, date(2026, 3, 2))
        self.work()
        self.assertEqual(set(runs.mapped("state")), {"done"})

    def test_administrators_alone(self):
        schedule = self.schedule()
        for role, user in self.users.items():
            if role == "admin":
                continue
            as_role = schedule.with_user(user)
            with self.subTest(role), mute_logger(RULES, ACCESS):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(as_role.has_access(operation))
                with self.assertRaises(AccessError):
                    as_role.action_run_now()
        for values in ({"anchor_date": "2026-01-01"}, {"last_date": "2026-01-01"}):
            with self.assertRaises(AccessError):
                schedule.write(values)
        # The administrator doesn't get what the recipients see.
        run = self.by(self.on("2026-03-02"), "admin")
        self.assertFalse(run[:1].has_access("read"))

    def test_changes_are_recorded(self):
        schedule = self.schedule("sales")
        schedule.interval = "day"
        self.on("2026-03-02")
        domain = [("model", "=", SCHEDULE), ("event", "=", "configuration")]
        rows = self.env["customer.archive.log"].search(domain, order="id")
        self.assertEqual(rows.mapped("detail"), ["create", "write interval"])
        self.assertEqual(rows.user_id, self.users["admin"])

    # By e-mail

    def mails(self):
        return self.env["mail.mail"].search([("model", "=", RUN)])

    def mailed(self, *roles):
        self.company.archive_register_mailing = True
        schedule = self.schedule(*roles, delivery="mailed")
        runs = self.on("2026-03-02")
        return schedule, runs

    def test_mailing_is_off(self):
        with self.assertRaisesRegex(
            ValidationError, "doesn't allow registers to be e-mailed"
        ):
            self.schedule(delivery="mailed")
        _schedule, runs = self.mailed("sales")
        self.company.archive_register_mailing = False
        self.work()
        self.assertEqual(runs.state, "done")
        self.assertFalse(self.mails())

    def test_mailed(self):
        _schedule, runs = self.mailed()
        self.work()
        mails = self.mails()
        self.assertEqual(len(mails), 2)
        for run in runs:
            mail = mails.filtered(lambda each, run=run: each.res_id == run.id)
            self.assertEqual(mail.recipient_ids, run.user_id.partner_id)
            self.assertEqual(mail.attachment_ids, run.attachment_id)
            self.assertTrue(mail.auto_delete)
            self.assertIn("Supplier/customer summary", mail.subject)
            self.assertIn(f"action_customer_archive_register_run/{run.id}", mail.body)
            self.assertNotIn("too large", mail.body)
            role = run.user_id.login[2:]
            self.assertEqual(self.exported(role, RUN), ["mailed workbook"])

    def test_too_large_for_a_mail(self):
        _schedule, runs = self.mailed("sales")
        with patch(f"{MAIL}.MAIL_LIMIT", 100):
            self.work()
        mail = self.mails()
        self.assertFalse(mail.attachment_ids)
        self.assertIn(f"action_customer_archive_register_run/{runs.id}", mail.body)
        self.assertIn("too large", mail.body)
        self.assertEqual(self.exported("sales", RUN), ["mailed link"])

    def test_without_an_address(self):
        self.users["sales"].email = False
        _schedule, runs = self.mailed("sales")
        self.work()
        self.assertFalse(self.mails())
        self.assertEqual(runs.state, "done")
        self.assertIn("no e-mail address", runs.message)
