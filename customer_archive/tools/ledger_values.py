"""Turns the cells of a ledger into values, or says what is wrong with them.

Plain Python. What is wrong is a pair: the key of the column, and a code.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime

from . import identifiers

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
    "level": {"internal": "内部|普通", "confidential": "机密|秘密", "secret": "绝密"},
    "term": {"long": "长期|长期合作|long", "project": "项目|项目合作|单次"},
}
_SIGNATURE = re.compile(
    r"(制表人?|经办人?|审核人?|prepared by|handled by|checked by)\s*[:：]?",
    re.IGNORECASE,
)
_DATES = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]")
_LONG_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{15,19}[Xx]?(?![0-9A-Za-z])")
_NUMBER = re.compile(r"[\w./()（）〔〕\[\]-]{1,64}")
_INDEX = re.compile(r"(.*?)(\d{1,9})")
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass
class Row:
    """One row of a ledger.

    :param number: as Excel counts it, from 1
    :param values: by the key of the column; without those that are empty
    :param problems: list of (key of the column, code)
    """

    number: int
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

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
    if not filled or _is_signature(cells):
        return None
    return row


def _is_signature(cells):
    filled = [str(cell) for cell in cells if cell not in (None, "")]
    return bool(filled) and bool(_SIGNATURE.match(filled[0])) and len(filled) <= 6


def text(cell):
    """Return a cell as text: whole numbers without a point, one space at a time.

    :raise ValueError: with a code
    """
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            raise ValueError("digits_lost")
        if float(cell).is_integer():
            return str(int(cell))
        return str(cell)
    if isinstance(cell, datetime):
        return str(cell.date() if not cell.time() else cell)
    value = str(cell)
    if value.strip() in _EXCEL_ERRORS:
        raise ValueError("formula")
    return value


def line(cell):
    """Return a cell as one line of text."""
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", text(cell))).strip()


def compact(cell):
    """Return a code as one types it: narrow capitals without spaces."""
    return re.sub(r"[\s\u200b-\u200f\ufeff]", "", _narrow(text(cell))).upper()


def _narrow(value):
    return unicodedata.normalize("NFKC", value)


def word(value):
    """Return a word as it is looked up."""
    return _narrow(line(value)).casefold()


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
    if any(map(_is_sensitive, _LONG_DIGITS.findall(_narrow(value)))):
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
    value = _narrow(line(cell))
    if not _NUMBER.fullmatch(value):
        raise ValueError("number")
    return value


def _vat(_key, cell, _today):
    return compact(cell)


def _date(_key, cell, today):
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _date_of(re.sub(r"\s", "", _narrow(text(cell))))
    if found > today:
        raise ValueError("future")
    if found.year < 1949:
        raise ValueError("date")
    return found


def _date_of(value):
    # Midnight is written out by some programs.
    value = re.sub(r"(T?0{1,2}:00(:00)?)$", "", value)
    for form in _DATES:
        if match := form.fullmatch(value):
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                break
    raise ValueError("date")


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
    value = line(cell)
    return _checked(value, identifiers.phone)


def _email(_key, cell, _today):
    return _checked(line(cell), identifiers.email)


def _checked(value, check):
    try:
        check(value)
    except ValueError as error:
        raise ValueError(f"{check.__name__}.{error.args[0]}") from None
    return value


_PARSERS = {
    "number": _number,
    "vat": _vat,
    "date": _date,
    "core": _boolean,
    "kind": _is_company,
    "phone": _phone,
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
