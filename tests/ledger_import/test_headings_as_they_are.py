"""Headings as offices write them: in several rows, merged, or missing."""

from odoo.tests import TransactionCase, tagged

from .ledger_case import HEADINGS
from .sheet_case import PLAIN, SheetCase, made


@tagged("post_install", "-at_install")
class TestHeadingsAsTheyAre(SheetCase, TransactionCase):
    """Requirement H10."""

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


def _book(rows):
    def write(sheet, _book):
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)

    return made(write)
