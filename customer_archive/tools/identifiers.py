"""Checks of the numbers that people mistype, as plain functions.

Each takes what was typed and returns it in its normal form, or raises
``ValueError`` with one of the codes below, which the models put into words.

Sources: GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation
code), GS 15-2006 (licence number), GB 11643-1999 (resident identity number; permits
of residents from Hong Kong, Macao and Taiwan, and of foreigners since 2023, are built
alike), ISO/IEC 7812-1 (bank card); the arithmetic is python-stdnum's.
"""

import importlib.util
import re
import unicodedata

import stdnum
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidLength,
    ValidationError,
)
from stdnum.iso7064 import mod_11_10

# Odoo's import hook replaces this package's loader by one that can't open the data
# files beside the code, and the regions of identity numbers are in one of them.
stdnum.__spec__.loader = importlib.util.spec_from_file_location(
    "stdnum", stdnum.__file__
).loader

LENGTH = "length"
CHARACTERS = "characters"
CHECKSUM = "checksum"
COMPONENT = "component"
FORM = "form"
# Numbers that there were before the credit code.
ORGANISATION, LICENCE = "organisation", "licence"

_REASONS = (
    (InvalidLength, LENGTH),
    (InvalidChecksum, CHECKSUM),
    (InvalidComponent, COMPONENT),
)
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(
    r"(?:\+?86)?0?(?:10|2\d|[3-9]\d{2})\d{7,8}(?:(?:转|ext|x|#)\d{1,6})?"
)
_SERVICE_LINE = re.compile(r"(?:400|800)\d{7}|9[56]\d{3,6}")
_FOREIGN = re.compile(r"(?:\+(?!86)|00(?!86))\d{7,15}")
_EMAIL = re.compile(r"[^@\s<>,;，；]+@(?:[^@\s<>,;，；.]+\.)+[^@\s<>,;，；.]{2,}")


# What can't be seen: soft hyphen, joiners, marks of direction and of order, fillers.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
_SEPARATORS = re.compile(r"[\s\-‐-―−]")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def narrow(value):
    """Return what was typed in usual width, without signs that nobody sees."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", value))


def _compact(value):
    return _SEPARATORS.sub("", narrow(value)).upper()


def _checked(module, value):
    try:
        return module.validate(value)
    except ValidationError as error:
        reasons = (reason for kind, reason in _REASONS if isinstance(error, kind))
        raise ValueError(next(reasons, CHARACTERS)) from error


def credit_code(value):
    """Return the 18 characters of a unified social credit code 统一社会信用代码.

    Its first two may be letters: later registration authorities have them, such as N
    for village collectives. An older number is told for what it is.
    """
    code = _compact(value)
    if len(code) != 18:
        for reason, older in (
            (ORGANISATION, organisation_code),
            (LICENCE, licence_number),
        ):
            if _is(older, code):
                raise ValueError(reason)
        raise ValueError(LENGTH)
    if not _CREDIT_CODE.fullmatch(code):
        raise ValueError(CHARACTERS)
    if code[-1] != uscc.calc_check_digit(code):
        raise ValueError(CHECKSUM)
    return code


def organisation_code(value):
    """Return an organisation code 组织机构代码 as ``XXXXXXXX-X``."""
    code = _compact(value)
    if len(code) != 9:
        raise ValueError(LENGTH)
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        raise ValueError(CHARACTERS)
    total = sum(
        weight * int(sign, 36)
        for weight, sign in zip(_ORGANISATION_WEIGHTS, code, strict=False)
    )
    if code[-1] != "0123456789X0"[11 - total % 11]:
        raise ValueError(CHECKSUM)
    return f"{code[:8]}-{code[8]}"


def licence_number(value):
    """Return the number of a business licence of before October 2015 注册号.

    It has 15 digits with a check digit; those of before 2007 have 13 without.
    """
    number = _compact(value)
    if not (number.isascii() and number.isdigit()):
        raise ValueError(CHARACTERS)
    if len(number) == 13:
        return number
    if len(number) != 15:
        raise ValueError(LENGTH)
    return _checked(mod_11_10, number)


def identity_number(value):
    """Return the 18 characters of an identity number 公民身份号码.

    Length, characters, day of birth and check digit decide. Regions don't: residents
    of Hong Kong, Macao and Taiwan have 81 to 83, foreigners 9, and a county may be
    younger than who was registered there. See :func:`identity_hint`.
    """
    number = _compact(value)
    if len(number) != 18:
        raise ValueError(LENGTH)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValueError(CHARACTERS)
    if number[-1] != ric.calc_check_digit(number):
        raise ValueError(CHECKSUM)
    try:
        ric.get_birth_date(number)
    except ValidationError:
        raise ValueError(COMPONENT) from None
    return number


def identity_hint(value):
    """Return whether a right identity number is worth another look: its region.

    :return: COMPONENT if no list has the region, else None
    """
    number = _compact(value)
    if not _is(identity_number, number) or number.startswith(("81", "82", "83", "9")):
        return None
    try:
        ric.get_birth_place(number)
    except ValidationError:
        return COMPONENT
    return None


def _is(check, value):
    try:
        check(value)
    except ValueError:
        return False
    return True


def bank_card(value):
    """Return the digits of a bank card number (12 to 19 digits, Luhn check)."""
    digits = _compact(value)
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(CHARACTERS)
    if not 12 <= len(digits) <= 19:
        raise ValueError(LENGTH)
    return _checked(luhn, digits)


def phone(value):
    """Return a telephone number without its separators.

    Chinese mobile, landline and service numbers are checked by their form;
    a number that starts with another country's code is only checked for length.
    """
    digits = re.sub(r"[().]", "", _SEPARATORS.sub("", narrow(value)))
    if not re.fullmatch(r"\+?\d+(?:(?:转|ext|x|#)\d+)?", digits):
        raise ValueError(CHARACTERS)
    if not any(
        form.fullmatch(digits) for form in (_MOBILE, _LANDLINE, _SERVICE_LINE, _FOREIGN)
    ):
        raise ValueError(LENGTH)
    return digits


def email(value):
    """Return an e-mail address without the spaces around it."""
    address = narrow(value).strip()
    if not _EMAIL.fullmatch(address):
        raise ValueError(CHARACTERS)
    return address


def masked(value, head=0, tail=4):
    """Return ``value`` with all but its ends hidden: registers and screens show this.

    :param head: characters shown at the start
    :param tail: characters shown at the end
    """
    compact = re.sub(r"\s", "", value or "")
    if len(compact) <= head + tail:
        return "*" * len(compact)
    end = len(compact) - tail
    return compact[:head] + "*" * (end - head) + compact[end:]
