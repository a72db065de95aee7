"""What Excel shows: built-in formats, and those that Chinese ledgers use."""

from decimal import Decimal
from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.ledger import number_format
from odoo.addons.customer_archive.tools.ledger.number_format_chinese import (
    number_of,
    reading,
)

DAY = 45356.75
SETTLED = settings(deadline=None, derandomize=True, database=None, max_examples=300)
# Of each built-in id: what 45356.75, -1.5 and 0 show.
BUILT_IN = {
    0: ("45356.75", "-1.5", "0"),
    1: ("45357", "-2", "0"),
    2: ("45356.75", "-1.50", "0.00"),
    3: ("45,357", "-2", "0"),
    4: ("45,356.75", "-1.50", "0.00"),
    5: ("¥45,357", "¥-2", "¥0"),
    6: ("¥45,357", "¥-2", "¥0"),
    7: ("¥45,356.75", "¥-1.50", "¥0.00"),
    8: ("¥45,356.75", "¥-1.50", "¥0.00"),
    9: ("4535675%", "-150%", "0%"),
    10: ("4535675.00%", "-150.00%", "0.00%"),
    11: ("4.54E+04", "-1.50E+00", "0.00E+00"),
    12: ("45356 3/4", "-1 1/2", "0"),
    13: ("45356 3/4", "-1 1/2", "0"),
    14: ("2024/3/5", None, None),
    15: ("5-Mar-24", None, None),
    16: ("5-Mar", None, None),
    17: ("Mar-24", None, None),
    18: ("6:00 PM", None, "12:00 AM"),
    19: ("6:00:00 PM", None, "12:00:00 AM"),
    20: ("18:00", None, "0:00"),
    21: ("18:00:00", None, "0:00:00"),
    22: ("2024/3/5 18:00", None, None),
    27: ("2024年3月", None, None),
    28: ("3月5日", None, None),
    29: ("3月5日", None, None),
    30: ("3-5-24", None, None),
    31: ("2024年3月5日", None, None),
    32: ("18时00分", None, "0时00分"),
    33: ("18时00分00秒", None, "0时00分00秒"),
    34: ("下午6时00分", None, None),
    35: ("下午6时00分00秒", None, None),
    36: ("2024年3月", None, None),
    37: ("45,357", "-2", "0"),
    38: ("45,357", "-2", "0"),
    39: ("45,356.75", "-1.50", "0.00"),
    40: ("45,356.75", "-1.50", "0.00"),
    41: ("45,357", "-2", "-"),
    42: ("¥45,357", "¥-2", "¥-"),
    43: ("45,356.75", "-1.50", "-"),
    44: ("¥45,356.75", "¥-1.50", "¥-"),
    45: ("00:00", None, "00:00"),
    46: ("1088562:00:00", None, "0:00:00"),
    47: ("00:00.0", None, "00:00.0"),
    48: ("45.4E+3", "-1.5E+0", "0.0E+0"),
    49: ("45356.75", "-1.5", "0"),
}
CUSTOM = {
    '"2024-SALE-"000': {7: "2024-SALE-007", 1234: "2024-SALE-1234"},
    "000": {7: "007", 0: "000", -7: "-007"},
    "0000000": {5550001: "5550001", 550001: "0550001"},
    '"021-"00000000': {55550001: "021-55550001"},
    "0000-00-00": {20240301: "2024-03-01"},
    '"NO."0000-00': {123456: "NO.1234-56"},
    "(000) 0000-0000": {2155550001: "(021) 5555-0001"},
    "000-0000-0000": {13800138000: "138-0013-8000"},
    'General"元"': {12.5: "12.5元"},
    '0"号"': {12: "12号"},
    "A\\-0!-0": {12: "A-1-2"},
    '#,##0.00"元"': {1234567.891: "1,234,567.89元"},
    '#,##0,"千"': {1234567: "1,235千"},
    '0.0,,"百万"': {1234567: "1.2百万"},
    '0!.0,"万"': {123456: "12.3万"},
    "0.###": {1.5: "1.5", 1: "1.", 1.23456: "1.235"},
    "#": {0: "", 3: "3"},
    "#.##": {0.5: ".5"},
    "0.0": {0.05: "0.1", 1.25: "1.3", -0.04: "0.0"},
    "0%": {0.256: "26%", 1: "100%"},
    "0.00E+00": {12345: "1.23E+04", 0.00012: "1.20E-04", 9.999: "1.00E+01"},
    '0.00;(0.00);"零"': {-3.456: "(3.46)", 0: "零", 2: "2.00"},
    ";;;": {5: "", -5: "", 0: ""},
    "0;;": {5: "5", -5: "", 0: ""},
    '[>=100]"大"0;[<0]"负"0;"小"0': {150: "大150", 5: "小5"},
    '[=1]"男";[=2]"女";0': {1: "男", 2: "女", 3: "3"},
    "[Red]0;[Blue]-0": {3: "3", -3: "-3"},
    "[$¥-804]#,##0.00": {5: "¥5.00"},
    '[$-804]yyyy"年"m"月"d"日";@': {45356: "2024年3月5日"},
    "[$-804]yyyy\\年m\\月d\\日": {45356: "2024年3月5日"},
    'yyyy"年"mm"月"dd"日"': {45356: "2024年03月05日"},
    "yyyy.mm.dd": {45356: "2024.03.05"},
    "yyyymmdd": {45356: "20240305"},
    "yy-m-d": {45356: "24-3-5"},
    "e年m月": {45356: "2024年3月"},
    "[$-F800]dddd, mmmm dd, yyyy": {45356: "2024年3月5日"},
    "[$-F400]h:mm:ss AM/PM": {0.5: "12:00:00"},
    '[DBNum1][$-804]yyyy"年"m"月"d"日"': {
        45376: "二〇二四年三月二十五日",
        45310: "二〇二四年一月十九日",
    },
    "[DBNum1][$-804]General": {25: "二十五", 1005: "一千〇五", 12: "十二"},
    "[DBNum2][$-804]General": {1005: "壹仟零伍", 120000: "壹拾贰万"},
    "[DBNum1]0": {2024: "二〇二四"},
    "[$-804]aaaa": {45356: "星期二"},
    "aaa": {45356: "二"},
    "[$-804]mmmm": {45356: "三月"},
    "[$-409]d-mmm-yyyy": {45356: "5-Mar-2024"},
    "dddd": {45356: "Tuesday"},
    "h:mm": {0.999999: "0:00", 0.5: "12:00"},
    '[h]"小时"mm"分"': {1.25: "30小时00分"},
    "yyyy-mm-dd hh:mm:ss.000": {45356.123456: "2024-03-05 02:57:46.598"},
    # Excel's calendar has a 29th of February 1900.
    "yyyy-m-d": {1: "1900-1-1", 59: "1900-2-28", 61: "1900-3-1", -1: "########"},
    "# ?/?": {1.5: "1 1/2", 3: "3", 0.25: "1/4"},
    "@": {7: "7", 0.1 + 0.2: "0.3"},
    '"SH-"@': {"007": "SH-007"},
    '0;0;0;"文本："@': {"x": "文本：x", 1: "1"},
}


@tagged("post_install", "-at_install")
class TestNumberFormat(BaseCase):
    def test_built_in(self):
        """Every id of the standard's and of Chinese programs' tables."""
        for key, expected in BUILT_IN.items():
            code = number_format.BUILT_IN[key]
            for value, text in zip((DAY, -1.5, 0), expected, strict=True):
                if text is not None:
                    shown = number_format.shown(code, value).strip()
                    self.assertEqual(shown, text, (key, code, value))
        named = set(number_format.BUILT_IN)
        self.assertLessEqual(set(range(50)), named | set(BUILT_IN))
        self.assertLessEqual(set(range(50)) - {23, 24, 25, 26}, set(BUILT_IN))

    def test_custom(self):
        for code, cases in CUSTOM.items():
            for value, text in cases.items():
                shown = number_format.shown(code, value).strip()
                self.assertEqual(shown, text, (code, value))

    def test_days_from_1904(self):
        self.assertEqual(number_format.shown("yyyy-mm-dd", 43894, True), "2024-03-05")

    @SETTLED
    @given(
        st.integers(0, 10**14), st.integers(1, 12), st.sampled_from(["", "NO.", "第"])
    )
    def test_series(self, number, zeros, prefix):
        """Any number in any series is prefix, zeros and the number."""
        code = f'"{prefix}"{"0" * zeros}'
        self.assertEqual(
            number_format.shown(code, number), f"{prefix}{number:0{zeros}d}"
        )

    @SETTLED
    @given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 4))
    def test_thousands(self, number, places):
        code = "#,##0" + ("." + "0" * places if places else "")
        shown = number_format.shown(code, float(number))
        told = Decimal(shown.replace(",", ""))
        self.assertLessEqual(abs(told - number), Decimal("0.5").scaleb(-places))
        self.assertEqual(shown.lstrip("-"), f"{abs(told):,.{places}f}")

    @SETTLED
    @given(
        st.text('0#?.,;%@"\\!_*[]$-8E+ymdhsaGeneral年月日〇/ ', max_size=30),
        st.floats(),
    )
    def test_any_format_shows_something(self, code, value):
        """No format of a file makes it fail."""
        if isfinite(value) and abs(value) < 1e300:
            self.assertIsInstance(number_format.shown(code, value), str)
        self.assertIsInstance(number_format.shown(code, "文"), str)

    @SETTLED
    @given(st.integers(1, 9999))
    def test_chinese_numbers(self, number):
        read = reading(str(number), 1)
        if number < 100:
            self.assertEqual(number_of(read), number)
        digits = "".join("〇一二三四五六七八九"[int(sign)] for sign in str(number))
        self.assertEqual(number_of(digits), number)
