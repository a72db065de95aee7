from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..support.clone import at_once, cloned_database, scene
from ..support.common import ArchiveCase


class Regret(Exception):
    """Makes a transaction roll back after it has registered a file."""


@tagged("post_install", "-at_install")
class TestNumbering(ArchiveCase, TransactionCase):
    """B10: requirement A15."""

    def test_one_series_per_department_and_year(self):
        """A15: year-department-sequence; a batch is numbered in its order."""
        files = [self.approved() for _count in range(3)]
        supplier = self.approved("purchase")
        clerk = self.users["clerk"]
        (files[2] + files[0] + files[1]).with_user(clerk).action_register()
        supplier.with_user(clerk).action_register()
        year = files[0].opening_date.year
        self.assertEqual(
            [file.name for file in files],
            [f"{year}-TSALE-00{number}" for number in (1, 2, 3)],
        )
        self.assertEqual(supplier.name, f"{year}-TPUR-001")

    def test_format_is_configurable(self):
        self.company.archive_number_format = "KH%(y)s/%(department)s/"
        self.company.archive_number_padding = 5
        archive = self.registered()
        self.assertRegex(archive.name, r"^KH\d\d/TSALE/00001$")

    def test_prefixes_of_offices(self):
        for text in ("客户档案-%(year)s-", "KH.%(y)s_", "%(department)s/%(year)s/"):
            self.company.archive_number_format = text

    def test_unusable_format_is_refused(self):
        unknown = ("%(month)s-", "%d-", "%(year)s-%", "%s", "%(year)9999s")
        paths = ("", "../", "/a/", "a//", "./", "a/./", "a..", "<b>", "a b", "a\n")
        for text in unknown + paths:
            with self.subTest(text), self.assertRaises(ValidationError):
                self.company.archive_number_format = text

    def classify(self):
        """Give every category a class code; periods have theirs by their policies."""
        categories = self.env["customer.archive.category"].search([])
        for index, category in enumerate(categories, 1):
            category.class_code = f"KH{index:02d}"

    def test_fonds_class_and_period(self):
        """B10: as DA/T 13 has it; each prefix has its own numbering."""
        self.classify()
        self.company.archive_fonds = "0327"
        self.company.archive_number_format = "%(fonds)s-%(class)s-%(period)s-%(y)s-"
        first, second = self.registered(), self.registered()
        other = self.registered("purchase")
        code = self.buyer.class_code
        year = first.opening_date.year % 100
        self.assertEqual(first.name, f"0327-{code}-D10-{year:02d}-001")
        self.assertEqual(second.name, f"0327-{code}-D10-{year:02d}-002")
        self.assertEqual(other.name, f"0327-{self.goods.class_code}-D10-{year:02d}-001")
        # A number stays, whatever becomes of the period and the class.
        self.buyer.retention_policy_id = self.env.ref(
            "customer_archive.retention_permanent"
        )
        self.assertEqual(first.name, f"0327-{code}-D10-{year:02d}-001")
        self.assertEqual(self.registered().name, f"0327-{code}-Y-{year:02d}-001")

    def test_what_lacks_a_code_is_named_in_the_settings(self):
        refused = self.assertRaisesRegex
        with refused(ValidationError, "enter the fonds number"):
            self.company.archive_number_format = "%(fonds)s-%(year)s-"
        with refused(ValidationError, "class code.*" + self.buyer.name):
            self.company.archive_number_format = "%(class)s-%(year)s-"
        self.classify()
        self.company.archive_number_format = "%(class)s-%(year)s-"
        self.buyer.retention_policy_id = False
        with refused(ValidationError, "period code.*" + self.buyer.name):
            self.company.archive_number_format = "%(period)s-%(year)s-"
        self.company.archive_fonds = "0327"
        self.company.archive_number_format = "%(fonds)s-%(year)s-"
        with refused(ValidationError, "enter the fonds number"):
            self.company.archive_fonds = False

    def test_no_two_numbers_are_alike(self):
        """D1 before 01, and D10 before 1: a separator is asked for."""
        self.classify()
        for text in ("%(class)s", "%(year)s%(period)s", "%(class)s-%(department)s"):
            with (
                self.subTest(text),
                self.assertRaisesRegex(ValidationError, "separator"),
            ):
                self.company.archive_number_format = text

    def test_unusable_codes_are_refused(self):
        policy = self.env.ref("customer_archive.retention_customer")
        for record, name in (
            *((self.company, "archive_fonds"), (self.buyer, "class_code")),
            (policy, "period_code"),
        ):
            for text in ("a b", "../x", "a/b", "-a", "a-", "<b>", "a..b", "%s"):
                with self.subTest((name, text)), self.assertRaises(ValidationError):
                    record[name] = text
            record[name] = "XM·01-A"

    def test_codes_are_the_administrators(self):
        for role in set(self.users) - {"admin", "portal", "employee"}:
            with self.subTest(role), self.assertRaises(AccessError):
                self.buyer.with_user(self.users[role]).class_code = "X"
        self.buyer.with_user(self.users["admin"]).class_code = "X"
        with self.assertRaises(AccessError):
            self.company.with_user(self.users["admin"]).archive_fonds = "1"

    def test_class_cleared_meanwhile(self):
        self.classify()
        self.company.archive_number_format = "%(class)s-"
        archive = self.approved()
        self.buyer.class_code = False
        with self.assertRaisesRegex(UserError, "class code of the category"):
            archive.with_user(self.users["clerk"]).action_register()
        self.assertEqual(archive.state, "registering")
        with self.assertRaisesRegex(UserError, "class code of the category"):
            self.collect(self.archive()).action_submit()

    def test_department_without_code_is_named_before_submission(self):
        archive = self.collect(self.archive())
        self.departments["sales"].archive_code = False
        with self.assertRaisesRegex(UserError, "has no code for file numbers"):
            archive.action_submit()

    def test_code_cleared_meanwhile(self):
        archive = self.approved()
        self.departments["sales"].archive_code = False
        with self.assertRaisesRegex(UserError, "has no code for file numbers"):
            archive.with_user(self.users["clerk"]).action_register()
        self.assertEqual(archive.state, "registering")

    def test_two_at_once_on_one_file(self):
        """Two registrations, two submissions, two decisions: one holds, one is told."""
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case:
                approved, submitted = case.approved(), case.submitted()
                collected = case.collect(case.archive())
                role = case.users
                calls = [
                    (approved.id, "action_register", role["clerk"].id),
                    (collected.id, "action_submit", role["sales"].id),
                    (submitted.id, "action_approve", role["head"].id),
                ]
            for archive_id, method, uid in calls:

                def call(env, archive_id=archive_id, method=method):
                    return getattr(env["customer.archive"].browse(archive_id), method)()

                results = at_once(registry, [(uid, call), (uid, call)])
                kinds = sorted(type(result).__name__ for result in results)
                self.assertIn(
                    kinds, (["UserError", "bool"], ["AccessError", "bool"]), method
                )
            with registry.cursor() as cr:
                cr.execute(
                    "SELECT res_id, count(*) FROM customer_archive_approval"
                    " WHERE state = 'approved' AND res_id IN %s GROUP BY 1 ORDER BY 1",
                    ((approved.id, submitted.id),),
                )
                self.assertEqual(cr.fetchall(), [(approved.id, 3), (submitted.id, 1)])

    def test_twenty_clerks_at_once(self):
        """A15: 20 concurrent registrations give 20 consecutive numbers.

        Those rolled back leave no gap.
        """
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case:
                ids = [case.approved().id for _count in range(25)]
                clerk = case.users["clerk"].id

            def register(archive_id):
                return lambda env: (
                    env["customer.archive"].browse(archive_id).action_register()
                )

            def register_and_regret(archive_id):
                def call(env):
                    env["customer.archive"].browse(archive_id).action_register()
                    env.flush_all()
                    raise Regret

                return call

            calls = [
                (clerk, (register_and_regret if index % 5 == 4 else register)(id_))
                for index, id_ in enumerate(ids)
            ]
            results = at_once(registry, calls)
            self.assertEqual(
                [result for result in results if result is True], [True] * 20
            )
            self.assertEqual(sum(isinstance(result, Regret) for result in results), 5)
            with registry.cursor() as cr:
                cr.execute(
                    "SELECT number_index, name FROM customer_archive"
                    " WHERE number_index > 0 ORDER BY 1"
                )
                rows = cr.fetchall()
            self.assertEqual([index for index, _name in rows], list(range(1, 21)))
            self.assertTrue(
                all(name.endswith(f"-TSALE-{index:03d}") for index, name in rows)
            )
