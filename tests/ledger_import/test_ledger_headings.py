from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.ledger import (
    headings as ledger_headings,
)
from odoo.addons.customer_archive.tools.ledger import (
    values as ledger_values,
)
from odoo.addons.customer_archive.tools.ledger.headings import (
    FIELDS,
    field_of,
    heading_row,
    recognised,
    refused,
)

from ..support.common import credit_code

TODAY = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestLedgerHeadings(BaseCase):
    def test_recognised(self):
        for heading, key in {
            "客户名称": "name",
            " 客 户 名 称 ": "name",
            "供应商/客户": "name",
            "供应商／客户": "name",
            "统一社会信用代码（18位）": "vat",
            "＊统一社会信用代码": "vat",
            "Credit Code": "vat",
            "CREDIT_CODE *": "vat",
            "E-mail": "email",
            "e‐mail".replace("‐", "-"): "email",
            "法定代表人": "legal",
            "联系电话\n(手机)": "phone",
            "建档日期": "date",
            "密级": "level",
            "合作内容": "content",
            "whatever": None,
            "": None,
            None: None,
        }.items():
            self.assertEqual(field_of(heading), key, heading)
        self.assertGreaterEqual(len(FIELDS), 20)

    def test_unambiguous(self):
        """No heading stands for two fields."""
        words = [
            ledger_headings.normal(word)
            for key, words in FIELDS.items()
            for word in set(map(ledger_headings.normal, words.split("|")))
        ]
        self.assertEqual(len(words), len(set(words)))

    def test_sensitive_columns(self):
        for heading, kind in {
            "身份证号": "identity",
            "法人 身份证号码": "identity",
            "ID Number": "identity",
            "银行账号": "bank",
            "开户行及账号": "bank",
            "Bank Account": "bank",
            "客户名称": None,
            "备注": None,
        }.items():
            self.assertEqual(refused(heading), kind, heading)
        for words in FIELDS.values():
            for word in words.split("|"):
                self.assertFalse(refused(word), word)

    def test_first_of_two(self):
        found = recognised(["序号", "名称", "客户名称", "身份证号", "地址"])
        self.assertEqual(found, [None, "name", None, None, "address"])

    def test_heading_row(self):
        rows = [["客户台账"], ["部门：销售", "日期"], ["序号", "名称", "电话", "地址"]]
        self.assertEqual(heading_row(rows), 2)
        self.assertIsNone(heading_row([["a", "b"], ["名称", "x"]]))


@tagged("post_install", "-at_install")
class TestLedgerValues(BaseCase):
    def value(self, key, cell):
        row = ledger_values.parsed(2, [cell], [key], TODAY)
        self.assertFalse(row.problems)
        return row.values.get(key)

    def problem(self, key, cell):
        row = ledger_values.parsed(2, [cell], [key], TODAY)
        self.assertEqual([each[0] for each in row.problems], [key])
        return row.problems[0][1]

    def test_dates(self):
        day = date(2024, 3, 1)
        for cell in (
            *(datetime(2024, 3, 1), day, "2024-03-01", "2024/3/1", "2024.3.1"),
            *("2024年3月1日", "20240301", 20240301, 20240301.0, "２０２４-03-01"),
            *(" 2024 年 3 月 1 日 ", "2024-03-01 00:00:00"),
        ):
            self.assertEqual(self.value("date", cell), day, cell)
        for cell in ("昨天", "2024-13-01", "2024-02-30", "1.3.2024", 4535):
            self.assertEqual(self.problem("date", cell), "date", cell)
        self.assertEqual(self.problem("date", "2026-03-02"), "future")

    def test_numbers_as_cells(self):
        self.assertEqual(self.value("phone", 13900000001.0), "13900000001")
        self.assertEqual(self.problem("vat", 9.13101e17), "digits_lost")
        code = credit_code(1)
        self.assertEqual(self.value("vat", f" {code.lower()[:6]} {code[6:]}"), code)

    def test_names_keep_their_signs(self):
        name = "测试（上海）有限公司"
        self.assertEqual(self.value("name", f"  {name}\u200b "), name)

    def test_words(self):
        self.assertEqual(
            [self.value("core", cell) for cell in ("是", "否", True)],
            [
                *(True, False, True),
            ],
        )
        self.assertEqual(self.problem("core", "maybe"), "yes_no")
        self.assertIs(self.value("kind", "个人"), False)
        self.assertEqual(self.problem("name", "#N/A"), "formula")

    def test_sensitive_values(self):
        self.assertEqual(self.problem("note", "证 11010519491231002X"), "sensitive")
        self.assertEqual(self.problem("note", "卡6222020000000000000"), "sensitive")
        self.assertEqual(self.value("note", "电话 13900000001"), "电话 13900000001")

    def test_blank(self):
        self.assertIsNone(ledger_values.parsed(2, [None, ""], ["name", "vat"], TODAY))

    def test_parted(self):
        parted = ledger_values.parted
        self.assertEqual(parted("2024-SALE-007"), ("2024-SALE-", 7))
        self.assertEqual(parted("20240007"), ("", 20240007))
        self.assertEqual(parted("甲字"), (None, 0))
