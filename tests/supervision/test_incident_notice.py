"""Notices of a leak, and the time that runs for them; requirement G2, RR-15."""

from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .supervision_case import INCIDENT, SupervisionCase


@tagged("post_install", "-at_install")
class TestNotice(SupervisionCase, TransactionCase):
    """Requirement G2: PIPL article 57, and the hours that the company says."""

    def leak(self, **values):
        values = {"kind": "leak", "has_personal_data": True, **values}
        return self.incident(**values)

    def test_time_runs(self):
        leak = self.leak()
        self.assertEqual(leak.authority_due, leak.found_on + timedelta(hours=4))
        self.assertEqual(leak.persons_due, leak.found_on + timedelta(hours=24))
        asked = self.work(leak, "notice")
        self.assertIn(self.users["compliance"], asked)
        self.assertIn(self.users["legal"], asked)
        self.company.sudo().archive_notice_hours = 1
        earlier = leak.found_on - timedelta(hours=2)
        leak.found_on = earlier
        self.assertEqual(leak.authority_due, earlier + timedelta(hours=1))
        self.assertTrue(leak.is_notice_late)
        self.assertIn(leak, leak.search([("is_notice_late", "=", True)]))
        leak.has_personal_data = False
        self.assertFalse(leak.authority_due or leak.persons_due or leak.notice_at)
        self.assertFalse(self.work(leak, "notice"))

    def test_no_notice(self):
        for values in ({"kind": "late"}, {"has_personal_data": False}):
            leak = self.leak(**values)
            self.assertFalse(leak.authority_due)
            with self.assertRaisesRegex(UserError, "no such notice"):
                leak.action_notify_authority()

    def test_given_and_fixed(self):
        leak = self.leak()
        with self.assertRaisesRegex(UserError, "Enter first: Authority"):
            leak.action_notify_authority()
        leak.write({"authority": "省网信办 12387", "authority_text": "三人手机号误发"})
        leak.action_notify_authority()
        self.assertTrue(leak.authority_on)
        with self.assertRaises(AccessError):
            leak.authority_text = "改"
        with self.assertRaises(AccessError):
            leak.has_personal_data = False
        with self.assertRaisesRegex(UserError, "no such notice"):
            leak.action_notify_authority()
        # While it is decided the time runs on.
        leak.action_submit()
        with self.assertRaisesRegex(UserError, "Enter first: Notice to the Persons"):
            leak.action_notify_persons()
        leak.persons_text = "泄露了您的手机号；请留意陌生来电；联系人周合规"
        leak.action_notify_persons()
        self.assertFalse(leak.notice_at)
        self.assertFalse(self.work(leak, "notice"))
        self.assertIn("notified persons", self.recorded(leak))

    def test_not_turned_back(self):
        """By nobody once a notice is given or it is no draft; nor by who reports."""
        leak = self.by(self.env[INCIDENT], "sales").create(
            {"kind": "leak", "facts": "名单外发"}
        )
        own = self.by(leak, "compliance")
        reports = self.by(self.env[INCIDENT], "sales").with_context(
            default_authority_on="2026-01-01 00:00:00", default_authority="省网信办"
        )
        with self.assertRaises(AccessError):
            reports.create({"kind": "leak", "facts": "名单外发"})
        leak.found_on = leak.found_on - timedelta(hours=1)
        own.has_personal_data = True
        for values in ({"found_on": fields.Datetime.now()}, {"kind": "other"}):
            with self.subTest(values), self.assertRaises(AccessError):
                leak.write(values)
        own.write({"authority": "省网信办", "authority_text": "见附页"})
        own.action_notify_authority()
        for values in ({"found_on": fields.Datetime.now()}, {"kind": "other"}):
            with self.subTest(values), self.assertRaises(AccessError):
                own.write(values)
        other = self.leak(has_personal_data=False)
        other.action_submit()
        other.has_personal_data = True
        with self.assertRaises(AccessError):
            other.has_personal_data = False

    def test_no_personal_data_after_all(self):
        """A mark set by mistake is taken off by two persons, and for a reason."""
        leak = self.leak(person=None)
        with self.assertRaisesRegex(UserError, "isn't possible"):
            leak.action_unmark()
        leak.action_submit()
        self.by(leak, "legal").action_approve("同意")
        self.by(leak, "management").action_approve("同意")
        with self.assertRaisesRegex(UserError, "Enter first why"):
            leak.action_unmark()
        leak.unmark_reason = "泄露的只是废钢报价，没有联系人"
        with self.assertRaisesRegex(UserError, "Nobody says at present"):
            self.by(leak, "legal").action_confirm_unmark()
        for role in ("sales", "clerk", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(leak, role).action_unmark()
        leak.action_unmark()
        self.assertTrue(leak.has_personal_data and leak.authority_due)
        self.assertEqual(self.work(leak, "incident_report"), self.users["management"])
        # Neither by who said so, nor with other words than were confirmed.
        self.assertFalse(leak.can_confirm_unmark)
        for role in ("compliance", "sales", "clerk", "admin"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(leak, role).action_confirm_unmark()
        self.assertTrue(self.refusals(INCIDENT, "incident"))
        leak.unmark_reason = "泄露的只是废钢报价，已逐行核对"
        self.assertFalse(leak.unmarked_by_id)
        leak.action_unmark()
        own = self.by(leak, "management")
        self.assertTrue(own.can_confirm_unmark)
        own.action_confirm_unmark()
        self.assertFalse(leak.has_personal_data or leak.authority_due or leak.notice_at)
        self.assertFalse(self.work(leak, "notice") | self.work(leak, "incident_report"))
        self.assertEqual(leak.unmarked_by_id, self.users["compliance"])
        steps = ("no personal data proposed", "no personal data")
        for step in steps:
            self.assertIn(step, self.recorded(leak))
        with self.assertRaises(AccessError):
            leak.unmark_reason = "x"
        report = self.by(self.env["ir.actions.report"], "management")
        html, _kind = report._render_qweb_html(
            "customer_archive.report_incident", leak.ids
        )
        self.assertIn("已逐行核对", html.decode())
        leak.outcome = "无需通知"
        leak.action_close()
        self.assertEqual(leak.state, "closed")

    def test_notices_that_were_given_stay(self):
        leak = self.leak(person=None)
        leak.write({"authority": "省网信办", "authority_text": "见附页"})
        leak.action_notify_authority()
        leak.persons_exempt = "未扩散"
        leak.action_notify_persons()
        leak.action_submit()
        leak.unmark_reason = "误标"
        with self.assertRaisesRegex(UserError, "no notice is left"):
            leak.action_unmark()

    def test_late_while_it_is_open(self):
        """The list and the search say the same, also of what was given late."""
        leak = self.leak()
        leak.found_on = leak.found_on - timedelta(hours=5)
        late = [("is_notice_late", "=", True)]
        self.assertTrue(leak.is_notice_late)
        self.assertIn(leak, leak.search(late))
        leak.write({"authority": "省网信办", "authority_text": "见附页"})
        leak.action_notify_authority()
        self.assertFalse(leak.is_notice_late)
        self.assertNotIn(leak, leak.search(late))

    def test_not_ended_without(self):
        leak = self.leak(person=None)
        leak.action_submit()
        self.by(leak, "legal").action_approve("同意")
        self.by(leak, "management").action_approve("同意")
        leak.outcome = "已删除"
        with self.assertRaisesRegex(UserError, "Notices that the law asks for"):
            leak.action_close()
        leak.write({"authority": "省网信办", "authority_text": "见附页"})
        leak.action_notify_authority()
        leak.persons_exempt = "对方半小时内删除并书面确认，未扩散"
        leak.action_notify_persons()
        leak.action_close()
        self.assertEqual(leak.state, "closed")

    def test_who_gives_it(self):
        leak = self.leak()
        leak.write({"authority": "省网信办", "authority_text": "见附页"})
        for role in ("management", "sales", "clerk", "admin"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(leak, role).action_notify_authority()
        self.by(leak, "legal").action_notify_authority()

    def test_overdue(self):
        """Management learns of each notice once, in the hour after."""
        leak = self.leak()
        for hours, told in ((3, 0), (5, 1), (6, 1), (25, 2), (26, 2)):
            with freeze_time(leak.found_on + timedelta(hours=hours)):
                self.run_cron("incident")
            with self.subTest(hours):
                self.assertEqual(self.recorded(leak).count("notice overdue"), told)
                asked = self.work(leak, "notice_overdue")
                self.assertEqual(self.users["management"] in asked, bool(told))
        self.assertFalse(leak.notice_at)

    def test_settings(self):
        company = self.company.sudo()
        refused = self.assertRaises(IntegrityError)
        with refused, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            company.archive_notice_hours = 0
            self.env.flush_all()
        # The record says from what to what: turned down it isn't unnoticed.
        system = new_test_user(self.env, "t_system", groups="base.group_system")
        self.company.with_user(system).archive_incident_refusals = 0
        log = self.env["customer.archive.log"].sudo()
        rows = log.search([("event", "=", "configuration")], order="id desc", limit=2)
        self.assertIn("archive_incident_refusals 30 > 0", rows.mapped("detail"))
        help_ = company._fields["archive_notice_hours"].help
        self.assertIn("article 57", help_)
        self.assertIn("Reporting Cybersecurity Incidents", help_)
