"""An assessment from the button to the grade on the file, on the screens of all."""

from odoo.tests import HttpCase, tagged

from ..support.chinese_walk import ChineseWalkCase, step
from ..support.flow_case import ACTION
from .assessment_case import NAME, AssessmentCase

FOR_ME = ACTION.format("approval_for_me")
FILE = "/odoo/action-customer_archive.action_customer_archive/{}"
REASON = "集团出具担保函，额度内可赊"
SHEET = ".o_form_sheet"
LINES = "[name=line_ids]"


@tagged("post_install", "-at_install")
class TestAssessmentFlow(AssessmentCase, ChineseWalkCase, HttpCase):
    @classmethod
    def registered(cls, role="sales", **values):
        # Reviewed as it is shipped; the party is as on its licence.
        partner = ChineseWalkCase.party.__func__(cls, NAME)
        return cls.on_record(role, partner, **values)

    def test_rated_decided_and_explained(self):
        """E1, E2: finance rates, others decide, the salesperson reads why."""
        party = self.file.sudo().partner_id
        self.paid(self.billed(party, 20000, ago=90), ago=70)
        self.billed(party, 8000, ago=41)
        path = FILE.format(self.file.id)
        self.walk(
            "finance",
            path,
            self.press("Rate Credit"),
            self.state("To Prepare"),
            self.read("11 天", LINES),
            self.tab("Explanation"),
            self.read("逾期天数：11 天", "[name=explanation]"),
            self.pick("Grade Decided on", "B"),
            self.fill("Reason for the Grade", REASON),
            self.press("Submit for Approval"),
            self.state("Awaiting Approval"),
        )
        [assessment] = self.file.sudo().assessment_ids
        self.env.invalidate_all()
        self.assertEqual(assessment.requester_id, self.users["finance"])
        self.walk(
            "compliance",
            FOR_ME,
            self.press_in_row(NAME, "Open"),
            self.read(REASON, "[name=reason]"),
            self.decide("Approve", "同意，按季跟踪"),
            self.state("Decided"),
        )
        self.env.invalidate_all()
        self.assertEqual(self.file.credit_grade_id.name, "B")
        self.walk(
            "sales",
            path,
            self.tab("Assessments"),
            step(f'{SHEET} [name=credit_grade_id]:contains("B")'),
            self.read("逾期天数：11 天", "[name=credit_why]"),
            self.read(REASON, "[name=credit_why]"),
        )
