import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .assessment_case import ASSESSMENT, AssessmentCase

FACTOR = "customer.archive.assessment.factor"


@tagged("post_install", "-at_install")
class TestSchemes(AssessmentCase, TransactionCase):
    """Requirement E1: configurable; what eases grades takes a second person."""

    def test_weakening_waits(self):
        factor = self.env.ref("customer_archive.factor_credit_overdue_days")
        grade = self.grade("credit", "A")
        scheme = factor.scheme_id
        admin = self.users["admin"]
        for record, values in (
            (factor, {"weight": 1}),
            (factor, {"scale": "0: 100, *: 100"}),
            (grade, {"bound": 1}),
            (grade, {"signoff": "finance"}),
            (grade, {"credit_limit": 1e9}),
            (scheme, {"minimum": 0}),
        ):
            [name] = values
            with self.subTest(name):
                before = record[name]
                own = record.with_user(admin)
                own.write(values)
                self.assertEqual(record[name], before)
                self.assertIn("lifting_by_id", record._fields)
                with self.assertRaises(AccessError):
                    own.action_confirm_lifting(record.lifting_digest)
                second = record.with_user(self.users["management"])
                second.action_confirm_lifting(record.lifting_digest)
                self.assertEqual(record[name], values[name])

    def test_added_to_what_is_in_force_waits(self):
        scheme = self.env.ref("customer_archive.scheme_credit")
        values = {"name": "Goodwill", "source": "entered", "weight": 900}
        factors = self.env[FACTOR].with_user(self.users["admin"])
        factor = factors.create({**values, "scheme_id": scheme.id})
        self.assertFalse(factor.active)
        numbers = [each["id"] for each in scheme._snapshot()["factors"]]
        self.assertNotIn(factor.id, numbers)
        factor.with_user(self.users["management"]).action_confirm_lifting(
            factor.sudo().lifting_digest
        )
        numbers = [each["id"] for each in scheme._snapshot()["factors"]]
        self.assertIn(factor.id, numbers)

    def test_new_schemes_wait(self):
        schemes = self.env["customer.archive.assessment.scheme"]
        own = schemes.with_user(self.users["admin"])
        scheme = own.create({"name": "Kind", "kind": "credit", "sequence": 0})
        self.assertFalse(scheme.active)
        self.assertTrue(scheme.lifting_by_id)

    def test_parts_stay_with_their_scheme(self):
        """E1: nobody makes them in a scheme nobody goes by, and moves them."""
        scheme = self.env.ref("customer_archive.scheme_credit")
        schemes = scheme.with_user(self.users["admin"])
        own = schemes.create({"name": "Aside", "kind": "credit"})
        for model, values in (
            (FACTOR, {"name": "Goodwill", "source": "entered", "weight": 900}),
            (f"{ASSESSMENT}.grade", {"name": "A+", "bound": 1, "credit_limit": 9e9}),
        ):
            part = self.env[model].with_user(self.users["admin"])
            part = part.create({**values, "scheme_id": own.id})
            name = "factor_ids" if model == FACTOR else "grade_ids"
            with self.subTest(model), self.assertRaisesRegex(UserError, "stays"):
                part.scheme_id = scheme.id
            with self.subTest(model), self.assertRaisesRegex(UserError, "stays"):
                scheme.with_user(self.users["admin"]).write(
                    {name: [Command.link(part.id)]}
                )
            self.assertEqual(part.scheme_id, own)

    def test_parts_of_what_waits(self):
        """E1: whoever changes what waits to be confirmed doesn't confirm it."""
        management = self.users["management"]
        management.group_ids += self.env.ref("customer_archive.group_admin")
        schemes = self.env["customer.archive.assessment.scheme"]
        scheme = schemes.with_user(self.users["admin"]).create(
            {
                "name": "Kind",
                "kind": "credit",
                "factor_ids": [Command.create({"name": "Third", "source": "entered"})],
                "grade_ids": [Command.create({"name": "A", "bound": 0})],
            }
        )
        other = scheme.with_user(management)
        for change in (
            lambda: other.factor_ids.write({"weight": 900}),
            lambda: other.grade_ids.write({"credit_limit": 9e9}),
            lambda: other.factor_ids.copy({"name": "More"}),
            lambda: other.factor_ids[:1].unlink(),
        ):
            shown = scheme.sudo().lifting_digest
            change()
            self.assertNotEqual(scheme.sudo().lifting_digest, shown)
            with self.assertRaises(UserError):
                other.action_confirm_lifting(shown)
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            other.action_confirm_lifting(scheme.sudo().lifting_digest)
        third = scheme.with_user(self.users["compliance"])
        third.action_confirm_lifting(scheme.sudo().lifting_digest)
        self.assertTrue(scheme.active)

    def test_bad_tables(self):
        factor = self.env.ref("customer_archive.factor_credit_overdue_days")
        for table in ("abc", "5: 1, 2: 0, *: 0", "0: 100", False):
            with self.subTest(table), self.assertRaisesRegex(ValidationError, "limits"):
                factor.scale = table

    def test_two_grades_from_one_score(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.grade("credit", "A").bound = self.grade("credit", "B").bound
            self.env.flush_all()

    def test_schemes_by_category_and_company(self):
        base = self.env.ref("customer_archive.scheme_credit")
        own = base.copy({"name": "Key accounts", "sequence": 1})
        own.active = True
        for factor in base.factor_ids[:2]:
            factor.copy({"scheme_id": own.id})
        # Without a grade for every score it isn't complete, and not taken.
        self.assertEqual(self.begun().scheme_id, base)
        draft = self.begun()
        base.grade_ids[-1].copy({"scheme_id": own.id})
        own.category_id = self.prospect
        draft.action_reckon()
        self.assertEqual(draft.scheme_id, base)
        own.category_id = self.buyer
        draft.action_reckon()
        self.assertEqual(draft.scheme_id, own)
        self.assertEqual(len(draft.line_ids), 2)
        own.company_id = self.env["res.company"].create({"name": "宁波示例有限公司"})
        draft.action_reckon()
        self.assertEqual(draft.scheme_id, base)

    def test_without_a_scheme(self):
        self.env["customer.archive.assessment.scheme"].search([]).active = False
        with self.assertRaisesRegex(UserError, "No assessment scheme"):
            self.begun()
