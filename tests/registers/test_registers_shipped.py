import io
from datetime import date, datetime

import openpyxl
import polib

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

from .registers_expected import EXPECTED, SELDOM
from .registers_fixtures import RegistersCase
from .registers_values import Percent

# Registers with columns that a role isn't shown: who reported an incident doesn't see
# what came of it.
REFUSED = {"sales": ("incident",)}
FORMATS = {
    int: "0",
    float: "#,##0.00",
    Percent: "0%",
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm",
}


@tagged("post_install", "-at_install")
class TestRegistersShipped(RegistersCase, TransactionCase):
    """Requirements A24, G8, H1, H2, H3, H4, H5, H6, H7, H8: each register, by cells."""

    def setUp(self):
        super().setUp()
        po = polib.pofile(file_path("customer_archive/i18n/zh_CN.po"))
        self.chinese = {entry.msgid: entry.msgstr for entry in po if entry.msgstr}

    def words(self, text, lang):
        return self.chinese.get(text, text) if lang == "zh_CN" else text

    def shipped(self):
        """Return the shipped registers by the name that is expected."""
        known = self.env["ir.model.data"].search(
            [
                ("module", "=", "customer_archive"),
                ("model", "=", "customer.archive.register"),
            ]
        )
        return {
            each.name.removeprefix("register_"): self.env[each.model].browse(
                each.res_id
            )
            for each in known
        }

    def book(self, register):
        stream = io.BytesIO()
        register.write_xlsx(stream, register.records())
        stream.seek(0)
        return openpyxl.load_workbook(stream)

    def records(self, expected, env):
        """Return the records to list, found and sorted without the register."""
        records = env[expected.model].search([]).filtered(expected.which)
        return records.sorted(expected.key)

    def assertCell(self, cell, value, where):
        """Check value and kind of a cell: what is a number looks like one."""
        if value is None or value is False or value == "":
            self.assertIn(cell.value, (None, ""), where)
        elif isinstance(value, str):
            self.assertEqual(cell.value, value, where)
            self.assertEqual(cell.data_type, "s", where)
        elif isinstance(value, date):
            self.assertTrue(cell.is_date, where)
            whole = isinstance(value, datetime)
            found = cell.value if whole else cell.value.date()
            # Excel counts in days: a time is exact to the second.
            gap = abs(found - value)
            self.assertLess(gap.total_seconds(), 1, where)
            self.assertEqual(cell.number_format, FORMATS[type(value)], where)
        else:
            self.assertEqual(cell.data_type, "n", where)
            self.assertAlmostEqual(cell.value, value, 9, where)
            self.assertEqual(cell.number_format, FORMATS[type(value)], where)

    def assertHead(self, sheet, expected, records, lang):
        self.assertEqual(sheet["A1"].value, self.words(expected.title, lang))
        today = fields.Date.context_today(records)
        known = "department_id" in records._fields and records.department_id
        shared = known.name if known and len(known) == 1 else None
        department = shared or self.words("All departments", lang)
        self.assertEqual(
            sheet["A2"].value.split("        "),
            [
                self.words("Company: %s", lang) % self.company.name,
                self.words("Department: %s", lang) % department,
                self.words("Date: %s", lang) % today,
            ],
        )
        setup = sheet.page_setup
        self.assertEqual((setup.orientation, setup.paperSize), ("landscape", 9))

    def assertFoot(self, sheet, expected, lang):
        line = sheet.cell(sheet.max_row, 1).value
        role = self.words("%(role)s:", lang)
        named = self.words(",".join(expected.signatures), lang)
        self.assertEqual(
            line.split(),
            [w for n in named.split(",") for w in (role % {"role": n}).split()],
        )
        page = sheet.oddFooter.right.text
        self.assertEqual(page, self.words("Page &P of &N", lang))

    def assertList(self, sheet, expected, records, lang):
        first = next(row for row in range(3, 9) if sheet.cell(row, 1).value == 1)
        for index, (heading, _value) in enumerate(expected.columns, 1):
            # Below a heading that it shares, or merged over both rows.
            cells = [sheet.cell(row, index).value for row in (first - 1, first - 2)]
            shown = next(filter(None, cells))
            self.assertEqual(shown, self.words(heading, lang))
        self.assertEqual(sheet.print_title_rows, f"$1:${first - 1}")
        for place, record in enumerate(records):
            for index, (heading, value_of) in enumerate(expected.columns):
                value = value_of(record) if value_of else place + 1
                where = f"{expected.title}, {heading}, row {place + 1}"
                self.assertCell(sheet.cell(first + place, index + 1), value, where)
        for heading in expected.sums:
            index = [name for name, _value in expected.columns].index(heading)
            total = sum(expected.columns[index][1](each) for each in records)
            cell = sheet.cell(first + len(records), index + 1)
            self.assertIn("SUBTOTAL", cell.value)
            ends = dict.fromkeys((first, first + len(records) - 1))
            added = ":".join(f"{cell.column_letter}{row}" for row in ends)
            self.assertIn(f"{added})", cell.value)
            self.assertEqual(self.cached(sheet, cell), total)
        below = first + len(records) + bool(expected.sums)
        self.assertEqual(below, sheet.max_row)

    def cached(self, sheet, cell):
        """Return what a formula shows before it is worked out again."""
        return self.values[sheet.title][cell.coordinate].value

    def assertForms(self, book, expected, records, lang):
        self.assertEqual(len(book.worksheets), len(records))
        for sheet, record in zip(book.worksheets, records, strict=True):
            self.assertHead(sheet, expected, record, lang)
            self.assertFoot(sheet, expected, lang)
            cells, sections, above = {}, [], None
            for row in sheet.iter_rows(min_row=3, max_row=sheet.max_row - 2):
                if f"A{row[0].row}:D{row[0].row}" in sheet.merged_cells:
                    above = row[0].value
                    continue
                if above:
                    sections.append((above, row[0].value))
                    above = None
                cells |= {row[at].value: row[at + 1] for at in (0, 2) if row[at].value}
            self.assertEqual(
                sections,
                [
                    tuple(self.words(name, lang) for name in each)
                    for each in expected.sections
                ],
            )
            self.assertEqual(
                list(cells),
                [self.words(name, lang) for name, _value in expected.columns],
            )
            for heading, value_of in expected.columns:
                where = f"{sheet.title}, {heading}"
                cell = cells[self.words(heading, lang)]
                self.assertCell(cell, value_of(record), where)

    def compare(self, role, lang):
        """Compare every shipped register, as one role; return what was listed."""
        user = self.users[role]
        user.lang = lang
        listed = {}
        for name, register in self.shipped().items():
            expected = EXPECTED[name]
            register = register.with_user(user).with_context(lang=lang)
            refused = name in REFUSED.get(role, ())
            if refused or not register.env[expected.model].has_access("read"):
                with self.assertRaises(AccessError):
                    register.write_xlsx(io.BytesIO(), register.records())
                continue
            records = self.records(expected, register.env)
            listed[name] = records
            if not records:
                continue
            with self.subTest(register=name):
                stream = io.BytesIO()
                register.write_xlsx(stream, register.records())
                stream.seek(0)
                book = openpyxl.load_workbook(stream)
                self.values = openpyxl.load_workbook(stream, data_only=True)
                if expected.layout == "form":
                    self.assertForms(book, expected, records, lang)
                    continue
                self.assertHead(book.active, expected, records, lang)
                self.assertList(book.active, expected, records, lang)
                self.assertFoot(book.active, expected, lang)
        return listed

    def test_every_register_is_expected_here(self):
        """A register that is shipped without an expectation fails."""
        self.assertEqual(set(self.shipped()), set(EXPECTED))
        for name, register in self.shipped().items():
            expected = EXPECTED[name]
            self.assertEqual(register.model, expected.model)
            self.assertEqual(register.layout, expected.layout)
            self.assertTrue(register.code, name)

    def test_the_ground_fills_every_column(self):
        """What is compared is something, in each column of each register."""
        for name, expected in EXPECTED.items():
            env = self.env(user=self.users["auditor"].id)
            records = self.records(expected, env)
            self.assertTrue(records, name)
            for heading, value_of in expected.columns:
                if value_of and (name, heading) not in SELDOM:
                    filled = any(value_of(each) for each in records)
                    self.assertTrue(filled, f"{name}: {heading}")

    def test_for_who_reads_all_in_english(self):
        listed = self.compare("auditor", "en_US")
        self.assertTrue(all(listed.values()))
        self.assertIn(self.others_file.id, listed["ledger"].ids)

    def test_for_who_reads_all_in_chinese(self):
        listed = self.compare("auditor", "zh_CN")
        self.assertTrue(all(listed.values()))

    def test_for_an_administrator(self):
        listed = self.compare("admin", "en_US")
        self.assertIn(self.others_file.id, listed["ledger"].ids)

    def test_an_account_manager_gets_his_own(self):
        for lang in ("en_US", "zh_CN"):
            listed = self.compare("sales", lang)
            for name in ("summary", "basic_data", "ledger"):
                self.assertIn(self.file.id, listed[name].ids)
                self.assertNotIn(self.others_file.id, listed[name].ids)
                self.assertEqual(listed[name].user_id, self.users["sales"])
            for name in ("index", "validity", "agreement"):
                owners = listed[name].archive_id.user_id
                self.assertEqual(owners, self.users["sales"], name)

    def test_long_numbers_stay_whole(self):
        """A credit code or an account never turns into 9.1E+17."""
        register = self.shipped()["index"].with_user(self.users["admin"])
        cells = [cell for row in self.book(register).active for cell in row]
        [number] = [cell for cell in cells if cell.value == "00123456789012345678"]
        self.assertEqual(number.data_type, "s")
        values = [cell.value for cell in cells]
        self.assertNotIn("11010519491231002X", values)
