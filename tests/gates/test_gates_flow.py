"""An order that is refused, waived and confirmed, on the screens of all concerned."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.chinese_walk import DIALOG, ChineseWalkCase, step
from ..support.flow_case import ACTION
from .gates_case import GatesCase

PARTY = "宁波甬江贸易有限公司"
FOR_ME = ACTION.format("approval_for_me")
QUOTATIONS = "/odoo/action-sale.action_quotations/{}"
REASON = "对方急需当月到货，档案资料已齐，正在审核"
MEASURES = "预付全款；一周内完成建档"
CONFIRM = "button[name=action_confirm]:visible"


@tagged("post_install", "-at_install")
class TestGatesFlow(GatesCase, ChineseWalkCase, HttpCase):
    @mute_logger("odoo.http")
    def test_refused_waived_confirmed(self):
        """E4: a stopped order shows the way to a waiver, and passes with it."""
        self.stop("no_file")
        party = self.party(PARTY)
        order = self.sale(party)
        path = QUOTATIONS.format(order.id)
        self.walk(
            "sales",
            path,
            self.read(self.say("Can't be confirmed without a waiver:"), ".alert"),
            self.read(f"{PARTY}尚未建立客户档案", ".alert"),
            step(CONFIRM, "click"),
            self.read(f"{order.name}: {PARTY}尚未建立客户档案", DIALOG),
            self.answer("Request a Waiver"),
            step(f'[name=partner_id] input:value("{PARTY}")'),
            self.read(self.say("No file on record"), "[name=gate_ids]"),
            step(f'[name=sale_order_id] input:value("{order.name}")'),
            self.press("Submit Request"),
            # What was chosen already isn't lost by what is missing.
            self.read(
                self.say("Enter why the party is to be let through all the same.")
            ),
            step(f"{DIALOG} footer button", "click"),
            self.closed(),
            self.fill("Reason", REASON),
            self.fill("Measures", MEASURES),
            self.press("Submit Request"),
            self.state("Awaiting Approval"),
        )
        # Nobody heads the department of a party without a file.
        for role in ("management", "compliance", "management"):
            self.walk(
                role,
                FOR_ME,
                self.press_in_row(PARTY, "Open"),
                self.read(REASON, "[name=reason]"),
                self.decide("Approve", "同意，按期补正"),
            )
        self.walk(
            "sales",
            path,
            step('.o_form_view:not(:has(.alert-warning:contains("豁免")))'),
            step(CONFIRM, "click"),
            step(f'.o_arrow_button_current:contains("{self.say("Sales Order")}")'),
        )
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
