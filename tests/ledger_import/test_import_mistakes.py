import io

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..support.common import credit_code
from .ledger_case import HEADINGS, LedgerCase

KINDS, EACH = 25, 20
GOOD = 100


@tagged("post_install", "-at_install")
class TestImportMistakes(LedgerCase, TransactionCase):
    """A ledger with 500 planted errors of 25 kinds, each in a row of its own.

    Requirement H10.
    """

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # On record: under numbers of their own.
        cls.kept = [
            cls.row(90_000 + number, number=f"2018-T-{number + 1:03d}", date="20180101")
            for number in range(EACH)
        ]
        cls.imported(cls.kept)
        users = cls.env["res.users"].with_context(no_reset_password=True)
        users.create([{"login": f"t_same{n}", "name": "Test Same"} for n in range(2)])
        cls.env["res.partner"].create(
            [
                {
                    "name": "Twin",
                    "is_company": True,
                    "vat": credit_code(91_000 + number),
                }
                for number in range(EACH)
                for _twice in range(2)
            ]
        )

    def kinds(self):
        """Return (column, code, what a row says instead) for each kind of error.

        What it says is given by a function of the row and of how many there were.
        """

        def put(**values):
            return lambda _row, _number: values

        def other_end(row, _number):
            return {"vat": row["vat"][:-1] + ("A" if row["vat"][-1] != "A" else "B")}

        def misread(row, _number):
            return {"vat": "I" + row["vat"][1:]}

        def twin(_row, number):
            return {"vat": credit_code(91_000 + number)}

        def numbered(year, date):
            def values(_row, number):
                return {"number": f"{year}-T-{number + 1:03d}", "date": date}

            return values

        def on_record(_row, number):
            return {**self.kept[number], "number": None, "date": None, "level": "机密"}

        return [
            ("name", "required", put(name=None)),
            ("name", "long", put(name="长" * 201)),
            ("vat", "credit_code.length", lambda row, _n: {"vat": row["vat"][:-1]}),
            ("vat", "credit_code.characters", misread),
            ("vat", "credit_code.checksum", other_end),
            ("vat", "twice", lambda _r, number: {"vat": credit_code(50_000 + number)}),
            (
                "vat",
                "parties",
                twin,
            ),
            ("vat", "digits_lost", put(vat=913101000000000000)),
            ("phone", "phone.characters", put(phone="找王经理")),
            ("phone", "phone.length", put(phone="12345")),
            ("email", "email.characters", put(email="a@b")),
            ("category", "required", put(category=None)),
            ("category", "unknown", put(category="外星人")),
            ("department", "unknown", put(department="不存在部")),
            ("user", "unknown", put(user="t_nobody")),
            ("user", "several", put(user="Test Same")),
            ("user", "side", put(user="t_purchase")),
            ("stage", "unknown", put(stage="热恋")),
            ("core", "yes_no", put(core="也许")),
            ("date", "date", numbered(2017, "去年")),
            ("date", "future", numbered(2016, "2199-01-01")),
            ("date", "undated", numbered(2015, None)),
            ("number", "taken", numbered(2018, "2018-01-01")),
            ("note", "sensitive", put(note="11010519491231002X")),
            ("level", "protected", on_record),
        ]

    def planted(self):
        """Return the rows, and (row, column, code) of the errors that are in them."""
        kinds = self.kinds()
        self.assertEqual(len(kinds), KINDS)
        rows = [self.row(50_000 + number) for number in range(GOOD // 2)]
        errors = set()
        for number in range(EACH):
            for index, (column, code, says) in enumerate(kinds):
                row = self.row(1000 + number * KINDS + index)
                row.update(says(row, number))
                # Below the headings, and counted from 1.
                errors.add((len(rows) + 2, column, code))
                rows.append(row)
        rows += [self.row(60_000 + number) for number in range(GOOD // 2)]
        self.good = [*rows[: GOOD // 2], *rows[-GOOD // 2 :]]
        return rows, errors

    def test_exactly_those(self):
        rows, errors = self.planted()
        self.assertEqual(len(errors), KINDS * EACH)
        one = self.checked(rows)
        self.assertEqual(self.problems(one), errors)
        counts = (one.error_count, one.created_count, one.updated_count, one.same_count)
        self.assertEqual(counts, (KINDS * EACH, GOOD, 0, 0))
        self.each_beside_its_cell(one, errors)
        # All or nothing: nothing.
        files = self.env["customer.archive"].search_count([])
        with self.assertRaisesRegex(UserError, "500 rows have errors"):
            one.action_import()
        self.run_jobs()
        self.assertEqual(self.env["customer.archive"].search_count([]), files)
        # Row by row: exactly the rest.
        one.mode = "rows"
        one.action_check()
        one.action_import()
        self.run_jobs()
        self.assertEqual((one.state, one.created_count), ("done", GOOD))
        self.assertEqual(self.problems(one), errors)
        made = self.env["customer.archive"].search([]) - self.before
        self.assertEqual(
            sorted(made.partner_id.mapped("vat")),
            sorted(row["vat"] for row in self.good),
        )

    def each_beside_its_cell(self, one, errors):
        """The workbook with the errors marks those cells, and no others."""
        self.before = self.env["customer.archive"].search([])
        stream = io.BytesIO()
        one._write_errors(stream)
        sheet = openpyxl.load_workbook(stream).active
        marked = {
            (int(sheet.cell(cell.row, 1).value.partition(":")[0]), cell.column - 2)
            for line in sheet.iter_rows(min_row=2, min_col=2)
            for cell in line
            if cell.comment
        }
        columns = list(HEADINGS)
        self.assertEqual(marked, {(row, columns.index(key)) for row, key, _c in errors})
