"""Ledgers as offices keep them, through the real upload, check and import."""

import csv
import io
import zipfile
from datetime import date

import xlsxwriter

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.tools.ledger import (
    headings as ledger_headings,
)
from odoo.addons.customer_archive.tools.ledger import (
    layout as ledger_layout,
)

from ..support.common import credit_code
from .ledger_case import HEADINGS, IMPORT, LedgerCase, workbook
from .test_ledger_reader import changed

PLAIN = ("name", "vat", "category", "user", "contact", "phone")


def made(write, **options):
    """Return a workbook whose first sheet ``write(sheet, book)`` fills."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options)
    sheet = book.add_worksheet("台账")
    write(sheet, book)
    book.close()
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestLedgersAsTheyAre(LedgerCase, TransactionCase):
    """Requirement H10."""

    maxDiff = None

    def plain(self, serial, **values):
        row = self.row(serial)
        return {**{key: row[key] for key in PLAIN}, **values}

    def lines(self, sheet, rows, keys=PLAIN, top=0):
        """Write headings and rows; a cell is a value, or (value, format)."""
        sheet.write_row(top, 0, [HEADINGS[key] for key in keys])
        for place, row in enumerate(rows, top + 1):
            for index, key in enumerate(keys):
                cell = row.get(key)
                if cell is not None:
                    sheet.write(
                        place, index, *(cell if isinstance(cell, tuple) else (cell,))
                    )

    def told(self, one):
        """Return what was noticed, as (kind, count, places)."""
        return {kind: (count, places) for kind, count, places in one.sudo().noted or ()}

    def party(self, serial):
        domain = [("vat", "=", credit_code(serial)), ("parent_id", "=", False)]
        return self.env["res.partner"].search(domain)

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

    # Headings

    def test_headings_in_two_rows(self):
        """A heading over several columns, and those below it."""

        def write(sheet, _book):
            sheet.merge_range("A1:G1", "客户台账", None)
            for index, text in enumerate(
                ("序号", "客户名称", "信用代码", "类别", "客户经理")
            ):
                sheet.merge_range(1, index, 2, index, text, None)
            sheet.merge_range("F2:G2", "联系信息", None)
            sheet.write_row("F3", ["联系人", "电话"])
            row = self.plain(4320)
            sheet.write_row(3, 0, [1, *(row[key] for key in PLAIN)])

        one = self.imported(made(write))
        self.assertEqual((one.heading_row, one.created_count), (3, 1))
        party = self.party(4320)
        self.assertEqual(party.phone, "021-55550001")
        self.assertIn("联系人4320", party.child_ids.mapped("name"))

    def test_headings_in_three_rows(self):
        def write(sheet, _book):
            sheet.merge_range("A1:C1", "基本情况", None)
            sheet.merge_range("D1:G1", "人员", None)
            for index, text in enumerate(("客户名称", "信用代码", "类别", "客户经理")):
                sheet.merge_range(1, index, 2, index, text, None)
            sheet.merge_range("E2:F2", "法定代表人", None)
            sheet.write_row("E3", ["姓名", "电话"])
            sheet.merge_range("G2:H2", "联系人", None)
            sheet.write_row("G3", ["姓名", "手机"])
            row = self.plain(4330)
            cells = [row[key] for key in ("name", "vat", "category", "user")]
            sheet.write_row(
                3, 0, [*cells, "王法人", "13700137000", "李联系", "13800138000"]
            )

        one = self.imported(made(write))
        found = {column.letter: column.field for column in one.column_ids}
        self.assertEqual(
            found,
            dict(
                zip(
                    "ABCDEFGH",
                    (
                        "name",
                        "vat",
                        "category",
                        "user",
                        "legal",
                        False,
                        "contact",
                        "phone",
                    ),
                    strict=True,
                )
            ),
        )
        party = self.party(4330)
        self.assertEqual(party.legal_representative_id.name, "王法人")
        self.assertEqual(party.phone, "13800138000")

    def test_two_rows_that_aren_t_merged(self):
        row = self.plain(4335)
        rows = [
            ["客户名称", "信用代码", "类别", "客户经理", "联系信息", None],
            [None, None, None, None, "联系人", "电话"],
            [row[key] for key in PLAIN],
        ]
        one = self.imported(_book(rows))
        self.assertEqual(self.party(4335).phone, "021-55550001")
        self.assertEqual(one.created_count, 1)

    def test_a_column_without_a_heading(self):
        rows = [[*(HEADINGS[key] for key in PLAIN)]]
        rows += [
            [*self.plain(4340).values()],
            [*self.plain(4341).values(), None, "重要"],
        ]
        one = self.checked(_book(rows))
        column = one.column_ids.filtered(lambda column: column.letter == "H")
        self.assertIn("no heading", column.hint)
        self.assertEqual(self.told(one)["unheaded"], (1, ["H"]))
        self.assertIn("H", one.remarks)
        column.field = "note"
        one.action_check()
        self.assertNotIn("unheaded", self.told(one))
        one.action_import()
        self.run_jobs()
        self.assertEqual(self.party(4341).archive_ids.note, "重要")

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

    # Packages

    def test_oddly_packed_workbooks(self):
        """What Excel opens is read."""
        content = workbook([self.plain(4420)], {key: HEADINGS[key] for key in PLAIN})
        kinds = {
            "fill": self.replaced(
                content, "xl/styles.xml", b"<fill>", b"<fill/><fill>"
            ),
            "docprops": changed({"docProps/core.xml": "<x>long ago</x>"}, content),
            "strict": self.strict(content),
            "backslash": self.backslashes(content),
            "utf-16": self.utf16(content),
        }
        for kind, each in kinds.items():
            with self.subTest(kind):
                one = self.checked(each)
                self.assertEqual((one.created_count, one.error_count), (1, 0))

    def replaced(self, content, part, old, new):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = archive.read(part)
        self.assertIn(old, text)
        return changed({part: text.replace(old, new)}, content)

    def strict(self, content):
        """As "Strict Open XML": all namespaces are others, dates are ISO."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {
                name: archive.read(name)
                .replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                )
                .replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                )
                for name in archive.namelist()
            }
        return changed(parts, content)

    def backslashes(self, content):
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for name in old.namelist():
                info = zipfile.ZipInfo("x")
                info.filename = name.replace("/", "\\")
                new.writestr(info, old.read(name))
        return stream.getvalue()

    def utf16(self, content):
        part = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = archive.read(part).decode()
        return changed({part: text.encode("utf-16")}, content)

    def test_text_files(self):
        """CSV as Excel and WPS write it: UTF-8, GBK, UTF-16 with tabs."""
        for place, (encoding, separator) in enumerate(
            (("utf-8-sig", ","), ("utf-8", ";"), ("gb18030", ","), ("utf-16", "\t"))
        ):
            row = self.plain(4430 + place, phone="0551-5550001")
            stream = io.StringIO()
            writer = csv.writer(stream, delimiter=separator)
            writer.writerows([[HEADINGS[key] for key in PLAIN], list(row.values())])
            with self.subTest(encoding):
                one = self.imported(stream.getvalue().encode(encoding))
                self.assertEqual(one.created_count, 1)
                self.assertEqual(self.party(4430 + place).phone, "0551-5550001")
        shortened = "客户名称,信用代码\n甲,9.13101E+17\n".encode()
        self.assertEqual(
            self.problems(self.checked(shortened)) & {(2, "vat", "digits_lost")},
            {(2, "vat", "digits_lost")},
        )

    def test_other_kinds_are_named(self):
        """Each for what it is, with what to do."""
        ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
        kinds = {
            r"\.et of WPS": ole + "Workbook".encode("utf-16-le"),
            "document, not": ole + "WordDocument".encode("utf-16-le"),
            "web page": b"<html><body><table><tr><td>1</td></tr></table>",
            "of 2003": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "OpenDocument": _zip("content.xml"),
            "Apple": _zip("Index/Document.iwa"),
            "xlsb": _zip("xl/workbook.bin"),
            "archive: unpack": _zip("台账.xlsx"),
        }
        for words, content in kinds.items():
            with self.assertRaisesRegex(UserError, words):
                self.upload(content)

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


def _book(rows):
    def write(sheet, _book):
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)

    return made(write)


def _zip(name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    return stream.getvalue()
