"""Ledgers as offices keep them, through the real upload, check and import."""

import io
import zipfile
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.tools.ledger import headings as ledger_headings
from odoo.addons.customer_archive.tools.ledger import layout as ledger_layout

from ..support.common import credit_code
from .ledger_case import HEADINGS, IMPORT, workbook
from .sheet_case import PLAIN, SheetCase, made
from .test_ledger_reader import changed


@tagged("post_install", "-at_install")
class TestLedgersAsTheyAre(SheetCase, TransactionCase):
    """Requirement H10."""

    # Formats

    def test_numbers_by_their_formats(self):
        """What Excel shows is what is taken, and shown before it is confirmed."""

        def write(sheet, book):
            series = book.add_format({"num_format": '"2024-SALE-"000'})
            zeros = book.add_format({"num_format": "0000000"})
            area = book.add_format({"num_format": '"021-"00000000'})
            day = book.add_format({"num_format": '[$-804]yyyy"年"m"月"d"日";@'})
            keys = (
                "number",
                "name",
                "vat",
                "category",
                "user",
                "date",
                "phone",
                "note",
            )
            rows = [
                {
                    **self.plain(4300 + n),
                    "number": (7 + n, series),
                    "date": (45356 + n, day),
                    "phone": (55550001, area),
                    "note": (42 + n, zeros),
                }
                for n in range(2)
            ]
            self.lines(sheet, rows, keys)

        one = self.checked(made(write))
        self.assertEqual((one.created_count, one.error_count), (2, 0))
        self.assertIn(">2024-SALE-007</td>", one.preview)
        self.assertLess(one.preview.index("SALE-007"), one.preview.index("4300有限"))
        self.assertIn(">2024-03-05</td>", one.preview)
        confirming = one.with_user(self.users["compliance"])
        self.assertIn(">2024-SALE-008</td>", confirming.preview)
        confirming.action_confirm()
        one.action_import()
        self.run_jobs()
        parties = self.party(4300) | self.party(4301)
        files = parties.archive_ids.sorted("name")
        self.assertEqual(files.mapped("name"), ["2024-SALE-007", "2024-SALE-008"])
        self.assertEqual(
            files.mapped("opening_date"), [date(2024, 3, 5), date(2024, 3, 6)]
        )
        self.assertEqual(parties.mapped("phone"), ["021-55550001"] * 2)
        self.assertEqual(files.mapped("note"), ["0000042", "0000043"])

    def test_preview_is_for_those_who_prepare_and_confirm(self):
        one = self.checked([self.plain(4310)])
        self.assertIn("台账测试04310有限公司", one.preview)
        for role in ("auditor", "management"):
            with self.assertRaises(AccessError, msg=role):
                one.with_user(self.users[role]).read(["preview"])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT sealed_rows FROM customer_archive_import WHERE id = %s", [one.id]
        )
        self.assertNotIn("04310", self.env.cr.fetchone()[0])
        one.mode = "rows"
        self.assertFalse(one.preview)
        one.action_check()
        one.sudo()._forget_upload()
        self.assertFalse(one.preview)

    # Cells

    def test_cells_that_are_nearly_right(self):
        """Width, invisible marks, serial and Chinese dates."""
        code = credit_code(4350)
        wide = code.translate({48 + n: 0xFF10 + n for n in range(10)})
        rows = [
            self.plain(
                4350, vat=f"\u202a{wide}\u200d\u202c", phone="１３８００１３８０００"
            ),
            self.plain(
                4351, vat=f"{credit_code(4351)[:9]}\u00ad{credit_code(4351)[9:]}\ufeff"
            ),
            self.plain(4352, number="2019-Ｔ-０１", date=45356),
            self.plain(4353, number="2019-T-02", date="二〇二四年三月五日"),
            self.plain(4354, number="2019-T-03", date="２０２４年3月5日"),
            self.plain(4355, number="2019-T-04", date="2024年3月"),
            self.plain(
                4356, user="\u200et_sales\u00a0", category=f"{self.buyer.name}\u200b"
            ),
        ]
        keys = (*PLAIN, "number", "date")
        content = workbook(rows, {key: HEADINGS[key] for key in keys})
        one = self.imported(content, mode="rows")
        self.assertEqual(self.problems(one), {(7, "date", "month")})
        self.assertEqual(one.created_count, 6)
        self.assertEqual(self.party(4350).phone, "13800138000")
        for serial in (4352, 4353, 4354):
            file = self.party(serial).archive_ids
            self.assertEqual(file.opening_date, date(2024, 3, 5))
        self.assertEqual(self.party(4352).archive_ids.name, "2019-T-01")
        self.assertIn("the day is missing", one.row_ids.filtered("message").message)

    def test_two_telephones_in_one_cell(self):
        """The first is the telephone; the others are kept beside it, and told."""
        cells = {
            4360: ("13800138000/13900139000", "13800138000", "13900139000"),
            4361: (
                "021-55550001、13900139000；400-820-0001",
                "021-55550001",
                "13900139000、400-820-0001",
            ),
            4362: ("13800138000\n13900139000", "13800138000", "13900139000"),
            4363: ("021-5555 0001", "021-5555 0001", False),
        }
        rows = [self.plain(serial, phone=cell[0]) for serial, cell in cells.items()]
        one = self.imported(rows)
        self.assertEqual(self.told(one)["phones"], (3, [2, 3, 4]))
        for serial, (_cell, first, others) in cells.items():
            party = self.party(serial)
            self.assertEqual((party.phone, party.other_phone), (first, others))

    def test_merged_over_rows(self):
        """A category over several rows is that of each of them."""

        def write(sheet, _book):
            rows = [self.plain(4370 + n) for n in range(4)]
            for row in rows[1:3]:
                row["category"] = row["user"] = None
            self.lines(sheet, rows)
            sheet.merge_range("C2:C4", self.buyer.name, None)
            sheet.merge_range("D2:D4", "t_sales", None)

        one = self.imported(made(write))
        self.assertEqual((one.created_count, one.error_count), (4, 0))
        self.assertEqual(self.told(one)["filled"][0], 4)
        files = (self.party(4371) | self.party(4372)).archive_ids
        self.assertEqual(files.category_id, self.buyer)

    def test_rows_that_are_no_data(self):
        """Totals, repeated headings, sections, notes and signatures are left out."""

        def write(sheet, _book):
            rows = [self.plain(4380), self.plain(4381), self.plain(4382)]
            self.lines(sheet, rows[:1])
            sheet.merge_range("A3:F3", "华东区", None)
            sheet.write_row(3, 0, list(rows[1].values()))
            sheet.write_row(4, 0, ["本页小计", None, None, "2 家"])
            sheet.write_row(5, 0, [HEADINGS[key] for key in PLAIN])
            sheet.write_row(6, 0, list(rows[2].values()))
            sheet.write_row(7, 0, ["合计", "3"])
            sheet.write_row(8, 0, ["说明：以上均已核对"])
            sheet.write_row(9, 0, ["填表人：李四", None, None, "审核人：王五"])
            sheet.write_row(10, 0, ["经办人", None, None, "赵六"])

        one = self.imported(made(write))
        self.assertEqual((one.row_count, one.created_count, one.error_count), (3, 3, 0))
        self.assertEqual(
            self.told(one),
            {
                "sections": (1, [3]),
                "totals": (2, [5, 8]),
                "headings": (1, [6]),
                "notes": (1, [9]),
                "signatures": (2, [10, 11]),
            },
        )
        for place in ("3", "5, 8", "6", "9", "10, 11"):
            self.assertIn(f": {place}", one.remarks)

    def test_companies_that_sound_like_it(self):
        """Whoever has a code isn't a total or a signature, whatever the name."""
        rows = [
            self.plain(4390, name="上海总计"),
            self.plain(4391, name="审核：咨询有限公司"),
            self.plain(4392, name="经办人"),
        ]
        one = self.checked(rows)
        self.assertEqual((one.created_count, self.told(one)), (3, {}))

    def test_hidden_rows(self):
        """Taken over or not: the person chooses, and is told."""

        def write(sheet, _book):
            self.lines(sheet, [self.plain(4400), self.plain(4401)])
            sheet.set_row(2, None, None, {"hidden": True})
            sheet.set_column(5, 5, None, None, {"hidden": True})

        one = self.checked(made(write))
        self.assertEqual((one.created_count, self.told(one)), (2, {"hidden": (1, [3])}))
        column = one.column_ids.filtered(lambda column: column.field == "phone")
        self.assertIn("hidden", column.hint)
        one.hidden_rows = "leave"
        self.assertEqual(one.state, "draft")
        one.action_check()
        self.assertEqual((one.created_count, self.told(one)), (1, {"left": (1, [3])}))

    def test_other_sheets_are_told(self):
        def write(sheet, book):
            self.lines(sheet, [self.plain(4410)])
            book.add_worksheet("供应商").write(0, 0, "x")

        one = self.checked(made(write))
        self.assertEqual(self.told(one), {"sheets": (1, ["供应商"])})

    def test_formula_without_a_result(self):
        def write(sheet, _book):
            self.lines(sheet, [self.plain(4415)])
            sheet.write_formula(1, 0, '="示例"&"公司"', None, "")

        content = made(write)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").replace(b"<v></v>", b"")
        one = self.checked(changed({"xl/worksheets/sheet1.xml": sheet}, content))
        self.assertEqual(self.problems(one), {(2, "name", "uncalculated")})

    # Old numbers

    def test_old_numbers(self):
        """The codes of before 2015 have columns of their own."""
        rows = [
            self.plain(4440, organisation="d2143569x", licence="110108 000000016"),
            self.plain(4441, vat="D2143569-X"),
            self.plain(4442, vat="110108000000016"),
            self.plain(4443, organisation="D2143569-1"),
            self.plain(4444, licence="110108000000017"),
        ]
        keys = (*PLAIN, "organisation", "licence")
        one = self.imported(
            workbook(rows, {key: HEADINGS[key] for key in keys}), mode="rows"
        )
        self.assertEqual(
            self.problems(one),
            {
                (3, "vat", "credit_code.organisation"),
                (4, "vat", "credit_code.licence"),
                (5, "organisation", "organisation_code.checksum"),
                (6, "licence", "licence_number.checksum"),
            },
        )
        party = self.party(4440)
        self.assertEqual(party.organisation_code, "D2143569-X")
        self.assertEqual(party.licence_number, "110108000000016")
        message = one.row_ids.filtered(lambda row: row.number == 4).message
        self.assertIn("18-character credit code", message)
        with self.assertRaisesRegex(UserError, "organisation code"):
            party.organisation_code = "D2143569-7"

    def test_letters_of_authorities(self):
        from stdnum.cn import uscc

        body = "N2310101MF0000001"
        row = self.plain(4450, vat=body + uscc.calc_check_digit(body))
        self.assertEqual(self.checked([row]).created_count, 1)

    # The kind

    def test_every_field_has_its_way_through(self):
        """Each column of the vocabulary is shown, hinted, and taken for itself."""
        imports = self.env[IMPORT]
        self.assertEqual(set(imports._column_hints()), set(ledger_headings.FIELDS))
        self.assertEqual(set(HEADINGS), set(ledger_headings.FIELDS))
        for key in ledger_headings.FIELDS:
            self.assertTrue(self.env[f"{IMPORT}.column"]._field_label(key))

    def test_every_kind_of_what_is_noticed_has_words(self):
        import inspect
        import re

        source = inspect.getsource(ledger_layout)
        kinds = set(re.findall(r'note\(\s*"(\w+)"', source))
        kinds |= set(re.findall(r'return "(\w+)"', source)) | {
            "left",
            "hidden",
            "phones",
            "gaps",
        }
        self.assertEqual(kinds, set(self.env[IMPORT]._noted_words()))
