"""Numbers, levels and categories of a ledger that aren't what they look like."""

from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.ledger_import.numbers import Numbers

from .ledger_case import LedgerCase

LOG = "customer.archive.log"


@tagged("post_install", "-at_install")
class TestImportNumbers(LedgerCase, TransactionCase):
    def numbered(self, *numbers, date="2024-05-06"):
        return [
            self.row(800 + place, number=number, date=date)
            for place, number in enumerate(numbers)
        ]

    def test_in_the_companys_format_they_are_as_it_gives_them(self):
        wrong = {
            "2024-TSALE-9999999999": "number_format",
            "2024-TSALE-0000000009": "number_format",
            "2024-tsale-009": "number_format",
            "2024-TSALE--1": "number_format",
            "2024-TSALE-+1": "number",
            "2024-TSALE-000": "number_format",
            "٢٠٢٤-TSALE-030": "number",
            "2024-TSALE-٠٣٠": "number",
            "2027-TSALE-001": "number_year",
            "2023-TSALE-001": "number_year",
            "2099-TSALE-001": "number_year",
        }
        one = self.checked(self.numbered(*wrong))
        codes = enumerate(wrong.values(), 2)
        self.assertEqual(
            self.problems(one), {(row, "number", code) for row, code in codes}
        )
        for row in one.row_ids:
            self.assertNotIn("can't be imported", row.message)

    def test_by_the_format_of_the_company(self):
        """With two digits, without a year, with the code behind: as it is set."""
        for format_, right, wrong in (
            ("%(department)s%(y)s/", "TSALE24/7", "TSALE23/7"),
            ("%(y)s%(department)s%(y)s-", "24TSALE24-7", "23TSALE23-7"),
            ("%(department)s-", "TSALE-7", "tsale-7"),
            ("No.%(year)s/", "No.2024/7", "no.2024/7"),
        ):
            with self.subTest(format_):
                self.company.archive_number_format = format_
                numbers = Numbers(self.company, {"TSALE", "TPUR"})
                self.assertIsNone(numbers.problem(right, date(2024, 5, 6)))
                self.assertTrue(numbers.problem(wrong, date(2024, 5, 6)))

    def test_old_numbers_are_kept_and_dont_count(self):
        year = self.company._archive_today().year
        old = ["客-2019-0007", "TSALE/2019/77", f"{year}.TSALE.900", "A1234567890123"]
        one = self.imported(self.numbered(*old))
        self.assertFalse(self.problems(one))
        self.assertEqual(set(self.files_of(self.numbered(*old)).mapped("name")), {*old})
        self.assertFalse(one.remarks)
        self.assertEqual(self.registered().name, f"{year}-TSALE-001")

    def test_gaps_are_told_to_who_confirms(self):
        rows = self.numbered("2024-TSALE-003", "2024-TSALE-020")
        one = self.checked(rows)
        confirming = one.with_user(self.users["compliance"])
        self.assertRegex(confirming.remarks, "^18 file numbers .*2024-TSALE-001, ")
        self.assertIn("2024-TSALE-004", confirming.remarks)
        self.assertNotIn("2024-TSALE-003", confirming.remarks)
        confirming.action_confirm()
        [told] = self.env[LOG].search([("detail", "=", "gaps 18")])
        self.assertEqual((told.event, told.res_id), ("import", one.id))
        self.assertIn("2024-TSALE-001", told.note)
        self.assertIn("18 file numbers stay unused", told.summary)
        one.action_import()
        self.run_jobs()
        # What lies below was told when it was left.
        later = [self.row(820, number="2024-TSALE-021", date="2024-05-06")]
        self.assertFalse(self.checked(later).remarks)
        filling = [self.row(821, number="2024-TSALE-004", date="2024-05-06")]
        self.assertFalse(self.checked(filling).remarks)

    def test_the_largest_index_makes_no_list_of_all(self):
        one = self.checked(self.numbered("2024-TSALE-999999999"))
        self.assertIn("999999998 file numbers", one.remarks)

    # Levels and categories

    def test_no_level_becomes_another(self):
        levels = {
            "内部": "internal",
            "普通商密": "confidential",
            "核心商密": "secret",
            "秘密": "confidential",
            "机密": "secret",
        }
        rows = [self.row(830 + n, level=level) for n, level in enumerate(levels)]
        self.imported(rows)
        for row, level in zip(rows, levels.values(), strict=True):
            self.assertEqual(self.files_of([row]).security_level, level)
        others = ("绝密", "top secret", "高")
        rows = [self.row(840 + n, level=level) for n, level in enumerate(others)]
        one = self.checked(rows)
        self.assertEqual(
            self.problems(one), {(row, "level", "level") for row in (2, 3, 4)}
        )
        self.assertIn("internal, confidential or secret", one.row_ids[0].message)

    def test_a_company_has_no_private_persons_category(self):
        persons = self.env["customer.archive.category"].search([("is_person", "=", 1)])
        name = persons.filtered(lambda each: each.side in ("customer", "both"))[0].name
        draft = self.archive()
        rows = [
            self.row(850, kind=None, category=name, department=None),
            self.row(851, kind="公司", category=name, department=None),
            {"vat": draft.partner_id.vat, "category": name},
            {"vat": draft.partner_id.vat, "category": name, "kind": "个人"},
        ]
        for row in rows:
            problems = self.problems(self.checked([row]))
            self.assertIn((2, "category", "person"), problems, row)
