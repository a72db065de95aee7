from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .assessment_case import ASSESSMENT, AssessmentCase


@tagged("post_install", "-at_install")
class TestAssessment(AssessmentCase, TransactionCase):
    """Requirements E1 and E2: from figures to a grade, by approval."""

    def test_from_figures_to_the_file(self):
        """E1, E2: reckoned, prepared, decided by others; then the file has it."""
        self.paid(self.billed(self.party, 1000, ago=90), ago=70)
        self.billed(self.party, 250, ago=50)
        draft = self.begun()
        self.assertEqual(draft.state, "draft")
        figures = self.snapshot(draft)["figures"]
        self.assertEqual(figures["overdue_days"], 20)
        self.assertEqual(figures["overdue_share"], 20)
        self.assertEqual(figures["on_time_ratio"], 50)
        self.assertEqual(figures["pay_days"], 20)
        # 20 % overdue 20, 20 days 60, half on time 0, paid in 20 days 90, no papers
        # lapsed 100, not a year yet 40.
        total = 20 * 20 + 20 * 60 + 20 * 0 + 10 * 90 + 5 * 100 + 5 * 40
        self.assertAlmostEqual(draft.score, total / 80, 3)
        self.assertEqual(draft.known, 80)
        self.assertEqual(draft.proposed_grade_id, self.grade("credit", "D"))
        self.assertFalse(self.file.credit_grade_id)
        self.submitted_with(draft)
        self.assertEqual(draft.requester_id, self.users["finance"])
        with self.assertRaises(AccessError):
            draft.action_approve("同意")
        for role in ("compliance", "management"):
            draft.with_user(self.users[role]).action_approve("同意")
        self.assertEqual(draft.state, "done")
        file = self.by(self.file, "sales")
        self.assertEqual(file.credit_grade_id.name, "D")
        self.assertEqual(file.grade_id, file.credit_grade_id)
        self.assertEqual(file.credit_since, self.today)
        # High risk: again after six months.
        self.assertEqual(file.credit_next_date, self.day(6))
        self.assertIn("20 days", file.credit_why)
        self.assertEqual(draft.decided_by_id, self.users["management"])

    def test_explanation_lists_the_true_figures(self):
        """E1: in words, in the reader's language, with each figure and its points."""
        self.billed(self.party, 1234.5, ago=41)
        own = self.begun().with_context(lang="en_US")
        lines = own.explanation.splitlines()
        self.assertIn("of 100 points: grade", lines[0])
        self.assertIn("Days overdue: 11 days – 80 of 100 points", own.explanation)
        self.assertIn(
            "Third-party credit check: nothing is known; its weight is shared out",
            own.explanation,
        )
        self.assertEqual(len(lines), 1 + len(own.line_ids))
        self.assertIn("逾期天数：11 天", own.with_context(lang="zh_CN").explanation)

    def test_entered_factors(self):
        """E1: what is entered counts as well, with where it is known from."""
        draft = self.begun()
        line = draft.line_ids.filtered(lambda each: each.source == "entered")
        before = draft.score
        line.write({"value": 30, "note": "资信公司报告 2026-03"})
        self.assertTrue(line.is_known)
        self.assertEqual(line.points, 30)
        self.assertNotEqual(draft.score, before)
        self.assertIn("资信公司报告 2026-03", draft.explanation)
        line.is_known = False
        self.assertEqual(draft.score, before)
        with self.assertRaises(ValidationError):
            line.value = 101
        other = draft.line_ids.filtered(lambda each: each.source == "years")
        with self.assertRaisesRegex(AccessError, "comes from the ERP"):
            other.value = 9
        for name in ("points", "share", "weight", "source"):
            with self.subTest(name), self.assertRaises(AccessError):
                line.write({name: line[name] and 5})

    def test_a_party_without_any_business(self):
        """E1: nothing is proposed on too little; a person says it, and why."""
        draft = self.begun()
        self.assertNotIn("overdue_days", self.snapshot(draft)["figures"])
        self.assertFalse(draft.proposed_grade_id)
        self.assertIn("no grade is proposed", draft.explanation)
        with self.assertRaisesRegex(UserError, "Choose a grade"):
            draft.action_submit()
        draft.grade_id = self.grade("credit", "B")
        with self.assertRaisesRegex(UserError, "another grade"):
            draft.action_submit()
        draft.reason = "新客户，注册资本已实缴"
        draft.action_submit()
        self.assertEqual(draft.state, "review")

    def test_replayed_a_year_later(self):
        """E1: the ERP, the scheme and the names have moved on; the grade stays."""
        self.paid(self.billed(self.party, 800, ago=60), ago=40)
        done = self.decided(self.begun())
        kept, words = self.snapshot(done), done.explanation
        self.billed(self.party, 90000, ago=200)
        scheme = done.sudo().scheme_id
        scheme.factor_ids.write({"scale": "0: 0, *: 100"})
        scheme.factor_ids[0].write({"weight": 500, "name": "Anything"})
        scheme.grade_ids[0].bound = 99
        with freeze_time(self.today + timedelta(days=365)):
            action = done.with_user(self.users["auditor"]).action_replay()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(done._replay_differences(), ([], []))
        self.assertEqual(self.snapshot(done), kept)
        self.env.invalidate_all()
        self.assertEqual(done.explanation, words)
        # A new one goes by what holds now.
        self.assertNotEqual(self.begun().score, done.score)

    def test_a_replay_shows_what_was_tampered_with(self):
        """E1: whoever gets past the trigger is told by the replay."""
        self.billed(self.party, 800, ago=60)
        done = self.decided(self.begun())
        cr = self.env.cr
        for table in (
            "customer_archive_assessment",
            "customer_archive_assessment_line",
        ):
            cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cr.execute(
            "UPDATE customer_archive_assessment SET score = 95 WHERE id = %s", [done.id]
        )
        cr.execute(
            "UPDATE customer_archive_assessment_line SET points = 100"
            " WHERE assessment_id = %s AND source = 'overdue_days'",
            [done.id],
        )
        self.env.invalidate_all()
        parts, factors = done._replay_differences()
        self.assertEqual(parts, ["score"])
        days = self.env.ref("customer_archive.factor_credit_overdue_days")
        self.assertEqual(factors, days.ids)
        action = done.action_replay()
        self.assertIn("Days overdue", action["params"]["message"])

    def test_what_was_decided_stays(self):
        """E2: nobody alters or deletes it, nor the database."""
        done = self.decided(self.begun(), "C")
        own = done.with_user(self.users["finance"])
        for values in ({"grade_id": self.grade("credit", "A").id}, {"reason": "x"}):
            with self.subTest(values), self.assertRaises(UserError):
                own.write(values)
        for operation in ("unlink", "action_reckon", "action_submit"):
            with self.subTest(operation), self.assertRaises(UserError):
                getattr(own, operation)()
        lines = "customer_archive_assessment_line"
        for query in (
            "UPDATE customer_archive_assessment SET score = 100 WHERE id = %s",
            "UPDATE customer_archive_assessment SET state = 'draft' WHERE id = %s",
            "DELETE FROM customer_archive_assessment WHERE id = %s",
            f"UPDATE {lines} SET share = 1 WHERE assessment_id = %s",
            f"DELETE FROM {lines} WHERE assessment_id = %s",
        ):
            with (
                self.subTest(query),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [done.id])

    def test_history(self):
        """E2: who rated, who approved, what it was before; the last one counts."""
        first = self.decided(self.begun(), "B")
        second = self.begun()
        self.assertEqual(second.former_grade_id, self.grade("credit", "B"))
        self.assertTrue(first.is_current)
        self.assertFalse(second.is_current)
        self.decided(second, "C")
        self.assertFalse(first.is_current)
        self.assertTrue(second.is_current)
        found = self.env[ASSESSMENT].search([("is_current", "=", True)])
        self.assertEqual(found & (first | second), second)
        self.assertEqual(self.file.assessment_ids, second | first)
        self.assertEqual(first.decided_by_id, self.users["compliance"])

    def test_one_at_a_time(self):
        draft = self.begun()
        self.assertEqual(self.begun(), draft)
        self.assertEqual(len(self.file.sudo().assessment_ids), 1)
        self.submitted_with(draft, "B")
        self.assertEqual(self.begun(), draft)

    def test_who_begins_and_prepares(self):
        """E1: finance rates credit, compliance risk, buyers their suppliers."""
        allowed = {"credit": {"finance"}, "risk": {"compliance"}, "supplier": set()}
        for kind, roles in allowed.items():
            for role in self.users:
                if role in roles | {"portal"}:
                    continue
                file = self.by(self.file, role)
                with self.subTest(kind=kind, role=role), self.assertRaises(AccessError):
                    getattr(file, f"action_assess_{kind}")()
        draft = self.begun()
        for role in ("compliance", "management", "sales", "auditor", "admin", "clerk"):
            own = draft.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(UserError):
                own.write({"reason": "x"})
            with self.subTest(role), self.assertRaises(AccessError):
                own.action_submit()

    def test_who_decides(self):
        """E1: nobody decides on what they have prepared, nor who isn't asked."""
        draft = self.submitted_with(self.begun(), "B")
        for role in ("finance", "sales", "head", "management", "auditor", "admin"):
            own = draft.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                own.action_approve("同意")
        draft.with_user(self.users["compliance"]).action_reject("请补充担保函")
        self.assertEqual(draft.state, "draft")
        self.assertIn("请补充担保函", draft.refusal)
        self.assertFalse(self.file.credit_grade_id)

    def test_recorded_fields_are_nobodys_to_write(self):
        draft = self.begun()
        grade = self.grade("credit", "A")
        for name, value in (
            *(("state", "done"), ("score", 99.0), ("known", 1.0)),
            *(("proposed_grade_id", grade.id), ("decided_on", "2026-01-01")),
            *(("next_date", "2099-01-01"), ("former_grade_id", grade.id)),
            *(("snapshot", {}), ("kind", "risk")),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                draft.write({name: value})
        file = self.by(self.file, "finance")
        for name, value in (
            ("credit_grade_id", grade.id),
            ("risk_grade_id", grade.id),
            ("credit_next_date", "2099-01-01"),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                file.write({name: value})
        with self.assertRaises(AccessError):
            self.env[ASSESSMENT].with_user(self.users["finance"]).create(
                {"archive_id": self.file.id, "kind": "credit"}
            )

    def test_a_grade_of_another_scheme(self):
        with self.assertRaisesRegex(ValidationError, "scheme"):
            self.begun().grade_id = self.grade("risk", "1")

    def test_a_grade_not_in_force(self):
        """E1: neither one that waits for a second person, nor one that came later."""
        draft = self.begun()
        values = {"scheme_id": draft.scheme_id.id, "name": "A+", "bound": 99}
        grades = self.env[f"{ASSESSMENT}.grade"]
        waiting = grades.with_user(self.users["admin"]).create(values)
        later = grades.create({**values, "name": "A++", "bound": 98})
        for grade in (waiting, later):
            with (
                self.subTest(grade.name),
                self.assertRaisesRegex(ValidationError, "scheme"),
            ):
                draft.grade_id = grade.id
        draft.action_reckon()
        draft.grade_id = later.id

    def test_names_of_grades_stay(self):
        """E2: what was decided isn't called otherwise afterwards."""
        own = self.grade("credit", "B").with_user(self.users["admin"])
        own.name = "B1"
        own.name = "B"
        self.decided(self.begun(), "B")
        with self.assertRaisesRegex(UserError, "under this name"):
            own.name = "A1"
        own.write({"name": "B", "meaning": "Sound"})

    def test_only_what_does_not_count_is_known(self):
        """E1: a replay of such a one gives the same."""
        scheme = self.env.ref("customer_archive.scheme_credit")
        rest = scheme.factor_ids.filtered(lambda each: each.source != "years")
        rest.active = False
        scheme.factor_ids.copy({"source": "pay_days", "scale": "0: 100, *: 0"})
        years = scheme.factor_ids.filtered(lambda each: each.source == "years")
        years.weight = 0
        draft = self.begun()
        self.assertFalse(draft.proposed_grade_id)
        self.assertEqual(draft._replay_differences(), ([], []))

    def test_blocked(self):
        """E1: nothing is prepared on a file that is blocked."""
        draft = self.begun()
        draft.write({"grade_id": self.grade("credit", "B").id, "reason": "已核实"})
        as_system(self.file.sudo()).write({"is_blocked": True})
        for method in ("action_reckon", "action_submit"):
            with self.subTest(method), self.assertRaises(UserError):
                getattr(draft, method)()
        with self.assertRaisesRegex(UserError, "blocked"):
            draft.sudo()._check_file_open()

    def test_readers_go_by_the_side(self):
        """E2: who has a file of the other side reads neither it nor its grade's why."""
        self.decided(self.begun(), "B")
        file, buyer = self.file.sudo(), self.users["purchase"]
        # As for somebody who sells no longer, and keeps the files for the moment.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET user_id = %s WHERE id = %s",
            [buyer.id, file.id],
        )
        self.env.invalidate_all()
        found = self.env[ASSESSMENT].with_user(buyer).search([])
        self.assertFalse(found & file.assessment_ids)
        lines = self.env[f"{ASSESSMENT}.line"].with_user(buyer).search([])
        self.assertFalse(lines & file.assessment_ids.line_ids)
        own = self.file.with_user(self.users["clerk"])
        self.assertTrue(own.credit_why and own.credit_since)
        # Whoever sees the file alone.
        grade = file.credit_assessment_id.with_user(buyer)
        self.assertFalse(grade._filtered_access("read"))
        own = file.with_user(buyer)
        self.assertFalse(own.credit_why or own.credit_since)

    def test_erased(self):
        """Nothing on a destroyed file says how good its party was."""
        self.decided(self.begun(), "B")
        file = self.file.sudo()
        self.assertTrue(file.grade_id)
        file._erase("test")
        left = [
            name
            for name, field in file._fields.items()
            if field.store
            and field.type == "many2one"
            and (field.comodel_name or "").startswith(ASSESSMENT)
            and file[name]
        ]
        self.assertEqual(left, [])

    def test_what_is_open_is_not_read_by_everybody(self):
        """The account manager reads what was decided, and not what is thought of."""
        draft = self.begun()
        own = draft.with_user(self.users["sales"])
        with self.assertRaises(AccessError):
            own.read(["score"])
        self.decided(draft, "B")
        self.env.invalidate_all()
        self.assertTrue(own.read(["score", "explanation"]))
        with self.assertRaises(AccessError):
            draft.with_user(self.users["sales_other"]).read(["score"])

    def test_reckoned_anew(self):
        self.billed(self.party, 500, ago=40)
        draft = self.begun()
        line = draft.line_ids.filtered(lambda each: each.source == "entered")
        line.write({"value": 70, "note": "征信报告"})
        self.paid(
            self.env["account.move"].search([("partner_id", "=", self.party.id)]), 0
        )
        draft.action_reckon()
        self.assertEqual(self.snapshot(draft)["figures"]["overdue_days"], 0)
        entered = draft.line_ids.filtered(lambda each: each.source == "entered")
        self.assertEqual((entered.value, entered.note), (70, "征信报告"))
        self.assertEqual(draft._replay_differences(), ([], []))

    def test_ends_with_its_file(self):
        draft = self.submitted_with(self.begun(), "B")
        self.file.sudo()._end_assessments()
        self.assertFalse(draft.exists())
