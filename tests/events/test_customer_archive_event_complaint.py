from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .events_case import NOTE, EventsCase

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 02:00:00")
class TestComplaint(EventsCase, TransactionCase):
    """A8, E5: a complaint is answered by a deadline, or goes up 投诉."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-03-01 02:00:00"):
            cls.complaint = cls.note("complaint", description="第三批有气孔，要求换货")

    def test_from_the_call_to_the_answer(self):
        complaint = self.complaint
        self.assertEqual(complaint.state, "open")
        self.assertEqual(str(complaint.due_date), "2027-03-04")
        self.assertEqual(self.work(complaint, "complaint"), self.users["sales"])
        with self.assertRaisesRegex(UserError, "Write the answer first"):
            complaint.action_give_answer()
        complaint.answer = "已换货 200 件，下批加检"
        with freeze_time("2027-03-03 02:00:00"):
            complaint.action_give_answer()
        self.assertEqual(complaint.state, "answered")
        self.assertEqual(str(complaint.answered_on), "2027-03-03")
        self.assertEqual(complaint.answered_by_id, self.users["sales"])
        self.assertFalse(complaint.is_overdue)
        self.assertFalse(complaint.sudo().activity_ids)
        with self.assertRaises(AccessError):
            complaint.answer = "x"
        complaint.score = "4"
        complaint.action_settle_complaint()
        self.assertEqual(complaint.state, "closed")
        with self.assertRaises(AccessError):
            self.by(complaint, "clerk").score = "5"
        steps = [detail for _who, _what, detail in self.recorded(complaint)]
        self.assertEqual(
            steps,
            ["created", "amended answer", "answered", "amended score", "settled"],
        )

    def test_goes_up(self):
        """On the day the responsible person, then the head, then management."""
        complaint, head = self.complaint, self.users["head"]
        with freeze_time("2027-03-03 02:00:00"):
            self.remind()
        self.assertEqual(complaint.level, 0)
        with freeze_time("2027-03-04 02:00:00"):
            self.remind()
            self.remind()
        self.assertEqual(complaint.level, 1)
        self.assertEqual(len(complaint.sudo().activity_ids), 1)
        with freeze_time("2027-03-05 02:00:00"):
            self.remind()
        self.assertEqual(self.work(complaint, "complaint_overdue"), head)
        with freeze_time("2027-03-09 02:00:00"):
            self.remind()
            self.remind()
            self.env.invalidate_all()
            self.assertTrue(complaint.is_overdue)
            late = self.env[NOTE].search([("is_past", "=", True)])
            self.assertIn(complaint, late)
        told = self.work(complaint, "complaint_overdue")
        self.assertEqual(told, head | self.users["management"])
        self.assertEqual(complaint.level, 3)
        self.assertFalse(complaint.remind_date)
        complaint.answer = "已赔付"
        complaint.action_give_answer()
        self.assertFalse(complaint.sudo().activity_ids)

    def test_without_a_head(self):
        self.departments["sales"].manager_id = False
        with freeze_time("2027-03-04 02:00:00"):
            self.remind()
        with freeze_time("2027-03-05 02:00:00"):
            self.remind()
        told = self.work(self.complaint, "complaint_overdue")
        self.assertEqual(told, self.users["management"])

    def test_answered_by_who_is_responsible(self):
        """Finance answers what was given to it, and nothing else."""
        complaint = self.complaint
        own = self.by(complaint, "finance")
        with self.assertRaises(AccessError), mute_logger(RULES):
            own.answer = "x"
        complaint.responsible_id = self.users["finance"]
        self.assertEqual(self.work(complaint, "complaint"), self.users["finance"])
        own.answer = "已核对，多付款退回"
        own.action_give_answer()
        self.assertEqual(complaint.answered_by_id, self.users["finance"])

    def test_who_may_not_answer(self):
        complaint = self.complaint
        complaint.answer = "已换货"
        for role in self.users.keys() - {"sales", "head", "clerk"}:
            with (
                self.subTest(role=role),
                self.assertRaises(AccessError),
                mute_logger(RULES, ACCESS),
            ):
                self.by(complaint, role).action_give_answer()

    def test_refusal_is_on_record(self):
        log = self.env["customer.archive.log"].sudo()
        known = log.search([])
        with self.enter_registry_test_mode():
            with self.assertRaises(AccessError):
                self.by(self.complaint, "compliance").action_give_answer()
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        rows = (log.search([]) - known).filtered(lambda row: row.event == "denied")
        self.assertEqual(rows.user_id, self.users["compliance"])

    def test_responsible_leaves(self):
        complaint = self.complaint
        self.by(complaint, "head").responsible_id = self.users["clerk"]
        self.users["clerk"].active = False
        self.assertEqual(self.work(complaint, "complaint"), self.users["sales"])
        with freeze_time("2027-03-04 02:00:00"):
            self.remind()
        self.assertEqual(self.work(complaint, "complaint"), self.users["sales"])

    def test_not_ticked_off(self):
        """The activity ends with the answer, and not beside it."""
        activity = self.by(self.complaint, "sales").activity_ids
        with self.assertRaises(UserError):
            activity.action_feedback(feedback="done")
        with self.assertRaises(UserError):
            activity.unlink()

    def test_goes_up_whoever_is_responsible(self):
        """Neither another day for a follow-up nor another person holds it up."""
        complaint = self.complaint
        with freeze_time("2027-03-05 02:00:00"):
            self.remind()
        self.assertTrue(complaint.level)
        before = (complaint.level, complaint.remind_date)
        own = self.by(complaint, "sales")
        own.follow_up_date = "2027-04-01"
        self.assertEqual((complaint.level, complaint.remind_date), before)
        self.by(complaint, "head").responsible_id = self.users["clerk"]
        self.assertEqual((complaint.level, complaint.remind_date), before)
        self.assertEqual(self.work(complaint, "complaint"), self.users["clerk"])

    def test_answered_though_the_type_asks_for_more(self):
        complaint = self.complaint
        complaint.type_id.sudo().ask_product = "required"
        self.by(complaint, "sales").answer = "已换货"
        self.by(complaint, "sales").action_give_answer()
        self.assertEqual(complaint.state, "answered")

    def test_keeps_the_file(self):
        """A complaint that isn't answered: neither closed nor destroyed."""
        with self.assertRaisesRegex(UserError, "Complaints that aren't answered"):
            self.file._check_closable()
        blockers = self.file._blockers()[self.file.id]
        self.assertEqual(blockers["complaint"], (NOTE, [self.complaint.id]))
        self.complaint.answer = "已换货"
        self.complaint.action_give_answer()
        self.file._check_closable()
