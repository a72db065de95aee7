"""What a supplier's file asks for, on the screens of those who collect it."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.chinese_walk import (
    ALERT,
    DIALOG,
    IDENTITY,
    ChineseWalkCase,
    scans,
    step,
)
from ..support.flow_case import ACTION
from ..support.size import full

FOR_ME = ACTION.format("approval_for_me")
ELSEWHERE = "Business at another address, without proof"
VERIFIED = "已与法定代表人张建华电话核实：厂房为租赁，合同下周补交"
POWERS = ("Power of attorney", "Signatory's identity card")


@tagged("post_install", "-at_install")
class TestBrowserPapers(ChineseWalkCase, HttpCase):
    @mute_logger("odoo.http")
    def test_legal_representative_signs(self):
        """A5, A9, A20: a supplier's file, from nothing to its review.

        Its legal representative signs: no power of attorney is asked for.
        """
        party = self.party("苏州示例精密机械有限公司")
        self.walk(
            "purchase",
            f"/odoo/res.partner/{party.id}",
            step(
                f'button[name=action_open_archive]:contains("{self.say("Open File")}")',
                "click",
            ),
            self.pick("Category", self.say("Supplier of goods"), DIALOG),
            self.select("Relationship Stage", "Cooperating", DIALOG),
            self.answer("Open File"),
            self.asked(
                "Business licence",
                "Legal representative's identity card",
                "Account-opening certificate",
                "Cooperation agreement",
            ),
            self.not_asked(*POWERS),
            self.given(
                "Business licence",
                "营业执照.pdf",
                self.bears_words(),
                self.number(party.vat),
                self.fill("Name on the Paper", party.name, DIALOG),
                self.fill("Issuer", "苏州市市场监督管理局", DIALOG),
                self.endless(),
            ),
            self.given(
                "Legal representative's identity card",
                "法定代表人身份证.jpg",
                self.bears_words(),
                self.number(IDENTITY, "New Number"),
                self.fill("Valid until", "2036/05/31", DIALOG),
            ),
            self.given("Account-opening certificate", "开户许可证.jpg"),
            self.given(
                "Cooperation agreement",
                "采购合同.pdf",
                self.number("CG-2026-018"),
                self.fill("Valid until", "2027/12/31", DIALOG),
            ),
            self.press("Submit for Review"),
            self.state("Under Review"),
            files=scans(
                "营业执照.pdf", "法定代表人身份证.jpg", "开户许可证.jpg", "采购合同.pdf"
            ),
        )
        archive = self.env["customer.archive"].search([("partner_id", "=", party.id)])
        self.assertEqual(archive.state, "review")
        self.assertFalse(archive.is_signed_by_other)
        self.assertEqual(archive.completeness, 100)
        for name in ("power", "signatory_id"):
            self.assertFalse(self.item(archive, name).is_missing, name)
        licence = self.item(archive, "license")
        self.assertEqual(licence.issuer, "苏州市市场监督管理局")
        self.assertIn(f"{party.name}_营业执照_", licence.attachment_ids.name)

    @mute_logger("odoo.http")
    def test_signatory_needs_a_power_of_attorney(self):
        """A20: somebody else signs; what that takes is asked for, missed, and given."""
        party = self.party("常州示例五金有限公司")
        file = self.archive("purchase", partner=party, relation_stage="cooperating")
        self.collect(file)
        self.walk(
            "purchase",
            f"/odoo/customer.archive/{file.id}",
            self.state("Collecting"),
            step(f".o_form_sheet:not(:has({ALERT}:visible))"),
            self.tab("Cooperation"),
            self.pick("Signatory", "刘芳"),
            self.saved(),
            self.asked(*POWERS),
            self.press("Submit for Review"),
            self.asked(*POWERS, inside=DIALOG),
            step(f"{DIALOG} footer button", "click"),
            self.closed(),
            self.tab("Items"),
            self.given("Power of attorney", "授权委托书.jpg", self.endless()),
            self.saved(),
            self.not_asked("Power of attorney"),
            self.given(
                "Signatory's identity card",
                "签约人身份证.jpg",
                self.bears_words(),
                self.number(IDENTITY, "New Number"),
                self.endless(),
            ),
            self.press("Submit for Review"),
            self.state("Under Review"),
            files=scans("授权委托书.jpg", "签约人身份证.jpg"),
        )
        self.assertEqual(file.signatory_id.name, "刘芳")
        self.assertTrue(file.is_signed_by_other)
        for name in ("power", "signatory_id"):
            item = self.item(file, name)
            self.assertEqual((item.state, item.form), ("received", "stamped"))
            self.assertTrue(item.needs_comparison)
        card = self.item(file, "signatory_id")
        self.assertFalse(card.number)
        self.assertTrue(card.sudo().secret_ids.masked.endswith(IDENTITY[-4:]))

    def submitted_from_elsewhere(self):
        """Return the file of a prospect that works at another address, submitted."""
        party = self.party(
            "昆山示例模具有限公司",
            registered_address="江苏省苏州市昆山市前进路1号",
            street="花桥镇示例路66号3号厂房",
            city="昆山市",
        )
        file = self.archive("sales", category=self.prospect, partner=party)
        self.collect(file)
        self.walk(
            "sales",
            f"/odoo/customer.archive/{file.id}",
            self.press("Submit for Review"),
            self.state("Under Review"),
            self.read(self.say(ELSEWHERE), ALERT),
            self.tab("Doubts"),
            # Whoever submitted the file isn't the one who verifies it.
            step(
                '.tab-pane.active .o_data_row:contains("花桥镇")'
                f':not(:contains("{self.say("Verify Doubt")}"))'
            ),
        )
        for role in ("head", "legal"):
            file.with_user(self.users[role]).action_approve("同意")
        return file

    @mute_logger("odoo.http")
    def test_doubtful_address(self):
        """A21, A22, A24: what doesn't fit is shown to the reviewer, and verified.

        Until somebody else than who submitted the file has asked the party, and until
        it was looked up in the registry, compliance can't approve.
        """
        file = self.submitted_from_elsewhere()
        self.walk(
            "compliance",
            FOR_ME,
            self.press_in_row(file.partner_id.name, "Open"),
            self.read(self.say(ELSEWHERE), ALERT),
            self.press("Decide"),
            self.answer("Approve"),
            self.read(self.say(ELSEWHERE), DIALOG),
            self.read("花桥镇示例路66号3号厂房", DIALOG),
            step(f"{DIALOG} footer button.btn-primary", "click"),
            step(f"{DIALOG} footer button[special=cancel]", "click"),
            self.closed(),
            self.looked_up(),
            self.tab("Doubts"),
            self.press("Verify Doubt", ".tab-pane.active .o_data_row"),
            self.read("江苏省苏州市昆山市前进路1号", DIALOG),
            self.fill("How It Was Verified", VERIFIED, DIALOG),
            self.answer("Verify Doubt"),
            self.closed(),
            step(f"body:not(:has({ALERT}:visible))"),
            self.decide("Approve", "地址已核实"),
            self.state("To Register"),
            files=scans("公示系统截图.png"),
        )
        doubt = file.sudo().doubt_ids
        self.assertEqual(doubt.kind, "premises")
        self.assertEqual((doubt.state, doubt.note), ("verified", VERIFIED))
        self.assertEqual(doubt.verified_by_id, self.users["compliance"])
        self.assertEqual(doubt.own_value, "昆山市 花桥镇示例路66号3号厂房")
        check = file.sudo().registry_check_ids
        self.assertEqual((check.result, check.source), ("good", "gsxt"))
        self.assertEqual(check.user_id, self.users["compliance"])
        self.assertEqual(file.state, "registering")

    def looked_up(self):
        """Enter what the registry says, with the picture of its page."""
        proof = f"{DIALOG} .o_field_widget[name=attachment_ids]"
        return [
            self.tab("Registry"),
            self.press("Check Registry", ".tab-pane.active"),
            self.select("Licence Status", "In operation", DIALOG),
            self.select("Abnormal Operations List", "Not listed", DIALOG),
            self.select("Seriously Dishonest List", "Not listed", DIALOG),
            step(f"{proof} .o_attach", "choose_files"),
            self.read("公示系统截图.png", proof),
            self.answer("Save Check"),
            self.closed(),
            self.read(self.say("Nothing found"), ".tab-pane.active"),
        ]

    if not full():
        # A minute each, most of it in the browser.
        test_legal_representative_signs = test_doubtful_address = None
