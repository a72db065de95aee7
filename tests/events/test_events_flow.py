"""A complaint, from the call to the answer, on the screens of all concerned."""

from odoo.tests import HttpCase, tagged

from ..support.chinese_walk import DIALOG, NAMES, SAVE, ChineseWalkCase, step
from ..support.flow_case import ACTION
from .events_case import NOTE

PARTY = "无锡惠山铸造有限公司"
FILE = "/odoo/action-customer_archive.action_customer_archive/{}"
COMPLAINTS = ACTION.format("complaint")
SAID = "第三批铝锭有两托受潮氧化，要求换货"
ANSWER = "次日派车换货两托，此后装车加盖防雨布；已电话答复，对方认可"


@tagged("post_install", "-at_install")
class TestEventsFlow(ChineseWalkCase, HttpCase):
    def test_from_the_call_to_the_answer(self):
        """A8, E5: a clerk takes the call, the manager answers, the head sees."""
        file = self.on_record("sales", self.party(PARTY)).sudo()
        path = FILE.format(file.id)
        self.walk(
            "clerk",
            path,
            self.press("New Note"),
            self.pick("Type", self.say("Complaint"), DIALOG),
            self.fill("Note Text", SAID, DIALOG),
            self.pick("Responsible Person", NAMES["sales"], DIALOG),
            step(SAVE, "click"),
            self.closed(),
        )
        self.env.invalidate_all()
        complaint = self.env[NOTE].search([("archive_id", "=", file.id)])
        self.assertEqual(complaint.state, "open")
        self.assertEqual(complaint.responsible_id, self.users["sales"])
        self.walk(
            "sales",
            COMPLAINTS,
            self.row(PARTY),
            self.state("To Answer"),
            step("[name=answer] textarea", f"edit {ANSWER}"),
            self.press("Answer Given"),
            step(f"{DIALOG} footer .btn-primary", "click"),
            self.state("Answered"),
            self.select("Satisfaction", "Satisfied"),
            self.press("Settled"),
            self.state("Settled"),
        )
        self.env.invalidate_all()
        self.assertEqual((complaint.state, complaint.score), ("closed", "4"))
        self.assertEqual(complaint.answer, ANSWER)
        self.walk(
            "head",
            path,
            self.tab("Business"),
            step("[name=complaint_count]:contains(1)"),
            step("button[name=action_open_complaints]", "click"),
            self.row(PARTY),
            self.read(ANSWER, "[name=answer]"),
        )
