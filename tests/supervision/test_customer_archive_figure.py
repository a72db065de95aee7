"""Figures by person and department, and what they rest on; requirement G4, RI-10."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .supervision_case import FIGURE, SupervisionCase

COUNTS = ("work", "on_time", "late", "overdue", "incomplete", "error")


@tagged("post_install", "-at_install")
class TestFigure(SupervisionCase, TransactionCase):
    """Requirement G4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("sales", "sales_other"):
            cls.env["hr.employee"].create(
                {
                    "name": role,
                    "user_id": cls.users[role].id,
                    "department_id": cls.departments["sales"].id,
                }
            )
        cls.hr = new_test_user(cls.env, "t_hr", groups="hr.group_hr_user")

    def figures(self, kind, role="sales", reader="management"):
        rows = self.env[FIGURE].with_user(self.users[reader])
        domain = [("kind", "=", kind), ("user_id", "=", self.users[role].id)]
        return rows.search(domain)

    def counts(self, rows):
        return {
            name: count
            for name in COUNTS
            if (count := sum(rows.mapped(f"{name}_count")))
        }

    def test_decisions(self):
        """On time by the deadline of the step, late by a day, overdue while open."""
        with freeze_time("2027-03-01 03:00:00"):
            first = self.submitted()
            second = self.submitted(partner=self.partner("乙有限公司"))
            third = self.submitted(partner=self.partner("丙有限公司"))
        before = self.counts(self.figures("decision", "head"))
        with freeze_time("2027-03-03 03:00:00"):
            self.by(first, "head").action_approve("fine")
        with freeze_time("2027-03-04 03:00:00"):
            self.by(second, "head").action_reject("缺资料")
            self.env.invalidate_all()
            after = self.counts(self.figures("decision", "head"))
            gained = {name: after[name] - before.get(name, 0) for name in after}
            self.assertEqual(gained["work"], 3)
            self.assertEqual(gained["on_time"] - gained["late"], 0)
            self.assertEqual(gained["overdue"], 1)
            refused = self.figures("refused")
            self.assertEqual(self.counts(refused)["error"], 1)
            self.assertEqual(refused.department_id, self.departments["sales"])
            open_ = self.figures("decision", "head").filtered("overdue_count")
            action = self.by(open_, "head").action_open()
        self.assertEqual(action["res_model"], "customer.archive.approval")
        steps = third.sudo().approval_ids
        self.assertIn(action["res_id"], steps.ids)

    def test_the_same_as_reckoned_by_hand(self):
        """Each kind against plain reads of what it rests on."""
        note = self.by(self.env["customer.archive.event"], "sales").create(
            {
                "type_id": self.env.ref("customer_archive.event_type_complaint").id,
                "partner_id": self.party.id,
                "description": "短少",
            }
        )
        as_system(note.sudo()).write({"due_date": date(2026, 1, 5)})
        item = self.file.document_ids.filtered("is_received")[:1]
        item.sudo()._write({"valid_until": date(2026, 1, 5), "is_endless": False})
        review = self.env["customer.archive.review"]._open(self.file)
        as_system(review).write({"due_date": date(2026, 1, 5)})
        self.env.invalidate_all()
        for kind, counts in (
            ("complaint", {"work": 1, "overdue": 1}),
            ("renewal", {"work": 1, "overdue": 1}),
            ("review", {"work": 1, "overdue": 1}),
            # It has no day by which it was to be opened.
            ("file", {"work": 1}),
        ):
            with self.subTest(kind):
                self.assertEqual(self.counts(self.figures(kind)), counts)
        note.answer = "已补"
        note.action_give_answer()
        self.env.invalidate_all()
        found = self.counts(self.figures("complaint"))
        self.assertEqual(found, {"work": 1, "late": 1})

    def test_findings_are_errors(self):
        audit = self.begun()
        finding = self.found(audit)
        self.assertFalse(self.figures("finding"))
        self.signed(audit)
        own = self.by(finding, "sales")
        own.correction = "已补"
        own.action_correct()
        self.env.invalidate_all()
        found = self.counts(self.figures("finding"))
        self.assertEqual(found, {"work": 1, "on_time": 1, "error": 1})

    def test_a_correction_that_was_sent_back_isnt_done(self):
        with freeze_time("2027-03-01 03:00:00"):
            audit = self.begun()
            finding = self.found(audit, deadline="2027-03-03")
            self.signed(audit)
            own = self.by(finding, "sales")
            own.correction = "已补"
            own.action_correct()
            finding.confirm_note = "缺章"
            finding.action_send_back()
        with freeze_time("2027-03-10 03:00:00"):
            self.env.invalidate_all()
            found = self.counts(self.figures("finding"))
        self.assertEqual(found, {"work": 1, "overdue": 1, "error": 1})

    def test_pending_with_several(self):
        """In arrears with each who could decide, as a row of its own."""
        second = new_test_user(
            self.env,
            "t_head_second",
            groups="customer_archive.group_management",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with freeze_time("2027-03-01 03:00:00"):
            file = self.submitted(partner=self.partner("丁有限公司"))
        step = file.sudo().approval_ids.filtered(lambda row: row.state == "pending")
        as_system(step).approver_ids += second
        with freeze_time("2027-03-20 03:00:00"):
            self.env.invalidate_all()
            rows = self.env[FIGURE].sudo()
            model = "customer.archive.approval"
            found = rows.search([("res_model", "=", model), ("res_id", "=", step.id)])
            self.assertEqual(len(set(found.ids)), 2)
            self.assertEqual(found.user_id, step.approver_ids)
            self.assertEqual(sum(found.mapped("overdue_count")), 2)

    def test_pending_registration(self):
        """In arrears with each who could register it; then of who did."""
        second = new_test_user(
            self.env,
            "t_clerk_second",
            groups="customer_archive.group_clerk",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with freeze_time("2027-03-01 03:00:00"):
            file = self.submitted(partner=self.partner("戊有限公司")).sudo()
            while file.state == "review":
                approver = file.approver_ids.sorted("id")[0]
                file.with_user(approver).action_approve("同意")
        step = file.approval_ids.filtered(lambda row: row.state == "pending")
        self.assertEqual(step.kind, "task")
        self.assertIn(second, step.approver_ids)
        rows = self.env[FIGURE].sudo()
        model = "customer.archive.approval"
        domain = [("res_model", "=", model), ("res_id", "=", step.id)]
        with freeze_time("2027-03-20 03:00:00"):
            self.env.invalidate_all()
            found = rows.search(domain)
            self.assertEqual(set(found.mapped("kind")), {"registration"})
            self.assertEqual(found.user_id, step.approver_ids)
            self.assertEqual(len(set(found.ids)), len(step.approver_ids))
            self.assertEqual(set(found.mapped("overdue_count")), {1})
        with freeze_time(f"{step.deadline} 03:00:00"):
            self.env.invalidate_all()
            self.assertFalse(rows.search(domain))

    def test_incidents_are_no_figures(self):
        """They are confidential: not even that somebody decides on one is told."""
        incident = self.incident()
        incident.action_submit()
        self.by(incident, "management").action_approve("同意")
        steps = incident.sudo().approval_ids
        rows = self.env[FIGURE].sudo()
        model = "customer.archive.approval"
        found = rows.search([("res_model", "=", model), ("res_id", "in", steps.ids)])
        self.assertFalse(found)

    def test_who_sees_whose(self):
        """Their own; heads their department's; management and HR all."""
        everything = self.env[FIGURE].sudo().search([])
        for user in (self.users["management"], self.users["auditor"], self.hr):
            self.assertEqual(everything.with_user(user).search([]), everything)
        own = self.env[FIGURE].with_user(self.users["sales"]).search([])
        self.assertEqual(own.sudo().user_id, self.users["sales"])
        head = self.env[FIGURE].with_user(self.users["head"]).search([])
        self.assertIn(self.users["sales"], head.sudo().user_id)
        self.assertNotIn(self.users["clerk"], head.sudo().user_id)
        self.assertFalse(self.env[FIGURE].with_user(self.users["purchase"]).search([]))
        with self.assertRaises(AccessError):
            self.env[FIGURE].with_user(self.users["employee"]).search([])
        # What a figure rests on is opened by who may read that.
        row = self.figures("file").with_user(self.hr)
        with self.assertRaises(AccessError):
            row.action_open()
        with self.assertRaises(AccessError):
            row.write({"late_count": 0})

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "外单位"})
        user = new_test_user(
            self.env,
            "t_abroad",
            groups="customer_archive.group_management",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env[FIGURE].with_user(user).search([]))

    def test_costs(self):
        """One query however many files there are."""
        rows = self.env[FIGURE].with_user(self.users["management"])
        measures = [f"{name}_count:sum" for name in COUNTS]

        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            rows.formatted_read_group([], ["department_id", "user_id"], measures)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.formatted_read_group([], ["department_id", "user_id"], measures)
            return self.env.cr.sql_log_count - before

        few = cost()
        for number in range(4):
            self.registered(partner=self.partner(f"测试{number}号有限公司"))
        self.assertLessEqual(cost(), few)
