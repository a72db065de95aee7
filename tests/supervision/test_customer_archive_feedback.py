"""Feedback of staff: handed in, answered, improved; requirement G3."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .supervision_case import FEEDBACK, SupervisionCase

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestFeedback(SupervisionCase, TransactionCase):
    """Requirement G3."""

    def improved(self, row, **values):
        own = self.by(row, "archivist")
        own.write(
            {
                "answer": "采纳，下月实行",
                "decision": "improve",
                "improvement": "张贴二维码并培训",
                "improvement_user_id": self.users["clerk"].id,
                "improvement_deadline": "2099-01-01",
                **values,
            }
        )
        own.action_answer_feedback()
        return own

    def test_whole(self):
        """CD-30, CD-31, RI-13: by somebody without any role, to the improvement."""
        row = self.feedback("employee")
        self.assertRegex(row.name, r"^FK-\d{4}-\d{4}$")
        self.assertEqual(row.author, "Test employee")
        self.assertIn(self.users["archivist"], self.work(row, "feedback"))
        due = self.company._archive_working_day(5)
        self.assertEqual(row.due_date, due)
        own = self.by(row, "archivist")
        with self.assertRaisesRegex(UserError, "write the answer first"):
            own.action_answer_feedback()
        self.improved(row)
        self.assertEqual(self.work(row, "improvement"), self.users["clerk"])
        self.assertEqual(self.work(row, "feedback_answered"), self.users["employee"])
        self.assertEqual(row.answer, "采纳，下月实行")
        clerk = self.by(row, "clerk")
        with self.assertRaisesRegex(UserError, "enter what came of it"):
            clerk.action_improved()
        clerk.improvement_result = "已张贴，签收更快"
        clerk.action_improved()
        self.assertEqual(row.state, "closed")
        steps = ["handed in", "answered", "settled"]
        self.assertEqual(self.recorded(row), steps)

    @mute_logger(*QUIET)
    def test_unnamed(self):
        """Nobody but compliance and management learns who, by whatever way."""
        row = self.feedback("sales", is_anonymous=True)
        for role, named in (
            ("sales", True),
            ("compliance", True),
            ("management", True),
            ("archivist", False),
            ("auditor", False),
        ):
            own = self.by(row, role)
            own.invalidate_recordset()
            with self.subTest(role):
                author = own.read(["author"])[0]["author"]
                self.assertEqual(author == "Test sales", named)
        archivist = self.by(row, "archivist")
        name = self.users["sales"].name
        with self.assertRaises(AccessError):
            archivist.read(["user_id"])
        with self.assertRaises(AccessError):
            archivist.search([("user_id.name", "=", name)])
        with self.assertRaises(AccessError):
            archivist.formatted_read_group([], ["user_id"], ["__count"])
        columns = archivist.read(["create_uid", "write_uid"])[0]
        self.assertNotIn(name, str(columns))
        self.assertFalse(archivist.search([("create_uid", "=", row.env.uid)]))
        # What follows is written at the end, by who then writes.
        row.env.flush_all()
        self.env.invalidate_all()
        activities = row.sudo().activity_ids
        self.assertTrue(activities)
        people = activities.create_uid | activities.write_uid
        self.assertNotIn(self.users["sales"], people)
        self.assertNotIn("message_follower_ids", row._fields)
        log = self.env["customer.archive.log"].sudo()
        rows = log.search([("model", "=", FEEDBACK), ("res_id", "=", row.id)])
        self.assertTrue(rows)
        self.assertNotIn(self.users["sales"], rows.mapped("user_id"))
        # Answered, nobody is told: it would say who it was.
        archivist.answer = "谢谢"
        archivist.action_answer_feedback()
        self.assertFalse(self.work(row, "feedback_answered"))
        self.assertEqual(row.answer, "谢谢")

    def test_who_reads(self):
        row = self.feedback("employee")
        other = self.feedback("reader")
        for role in ("archivist", "compliance", "management", "auditor"):
            self.assertTrue(self.by(row, role).read(["subject"]))
        for role in ("reader", "sales", "clerk", "admin", "finance"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(row, role).read(["subject"])
        mine = [("is_mine", "=", True)]
        self.assertEqual(self.by(row, "employee").search(mine), row)
        self.assertEqual(self.by(row, "archivist").search(mine), row.browse())
        self.assertEqual(self.by(other, "reader").search([]), other)

    def test_who_writes_what(self):
        row = self.feedback("employee")
        for values in ({"answer": "x"}, {"subject": "x"}, {"state": "closed"}):
            with self.subTest(values), self.assertRaises(AccessError):
                row.write(values)
        for role in ("management", "auditor", "clerk"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(row, role).answer = "x"
        own = self.by(row, "archivist")
        for values in ({"subject": "x"}, {"description": "x"}, {"is_anonymous": True}):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
        with self.assertRaises(AccessError):
            self.feedback("auditor")
        with self.assertRaises(AccessError):
            self.feedback("employee", user_id=self.users["sales"].id)
        with self.assertRaises(AccessError):
            self.feedback("employee", name="FK-1")
        other = self.env["res.company"].create({"name": "外单位"})
        with self.assertRaises(AccessError):
            self.feedback("employee", company_id=other.id)
        self.improved(row)
        with self.assertRaises(AccessError):
            own.answer = "x"
        with self.assertRaises(UserError):
            own.sudo().unlink()

    def test_improvements_are_complete(self):
        row = self.feedback()
        with self.assertRaisesRegex(ValidationError, "by whom and by when"):
            self.improved(row, improvement_user_id=False)
        with self.assertRaisesRegex(ValidationError, "by whom and by when"):
            self.improved(row, improvement=" ")

    def test_reminders(self):
        with freeze_time("2027-03-01 03:00:00"):
            row = self.feedback()
        told = {}
        for offset in range(20):
            day = date(2027, 3, 1) + timedelta(days=offset)
            before = row.sudo().activity_ids
            with freeze_time(f"{day} 03:00:00"):
                self.run_cron("feedback")
            new = row.sudo().activity_ids - before
            if new:
                told[day.day] = new.user_id.mapped("login")
        self.assertEqual(list(told), [8, 10])
        self.assertIn("t_archivist", told[8])
        self.assertIn("t_management", told[10])
        with freeze_time("2027-03-20 03:00:00"):
            row.invalidate_recordset()
            self.assertTrue(row.is_overdue)

    def test_summary(self):
        """CD-31: by quarter, how many of each kind, answered and improved."""
        with freeze_time("2027-02-01 03:00:00"):
            first = self.feedback(kind="problem")
        with freeze_time("2027-04-01 03:00:00"):
            second = self.feedback(subject="二维码")
            third = self.feedback(kind="praise")
            own = self.improved(second)
            own.improvement_result = "已贴"
            own.action_improved()
        self.assertEqual(first.quarter, "2027 Q1")
        rows = self.by(first + second + third, "management")
        parts = rows._by_quarter()
        self.assertEqual([part["quarter"] for part in parts], ["2027 Q1", "2027 Q2"])
        suggestion = parts[1]["counts"][0]
        counts = {name: suggestion[name] for name in suggestion if name != "kind"}
        expected = {"all": 1, "answered": 1, "late": 0, "improvements": 1}
        self.assertEqual(counts, {**expected, "improved": 1})
        made = self.by(self.env["ir.actions.report"], "management")
        report = "customer_archive.report_feedback"
        html, _kind = made._render_qweb_html(report, rows.ids)
        for said in ("2027 Q1", "2027 Q2", "二维码", "已贴"):
            self.assertIn(said, html.decode())
