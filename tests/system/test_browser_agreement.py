"""An agreement, from its terms to the signing, on the screens of both departments."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.chinese_walk import DIALOG, ChineseWalkCase, step
from ..support.flow_case import ACTION

PARTY = "无锡示例轴承有限公司"
AGREEMENTS = ACTION.format("agreement")
FOR_ME = ACTION.format("approval_for_me")
REASON = "违约责任不能写“面议”：请写明逾期交货和逾期付款的违约金"
LIABILITY = "逾期交货或逾期付款的，每日按合同金额的万分之五支付违约金"


@tagged("post_install", "-at_install")
class TestBrowserAgreement(ChineseWalkCase, HttpCase):
    def legal(self, *steps):
        """Open what waits for legal, and decide."""
        self.walk("legal", FOR_ME, self.press_in_row(PARTY, "Open"), *steps)

    def agreement(self):
        return self.env["customer.archive.agreement"].search(
            [("partner_id.name", "=", PARTY)]
        )

    @mute_logger("odoo.http")
    def test_refused_mended_signed(self):
        """A6, A12, A23, C8: legal refuses the terms, they are mended and approved.

        Whoever records the signing is shown the party's file before.
        """
        party = self.party(PARTY)
        file = self.on_record("purchase", party, relation_stage="cooperating")
        self.walk(
            "purchase",
            AGREEMENTS,
            self.new(),
            self.pick("File", PARTY),
            self.select("Type", "Purchase"),
            self.pick("Signed for Us by", self.users["purchase_head"].name),
            self.pick("Signed for Other Party by", "张建华"),
            self.fill("Expiry Date", "2027/12/31"),
            self.fill("Settlement", "货到验收合格并收到发票后30日内付款"),
            self.saved(),
            # What legal looks for is asked for before it is bothered.
            self.read(self.say("the liability for breach"), ".alert-info"),
            self.fill("Breach Liability", "面议"),
            self.press("Submit for Approval"),
            self.state("Awaiting Approval"),
        )
        self.legal(
            self.state("Awaiting Approval"),
            self.read("面议", "[name=breach_liability]"),
            self.decide("Refuse", REASON),
            self.state("Draft"),
        )
        self.walk(
            "purchase",
            AGREEMENTS,
            self.row(PARTY),
            self.message(REASON),
            step(f'.o_form_statusbar:not(:contains("{self.say("Record Signing")}"))'),
            self.fill("Breach Liability", LIABILITY),
            self.press("Submit for Approval"),
            self.state("Awaiting Approval"),
        )
        self.legal(self.decide("Approve", "条款清楚"), self.state("Ready to Sign"))
        self.assertFalse(self.agreement().consulted_by_id)
        self.walk(
            "purchase",
            AGREEMENTS,
            self.row(PARTY),
            self.press("Record Signing"),
            self.read(file.name, DIALOG),
            self.read(self.say("On Record"), DIALOG),
            self.read(self.say("Valid indefinitely"), DIALOG),
            self.read(self.say("Nothing found"), DIALOG),
            self.answer("Both Sides Have Signed"),
            self.closed(),
            self.state("Signed"),
        )
        self._check(file)

    def _check(self, file):
        agreement = self.agreement()
        self.assertEqual(agreement.archive_id, file)
        self.assertEqual(agreement.breach_liability, LIABILITY)
        self.assertEqual(agreement.state, "signed")
        self.assertTrue(agreement.signed_on)
        self.assertEqual(agreement.consulted_by_id, self.users["purchase"])
        rows = agreement.approval_ids.sorted("round")
        self.assertEqual(
            [(row.round, row.state, row.comment) for row in rows],
            [(1, "rejected", REASON), (2, "approved", "条款清楚")],
        )
        self.assertEqual(rows.decided_by_id, self.users["legal"])
        shown = self.env["customer.archive.log"].search(
            [
                ("model", "=", agreement._name),
                ("res_id", "=", agreement.id),
                ("event", "=", "open"),
                ("detail", "=", "before signing"),
            ]
        )
        self.assertEqual(shown.user_id, self.users["purchase"])
        self.assertEqual(shown.archive_id, file)
