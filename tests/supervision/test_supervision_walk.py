"""What people do on the screens of supervision, in Chinese."""

from odoo.tests import HttpCase, tagged

from ..support.chinese_walk import ChineseWalkCase
from ..support.flow_case import ACTION, DIALOG, step
from .supervision_case import AUDIT, FEEDBACK, INCIDENT, SupervisionCase

OK = f"{DIALOG} footer .btn-primary"
SUBJECT = ".oe_title .o_field_widget[name=subject] :is(input, textarea)"


class SupervisionWalk(SupervisionCase, ChineseWalkCase):
    @classmethod
    def registered(cls, role="sales", **values):
        return cls.on_record(role, values["partner"])

    def form(self, record):
        return f"/odoo/{record._name}/{record.id}"

    def confirmed(self):
        return [step(OK, "click"), self.closed()]

    def only(self, model):
        self.env.invalidate_all()
        found = self.env[model].sudo().search([], order="id desc", limit=1)
        self.assertTrue(found)
        return found


@tagged("post_install", "-at_install")
class TestSupervisionWalk(SupervisionWalk, HttpCase):
    """Requirements G1, G2, G3."""

    browser_size = "1440x900"

    def test_incident_to_its_end(self):
        """A clerk reports, compliance looks into it, management decides; G2."""
        self.walk(
            "clerk",
            ACTION.format("incident"),
            self.new(),
            self.select("Kind of Incident", "Unauthorized Use"),
            self.fill("Course of Events", "同事离岗未锁屏，他人用其账号查看客户档案"),
            self.saved(),
        )
        incident = self.only(INCIDENT)
        self.walk(
            "compliance",
            self.form(incident),
            self.select("Severity", "Serious"),
            self.fill("Cause", "离岗未锁屏"),
            self.fill("Remedial Measures", "五分钟自动锁屏"),
            self.tab("Persons Responsible"),
            step(".tab-pane.active .o_field_x2many_list_row_add a", "click"),
            self.pick("User", self.users["sales"].name, DIALOG),
            self.select("Penalty", "Monetary Fine", DIALOG),
            self.fill("Amount of the Fine", "200", DIALOG),
            self.fill("What They Did", "离岗未锁屏", DIALOG),
            step(f"{DIALOG} .o_form_button_save", "click"),
            self.closed(),
            self.press("Submit for Decision"),
            self.state("Awaiting Approval"),
        )
        self.walk(
            "management",
            self.form(incident),
            self.read("离岗未锁屏"),
            self.decide("Approve", "同意，按制度处理"),
            self.state("Decided, Being Dealt With"),
        )
        self.env.invalidate_all()
        day = incident.company_id._archive_today()
        row = incident.person_ids.with_user(self.users["compliance"])
        row.write({"informed_on": day, "carried_out_on": day})
        self.walk(
            "compliance",
            self.form(incident),
            self.fill("Result of the Handling", "已扣发，自动锁屏生效"),
            self.press("Dealt With"),
            self.confirmed(),
            self.state("Dealt With"),
        )
        self.env.invalidate_all()
        self.assertEqual(incident.state, "closed")
        # Whom it is about reads their own row, and nothing else.
        self.walk(
            "sales",
            ACTION.format("incident_person"),
            self.row(incident.name),
            self.read(self.say("Monetary Fine")),
        )

    def test_check_with_correction(self):
        """An auditor draws, finds, signs; sales corrects, the auditor confirms; G1."""
        self.walk(
            "auditor",
            ACTION.format("audit"),
            self.new(),
            step(SUBJECT, "edit 第一季度档案抽查"),
            self.saved(),
            self.press("Draw and Begin"),
            self.confirmed(),
            self.state("Being Checked"),
            self.press("Answer Points"),
            step(".o_group_header", "click"),
            step(".o_data_row button[name=action_finding]", "click"),
            self.fill("What Is Wrong", "复印件未盖章"),
            self.fill("What Is to Be Done", "补盖公章"),
            self.saved(),
        )
        audit = self.only(AUDIT)
        finding = audit.finding_ids
        # What is about no file is nobody's until somebody is named.
        finding.with_user(self.users["auditor"]).responsible_id = self.users["sales"]
        rest = audit.line_ids.filtered(lambda line: not line.result)
        rest.with_user(self.users["auditor"]).action_in_order()
        self.walk(
            "auditor",
            self.form(audit),
            self.fill("Conclusion", "一处整改"),
            self.saved(),
            self.press("Sign"),
            self.confirmed(),
            self.state("Signed"),
        )
        self.walk(
            "sales",
            ACTION.format("audit_finding"),
            self.row("复印件未盖章"),
            self.fill("What Was Corrected", "已补盖公章"),
            self.press("Report Correction"),
            self.state("Corrected, to Confirm"),
        )
        self.walk(
            "auditor",
            self.form(finding),
            self.press("Confirm Correction"),
            self.state("Confirmed"),
        )
        self.env.invalidate_all()
        self.assertEqual(finding.finding_state, "confirmed")

    def test_feedback_by_anybody(self):
        """By the menu below one's name, without any role; an archivist answers; G3."""
        item = f'.o-dropdown-item:contains("{self.say("Feedback on Customer Files")}")'
        self.walk(
            "employee",
            "/odoo",
            step(".o_user_menu button", "click"),
            step(item, "click"),
            step(SUBJECT, "edit 借阅单签收"),
            self.fill("Feedback Text", "希望在手机上签收"),
            self.saved(),
        )
        row = self.only(FEEDBACK)
        self.walk(
            "archivist",
            self.form(row),
            self.fill("Answer to Feedback", "下月实行"),
            self.press("Give Answer"),
            self.confirmed(),
            self.state("Answered"),
        )
        self.env.invalidate_all()
        self.assertEqual(row.user_id, self.users["employee"])
        self.assertEqual(row.state, "answered")

    def test_figures(self):
        """A head sees the pivot of the department; G4."""
        self.walk(
            "management",
            ACTION.format("figure"),
            step(f'.o_pivot th:contains("{self.say("On Time")}")'),
        )
