import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.copies.stored_paper import digest_of

from .assessment_case import AssessmentCase

PDF = base64.b64decode(
    "JVBERi0xLjEKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqIDIgMCBvYmo8"
    "PC9UeXBlL1BhZ2VzL0tpZHNbMyAwIFJdL0NvdW50IDE+PmVuZG9iaiAzIDAgb2JqPDwvVHlwZS9QYWdl"
    "L1BhcmVudCAyIDAgUi9NZWRpYUJveFswIDAgMyAzXT4+ZW5kb2JqCnRyYWlsZXI8PC9Sb290IDEgMCBS"
    "Pj4="
)


@tagged("post_install", "-at_install")
class TestSupplier(AssessmentCase, TransactionCase):
    """Requirement E3: quality, delivery, service, price; what follows from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.registered(role="purchase", relation_stage="cooperating")

    def evaluated(self, points, **values):
        draft = self.begun("supplier", self.supplier)
        free = draft.line_ids.filtered(lambda line: line.source == "entered")
        free.write({"value": points, "note": "使用部门评分"})
        return draft

    def test_keep(self):
        draft = self.evaluated(95)
        names = set(draft.line_ids.mapped("name"))
        self.assertLessEqual({"Service", "Price", "Deliveries on time"}, names)
        self.decided(draft, "A", relation="keep")
        self.assertEqual(self.supplier.supplier_grade_id.name, "A")
        self.assertEqual(self.supplier.grade_id.name, "A")
        self.assertEqual(self.supplier.relation_stage, "cooperating")
        self.assertEqual(self.supplier.supplier_next_date, self.day(24))

    def test_improve(self):
        draft = self.evaluated(55)
        chosen = {"relation": "improve", "grade_id": self.grade("supplier", "C").id}
        draft.write({**chosen, "reason": "到货延误两次"})
        with self.assertRaisesRegex(UserError, "improve"):
            draft.action_submit()
        draft.measures = "提前一天预告到货，过磅单随车"
        draft.measures_by = self.today
        with self.assertRaisesRegex(UserError, "improve"):
            draft.action_submit()
        day = self.today + timedelta(days=60)
        draft.measures_by = day
        self.decided(draft)
        self.assertEqual(self.supplier.supplier_next_date, day)
        activity = draft.sudo()._activities("mail_activity_assessment_improve")
        self.assertEqual(activity.user_id, self.users["purchase"])
        self.assertEqual(activity.date_deadline, day)

    def test_stop(self):
        """Management decides besides the head, and orders are then warned of."""
        draft = self.evaluated(10)
        draft.write({"relation": "stop", "reason": "屡次掺假"})
        self.submitted_with(draft)
        names = draft.sudo().approval_ids.sorted("sequence").mapped("name")
        self.assertEqual(names, ["Department head", "Management"])
        self.decided_rest(draft)
        self.assertEqual(self.supplier.relation_stage, "terminated")
        order = self.env["purchase.order"].create(
            {"partner_id": self.supplier.sudo().partner_id.id}
        )
        found = self.env["customer.archive.gate"]._findings(order, "purchase")
        conditions = {each.gate.condition for each in found[order]}
        self.assertLessEqual({"ended", "grade"}, conditions)

    def decided_rest(self, draft):
        while draft.state == "review":
            approver = draft.sudo().approver_ids.sorted("id")[0]
            draft.with_user(approver).action_approve("同意")

    def test_who_evaluates(self):
        for role in ("finance", "compliance", "sales", "clerk", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(self.supplier, role).action_assess_supplier()
        with self.assertRaises(AccessError):
            self.by(self.supplier, "finance").action_assess_credit()
        head = self.by(self.supplier, "purchase_head").action_assess_supplier()
        self.assertTrue(head["res_id"])

    def test_who_had_a_hand_in_it_does_not_decide(self):
        """E3: the head has chosen the grade, so management decides in her place."""
        draft = self.evaluated(95)
        head, management = self.users["purchase_head"], self.users["management"]
        grade = self.grade("supplier", "B")
        draft.with_user(head).write({"grade_id": grade.id, "reason": "两次抽检合格"})
        draft.action_submit()
        self.assertEqual(draft.sudo().preparer_ids, head | self.users["purchase"])
        self.assertEqual(draft.user_id, self.users["purchase"])
        self.assertNotIn(head, draft.sudo().approver_ids)
        self.assertIn(management, draft.sudo().approver_ids)
        # Whoever is asked all the same, such as by a policy in force before.
        row = draft.sudo().approval_ids.filtered(lambda each: each.state == "pending")
        as_system(row).write({"approver_ids": head.ids})
        as_system(draft.sudo()).write({"approver_ids": head.ids})
        with self.assertRaisesRegex(AccessError, "had a hand"):
            draft.with_user(head).action_approve("同意")
        self.assertEqual(draft.state, "review")

    def test_points_of_the_head_count_as_preparing(self):
        draft = self.begun("supplier", self.supplier)
        line = draft.line_ids.filtered(lambda each: each.source == "entered")[:1]
        line.with_user(self.users["purchase_head"]).value = 80
        self.assertIn(self.users["purchase_head"], draft.sudo().preparer_ids)

    def test_relation_chosen_with_points(self):
        """What the buyer says of the relation stays, whatever the points propose."""
        self.env.ref("customer_archive.scheme_supplier").minimum = 0
        draft = self.evaluated(95)
        self.assertEqual(draft.relation, "keep")
        free = draft.line_ids.filtered(lambda line: line.source == "entered")
        values = [Command.update(line.id, {"value": 90}) for line in free]
        draft.write({"relation": "stop", "line_ids": values})
        self.assertEqual(draft.relation, "stop")
        # What was only proposed follows the points.
        draft.relation = draft.proposed_grade_id.relation
        free.write({"value": 1})
        self.assertEqual(draft.relation, draft.proposed_grade_id.relation)
        self.assertNotEqual(draft.relation, "keep")

    def test_who_is_asked(self):
        """E3: who is asked to evaluate a supplier isn't refused."""
        supplier = self.supplier.sudo()
        supplier._propose_supplier()
        [draft] = supplier.assessment_ids
        activity = draft._activities("mail_activity_assessment")
        self.assertEqual(activity.user_id, self.users["purchase"])
        # The next account manager takes it over, who buys as well.
        buyer = self.users["purchase"].copy({"login": "t_buyer", "name": "Test buyer"})
        as_system(supplier).write({"user_id": buyer.id})
        self.assertEqual((activity.user_id, draft.user_id), (buyer, buyer))
        buyer.sudo().action_archive()
        head = self.users["purchase_head"]
        self.assertEqual((activity.user_id, draft.user_id), (head, head))

    def test_without_relation(self):
        draft = self.evaluated(95)
        draft.relation = False
        with self.assertRaisesRegex(UserError, "relation"):
            draft.action_submit()


@tagged("post_install", "-at_install")
class TestRisk(AssessmentCase, TransactionCase):
    """Requirement A18: the risk assessment report of a party is kept in its file."""

    def test_report(self):
        risk = self.decided(self.begun("risk"), "3")
        self.assertTrue(self.file.is_risky)
        found = self.env["customer.archive"].search([("is_risky", "=", True)])
        self.assertIn(self.file.sudo(False), found)
        with self.assertRaises(AccessError):
            risk.with_user(self.users["sales"]).action_file_report()
        reports = type(self.env["ir.actions.report"])
        with patch.object(reports, "_render_qweb_pdf", lambda *_a, **_k: (PDF, "pdf")):
            action = risk.with_user(self.users["compliance"]).action_file_report()
        item = self.env["customer.archive.document"].browse(action["res_id"]).sudo()
        self.assertEqual(item.archive_id, self.file.sudo())
        self.assertTrue(item.is_received)
        self.assertEqual(risk.report_item_id, item)
        self.assertEqual(risk.report_digest, digest_of(PDF))
        with self.assertRaisesRegex(UserError, "already"):
            risk.with_user(self.users["compliance"]).action_file_report()
        # Also if the item is gone: what was filed stands in the access record.
        as_system(risk.sudo()).write({"report_item_id": False})
        with self.assertRaisesRegex(UserError, "already"):
            risk.with_user(self.users["compliance"]).action_file_report()

    def test_report_says_what_was_decided(self):
        """A18: printed for whoever reads it, with figures, reason and decision."""
        risk = self.decided(self.begun("risk"), "3")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_context(lang="zh_CN")
            ._render_qweb_html("customer_archive.report_assessment", risk.ids)
        )
        text = html.decode()
        for words in (
            "客户风险评估报告",
            "集团担保，已核实",
            self.party.name,
            "Test management",
        ):
            self.assertIn(words, text)

    def test_only_of_decided_ones(self):
        draft = self.begun("risk")
        with self.assertRaisesRegex(UserError, "decided"):
            draft.with_user(self.users["compliance"]).action_file_report()
        credit = self.decided(self.begun(), "B")
        with self.assertRaisesRegex(UserError, "decided"):
            credit.with_user(self.users["compliance"]).action_file_report()
