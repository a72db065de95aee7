"""Turns the cells of a ledger into values, or says what is wrong with them.

Plain Python. What is wrong is a pair: the key of the column, and a code.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from .. import identifiers
from ..identifiers import INVISIBLE, narrow
from .cells import UNCALCULATED, Formatted, serial_day
from .number_format import general
from .number_format_chinese import number_of

MAX_TEXT = {"note": 10_000, "content": 500, "products": 500, "address": 500}
MAX_CHARS = 200
# Excel keeps 15 digits of a number; the others became zeros.
EXACT = 10**15
EMPTY = {"", "-", "—", "/", "无", "n/a", "none", "null"}
YES = {"yes", "y", "true", "1", "x", "是", "√", "✓", "核心", "重点", "有"}
NO = {"no", "n", "false", "0", "否", "×", "✗", "非核心", "一般", "普通", "非重点"}
COMPANY = {
    "company",
    "c",
    "organisation",
    "organization",
    "公司",
    "企业",
    "单位",
    "法人",
}
PERSON = {"person", "p", "individual", "private person", "个人", "自然人"}
WORDS = {
    "stage": {
        "prospect": "潜在|潜在客户|意向前",
        "intended": "意向|意向客户|洽谈",
        "cooperating": "合作|合作中|在合作|正式合作",
        "terminated": "终止|已终止|终止合作|停止合作",
    },
    # Company secrets; ledgers may still have the words of state secrets for them.
    "level": {
        "internal": "内部|普通",
        "confidential": "普通商密|秘密",
        "secret": "核心商密|机密",
    },
    "term": {"long": "长期|长期合作|long", "project": "项目|项目合作|单次"},
}
_DATES = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_MONTH = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_CHINESE_DATE = re.compile(
    r"([^年]{1,4})年(?:([^月]{1,3})月(?:([^日号]{1,3})[日号])?)?"
)
# Numbers that a spreadsheet shortened when it wrote a text file.
_SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
# What parts two telephone numbers in one cell.
_BETWEEN = re.compile(r"[/、;；,，|\n\r]+|\s+或\s*|或|(?<=\d)\s{2,}(?=\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_WIDE.update({code: code - 0xFEE0 for code in range(0xFF21, 0xFF3B)})
_WIDE.update({code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)})
_LONG_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{15,19}[Xx]?(?![0-9A-Za-z])")
_NUMBER = re.compile(r"[\w./()（）〔〕\[\]-]{1,64}")
# More than nine digits in a row count nothing.
_INDEX = re.compile(r"(.*?)(?<![0-9])([0-9]{1,9})")
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass
class Row:
    """One row of a ledger.

    :param number: as Excel counts it, from 1
    :param values: by the key of the column; without those that are empty
    :param problems: list of (key of the column, code)
    :param noted: what became of the row that one wouldn't expect
    """

    number: int
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    noted: set = field(default_factory=set)

    def refuse(self, key, code):
        if (key, code) not in self.problems:
            self.problems.append((key, code))


def parsed(number, cells, keys, today):
    """Return a :class:`Row`, or None if none of its columns holds anything.

    :param cells: values of the row's cells
    :param keys: the field of each column, or None
    :param today: nothing was filed after it
    """
    row = Row(number)
    filled = False
    for index, key in enumerate(keys):
        cell = cells[index] if index < len(cells) else None
        if key is None or cell is None or cell == "":
            continue
        try:
            value = _value(key, cell, today)
        except ValueError as error:
            filled = True
            row.refuse(key, str(error.args[0]))
            continue
        if value is not None:
            filled = True
            row.values[key] = value
    _part_phones(row)
    return row if filled else None


def _part_phones(row):
    """Keep the first of several telephone numbers, and the others beside it."""
    first, *others = row.values.get("phone", "").split("、")
    if not others:
        return
    row.values["phone"] = first
    also = row.values.get("phone2")
    row.values["phone2"] = "、".join([*others, *([also] if also else [])])
    row.noted.add("phones")


def text(cell):
    """Return a cell as text, as Excel shows it.

    :raise ValueError: with a code
    """
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, Formatted):
        if abs(cell.value) >= EXACT:
            raise ValueError("digits_lost")
        if not cell.hides_digits:
            return str(cell).strip()
        cell = cell.value
    if isinstance(cell, int | float):
        return _plain_number(cell)
    if isinstance(cell, datetime):
        return str(cell.date() if not cell.time() else cell)
    if cell is UNCALCULATED:
        raise ValueError("uncalculated")
    value = INVISIBLE.sub("", str(cell)).translate(_WIDE)
    if value.strip() in _EXCEL_ERRORS:
        raise ValueError("formula")
    return value


def _plain_number(value):
    if abs(value) >= EXACT:
        raise ValueError("digits_lost")
    return str(int(value)) if float(value).is_integer() else general(value)


def line(cell):
    """Return a cell as one line of text."""
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", text(cell))).strip()


def compact(cell):
    """Return a code as one types it: narrow capitals without spaces."""
    value = re.sub(r"\s", "", narrow(text(cell))).upper()
    if _SHORTENED.fullmatch(value):
        raise ValueError("digits_lost")
    return value.replace(",", "") if _THOUSANDS.fullmatch(value) else value


def word(value):
    """Return a word as it is looked up."""
    return narrow(line(value)).casefold()


def _value(key, cell, today):
    if word(cell) in EMPTY:
        return None
    return _PARSERS.get(key, _plain)(key, cell, today)


def _plain(key, cell, _today):
    if key == "note":
        value = "\n".join(line(part) for part in text(cell).splitlines()).strip()
    else:
        value = line(cell)
    if len(value) > MAX_TEXT.get(key, MAX_CHARS):
        raise ValueError("long")
    if any(map(_is_sensitive, _LONG_DIGITS.findall(narrow(value)))):
        raise ValueError("sensitive")
    return value or None


def _is_sensitive(digits):
    """Whether it is the number of a person or of a bank card."""
    for check in (identifiers.identity_number, identifiers.bank_card):
        try:
            check(digits)
        except ValueError:
            continue
        return True
    return False


def _number(_key, cell, _today):
    value = narrow(line(cell))
    # Digits of other scripts look like other numbers, and would be counted as such.
    foreign = any(each.isdigit() and not each.isascii() for each in value)
    if foreign or not _NUMBER.fullmatch(value):
        raise ValueError("number")
    return value


def _vat(_key, cell, _today):
    return compact(cell)


def _organisation(_key, cell, _today):
    return _normal(compact(cell), identifiers.organisation_code)


def _licence(_key, cell, _today):
    return _normal(compact(cell), identifiers.licence_number)


def _date(_key, cell, today):
    found = _day_of(cell)
    if found > today:
        raise ValueError("future")
    if found.year < 1949:
        raise ValueError("date")
    return found


def _day_of(cell):
    if isinstance(cell, Formatted):
        day = cell.day
        if day is None:
            # Such as 20240301 that is shown as 2024-03-01.
            return _date_of(_unspaced(cell))
        if day.day == 1 and not re.search("d", cell.code, re.IGNORECASE):
            # Excel makes the first of a month that is typed without a day.
            raise ValueError("month")
        return day.date()
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and (day := serial_day(cell)):
        return day.date()
    return _date_of(_unspaced(cell))


def _unspaced(cell):
    return re.sub(r"\s", "", narrow(text(cell)))


def _date_of(value):
    # Midnight is written out by some programs.
    value = re.sub(r"(T?0{1,2}:00(:00)?)$", "", value)
    for form in _DATES:
        if match := form.fullmatch(value):
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                break
    if _MONTH.fullmatch(value):
        raise ValueError("month")
    return _chinese_date(value)


def _chinese_date(value):
    """Return the date in 二〇二四年三月五日."""
    match = _CHINESE_DATE.fullmatch(value)
    parts = [part and number_of(part) for part in match.groups()] if match else [0]
    if (parts[0] or 0) < 1000:
        raise ValueError("date")
    if not parts[2]:
        raise ValueError("month")
    try:
        return date(*parts)
    except (TypeError, ValueError):
        raise ValueError("date") from None


def _boolean(_key, cell, _today):
    return _one_of(cell, YES, NO, "yes_no")


def _is_company(_key, cell, _today):
    return _one_of(cell, COMPANY, PERSON, "kind")


def _one_of(cell, true, false, code):
    value = word(cell)
    if value in true or value in false:
        return value in true
    raise ValueError(code)


def _phone(_key, cell, _today):
    """Return a telephone number, or several in one cell separated by 、."""
    # Lines part numbers, too.
    value = narrow(text(cell)).strip()
    if _SHORTENED.fullmatch(value):
        raise ValueError("digits_lost")
    if _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    parts = [line(part) for part in _BETWEEN.split(value)]
    return "、".join(_checked(part, identifiers.phone) for part in parts if part)


def _email(_key, cell, _today):
    return _checked(narrow(line(cell)), identifiers.email)


def _checked(value, check):
    _normal(value, check)
    return value


def _normal(value, check):
    try:
        return check(value)
    except ValueError as error:
        raise ValueError(f"{check.__name__}.{error.args[0]}") from None


_PARSERS = {
    "number": _number,
    "vat": _vat,
    "date": _date,
    "core": _boolean,
    "kind": _is_company,
    "organisation": _organisation,
    "licence": _licence,
    "phone": _phone,
    "phone2": _phone,
    "email": _email,
}


def parted(number):
    """Return (prefix, index) of a file number: what is counted, and how far.

    Index 0 says that it doesn't end in digits.
    """
    match = _INDEX.fullmatch(number)
    if not match or not int(match[2]):
        return None, 0
    return match[1], int(match[2])
