"""Requirement G8: everybody who is bound acknowledges, once and for good."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import PASSWORD
from .regulations_case import (
    ACKNOWLEDGEMENT,
    DUE,
    LOG,
    MONDAY,
    VERSION,
    WHEN,
    RegulationsCase,
)

ASKED = "mail_activity_acknowledgement"
OVERDUE = "mail_activity_acknowledgement_overdue"


@tagged("post_install", "-at_install")
class TestAcknowledgement(RegulationsCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.regulation_id = self.published()
        self.sales = self.row(self.regulation_id, "sales")

    def test_asked(self):
        self.assertEqual(self.sales.state, "open")
        self.assertEqual((self.sales.asked_on, self.sales.due_date), (MONDAY, DUE))
        activity = self.sales._activities(ASKED)
        self.assertEqual(activity.user_id, self.users["sales"])
        self.assertEqual(activity.date_deadline, DUE)
        self.assertTrue(activity.archive_digest)
        with self.assertRaisesRegex(UserError, "represents a pending"):
            activity.with_user(self.users["sales"]).action_done()

    def test_the_time_is_the_companys(self):
        self.company.archive_acknowledge_days = 2
        self.next_version(self.regulation_id)
        self.run_cron("2027-04-01")
        row = self.row(self.regulation_id, "sales", "2.0")
        self.assertEqual(row.due_date, date(2027, 4, 5))

    def test_read_first(self):
        own = self.by(self.sales, "sales")
        with freeze_time(WHEN), self.assertRaisesRegex(UserError, "Open the text"):
            own.action_acknowledge()
        with freeze_time("2027-03-02 02:00:00"):
            self.read_text(self.sales)
            self.assertEqual(self.sales.opened_on, datetime(2027, 3, 2, 2))
            own.action_acknowledge()
        self.assertEqual(self.sales.state, "done")
        self.assertEqual(self.sales.acknowledged_on, datetime(2027, 3, 2, 2))
        self.assertEqual(self.sales.digest, self.sales.version_id.digest)
        self.assertFalse(self.sales._activities(ASKED))
        row = self.env[LOG].search([("event", "=", "acknowledge")], limit=1)
        self.assertEqual(
            (row.user_id, row.model, row.res_id, row.detail),
            (
                self.users["sales"],
                ACKNOWLEDGEMENT,
                self.sales.id,
                f"text {self.sales.digest}",
            ),
        )
        with freeze_time(WHEN), self.assertRaisesRegex(UserError, "already"):
            own.action_acknowledge()

    def test_for_oneself(self):
        with freeze_time(WHEN):
            for role in ("compliance", "legal", "auditor", "hr"):
                with self.subTest(role), self.assertRaisesRegex(AccessError, "himself"):
                    self.by(self.sales, role).action_acknowledge()
            with self.assertRaises(AccessError):
                self.by(self.sales, "purchase").action_acknowledge()

    def test_on_the_regulation(self):
        own = self.by(self.regulation_id, "sales")
        with freeze_time(WHEN):
            self.assertEqual((own.my_state, own.my_due_date), ("open", DUE))
            self.read_text(self.sales)
            own.action_acknowledge()
            own.invalidate_recordset()
            self.assertEqual((own.my_state, own.my_due_date), ("done", False))
            with self.assertRaisesRegex(UserError, "aren't asked"):
                self.by(self.regulation_id, "hr").action_acknowledge()

    def test_append_only(self):
        """Nobody makes, alters or deletes a row, the system and superuser included."""
        with freeze_time(WHEN):
            self.acknowledge(self.sales)
        other = self.row(self.regulation_id, "finance")
        values = {"version_id": other.version_id.id, "user_id": self.users["hr"].id}
        values |= {"asked_on": MONDAY, "due_date": DUE, "state": "done"}
        for role in ("sales", "compliance", "admin", "auditor", "hr"):
            own = self.by(self.sales, role)
            for call in (
                lambda own=own: own.write({"acknowledged_on": "2020-01-01"}),
                lambda own=own: own.write({"state": "open"}),
                own.unlink,
                own.copy,
                lambda own=own: own.create(values),
            ):
                with self.subTest(role), self.assertRaises(AccessError):
                    call()
        for call in (
            lambda: self.sales.sudo().write({"digest": "0"}),
            lambda: as_system(self.sales).write({"digest": "0"}),
            lambda: as_system(self.sales).unlink(),
            lambda: as_system(other).unlink(),
            lambda: other.sudo().write({"state": "done"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_who_sees_what(self):
        """One's own; one's department's and regulations'; all for who supervises."""
        rows = self.env[ACKNOWLEDGEMENT].search(
            [("regulation_id", "=", self.regulation_id.id)]
        )
        for role in ("legal", "compliance", "management", "auditor", "admin", "hr"):
            seen = self.by(self.env[ACKNOWLEDGEMENT], role).search([])
            self.assertEqual(seen & rows, rows, role)
        for role in ("sales", "reader"):
            seen = self.by(self.env[ACKNOWLEDGEMENT], role).search([])
            self.assertEqual(seen, self.row(self.regulation_id, role))
        with self.assertRaises(AccessError):
            self.by(self.env[ACKNOWLEDGEMENT], "employee").search([])
        # Everybody with a role reads what is in force, and how he stands himself.
        self.env.invalidate_all()
        for role in ("sales", "reader", "hr"):
            own = self.by(self.regulation_id, role)
            with freeze_time(WHEN):
                seen = own.version_id.number, own.can_follow, own.open_count > 0
            self.assertEqual(seen, ("1.0", role == "hr", role == "hr"))
        with self.assertRaises(AccessError):
            self.by(self.regulation_id, "employee").read(["name"])

    def test_a_new_version_asks_anew(self):
        with freeze_time(WHEN):
            self.acknowledge(self.sales)
        late = self.row(self.regulation_id, "finance")
        self.next_version(self.regulation_id)
        self.run_cron("2027-03-31")
        self.assertFalse(self.row(self.regulation_id, "sales", "2.0"))
        self.run_cron("2027-04-01")
        for role in ("sales", "finance"):
            row = self.row(self.regulation_id, role, "2.0")
            self.assertEqual((row.state, row.asked_on), ("open", date(2027, 4, 1)))
            self.assertEqual(self.told(row), [role])
        self.assertEqual((self.sales.state, late.state), ("done", "ended"))
        self.assertEqual(self.told(late), [])
        # What isn't in force any more isn't acknowledged.
        self.read_text(late)
        with (
            freeze_time("2027-04-01 03:00:00"),
            self.assertRaisesRegex(UserError, "isn't in force"),
        ):
            self.by(late, "finance").action_acknowledge()

    def test_replaced_before_the_job_ran(self):
        self.next_version(self.regulation_id)
        self.read_text(self.sales)
        with freeze_time("2027-04-01 01:00:00"):
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, "isn't in force"):
                self.by(self.sales, "sales").action_acknowledge()


@tagged("post_install", "-at_install")
class TestReminders(RegulationsCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.env["hr.employee"].create(
            {
                "name": "赵销售",
                "user_id": self.users["sales"].id,
                "department_id": self.departments["sales"].id,
            }
        )
        self.regulation_id = self.published()
        self.sales = self.row(self.regulation_id, "sales")
        self.reader = self.row(self.regulation_id, "reader")

    def others(self, row):
        """Return who was told that somebody else is late; of HR those of the test."""
        known = {*self.users.values()}
        told = row._activities(OVERDUE).user_id
        return sorted(each.login[2:] for each in told if each in known)

    def test_reminded_then_told(self):
        self.assertEqual(self.sales.department_id, self.departments["sales"])
        self.run_cron("2027-03-05")
        self.assertEqual((self.sales.level, self.others(self.sales)), (0, []))
        self.run_cron(DUE)
        self.assertEqual((self.sales.level, self.others(self.sales)), (1, []))
        activity = self.sales._activities(ASKED)
        self.assertEqual(activity.user_id, self.users["sales"])
        self.assertIn("is to be read", activity.summary)
        self.assertTrue(activity.archive_digest)
        self.run_cron(DUE)
        self.assertEqual(self.sales._activities(ASKED), activity)
        self.run_cron("2027-03-09")
        self.assertEqual((self.sales.level, self.sales.remind_date), (2, False))
        self.assertEqual(self.others(self.sales), ["head", "hr"])
        # Of who has no department, management is told.
        told = self.others(self.reader)
        self.assertIn("hr", told)
        self.assertIn("management", told)
        for _twice in range(2):
            self.run_cron("2027-03-20")
        self.assertEqual(self.others(self.sales), ["head", "hr"])
        self.assertEqual(self.told(self.sales), ["sales"])

    def test_in_time(self):
        with freeze_time(WHEN):
            self.acknowledge(self.sales)
        for day in (DUE, "2027-03-09", "2027-03-20"):
            self.run_cron(day)
        self.assertEqual((self.sales.level, self.others(self.sales)), (0, []))

    def test_late_but_done(self):
        self.run_cron(DUE)
        self.run_cron("2027-03-09")
        with freeze_time("2027-03-10 02:00:00"):
            self.acknowledge(self.sales)
        self.assertEqual((self.others(self.sales), self.told(self.sales)), ([], []))

    def test_a_job_that_stood_still(self):
        """Nobody's head is told before he was reminded himself."""
        self.run_cron("2027-03-20")
        self.assertEqual((self.sales.level, self.others(self.sales)), (1, []))
        self.assertEqual(self.sales.remind_date, date(2027, 3, 22))

    def test_the_head_himself(self):
        """A head who is late isn't told of himself."""
        head = self.row(self.regulation_id, "head")
        self.run_cron(DUE)
        self.run_cron("2027-03-09")
        self.assertNotIn("head", self.others(head))

    def test_the_notice_is_seen_to(self):
        self.run_cron(DUE)
        self.run_cron("2027-03-09")
        notice = self.sales._activities(OVERDUE).filtered(
            lambda each: each.user_id == self.users["hr"]
        )
        notice.with_user(self.users["hr"]).action_done()
        self.assertEqual(self.others(self.sales), ["head"])

    def test_another_head(self):
        """What a head was told as such goes to the next one."""
        self.run_cron(DUE)
        self.run_cron("2027-03-09")
        employee = self.env["hr.employee"].create(
            {"name": "新主管", "user_id": self.users["sales_other"].id}
        )
        self.assertEqual(self.others(self.sales), ["head", "hr"])
        self.departments["sales"].manager_id = employee
        self.assertEqual(self.others(self.sales), ["hr", "sales_other"])

    def test_only_the_system_runs_it(self):
        for role in ("compliance", "admin", "hr"):
            with self.assertRaises(AccessError):
                self.by(self.env[ACKNOWLEDGEMENT], role)._cron_acknowledgements()


@tagged("post_install", "-at_install")
class TestTextServed(RegulationsCase, HttpCase):
    """The text over HTTP: who is given it, and what that records."""

    def test_opening(self):
        regulation = self.published(begin=date(2026, 3, 2), day="2026-03-02 02:00:00")
        text = regulation.version_id.text_id
        self.env.flush_all()
        url = self.by(regulation, "sales").action_open_text()["url"]
        for role, status in (("sales", 200), ("hr", 200), ("employee", 404)):
            self.authenticate(f"t_{role}", PASSWORD)
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, status, role)
            self.assertEqual(answer.content[:5] == b"%PDF-", status == 200)
        self.authenticate(None, None)
        self.assertNotEqual(self.url_open(url).content[:5], b"%PDF-")
        self.env.invalidate_all()
        rows = self.env[LOG].search([("model", "=", VERSION), ("event", "=", "view")])
        users = {row.user_id for row in rows}
        self.assertEqual(users, {self.users["sales"], self.users["hr"]})
        self.assertEqual(set(rows.mapped("detail")), {f"attachment {text.id}"})
        row = self.row(regulation, "sales")
        self.assertTrue(row.opened_on)
        self.by(row, "sales").action_acknowledge()
        self.assertEqual(row.state, "done")

    def test_drafts_are_closed(self):
        version = self.version(self.regulation())
        self.env.flush_all()
        url = version.action_open_text()["url"]
        self.authenticate("t_sales", PASSWORD)
        self.assertEqual(self.url_open(url).status_code, 404)
