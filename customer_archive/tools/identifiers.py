"""Checks of the numbers that people mistype, as plain functions.

Each takes what was typed and returns it in its normal form, or raises
``ValueError`` with one of the codes below, which the models put into words.

Sources: GB 32100-2015 (unified social credit code), GB 11643-1999 (resident
identity number), ISO/IEC 7812-1 (bank card); the arithmetic is python-stdnum's.
"""

import importlib.util
import re

import stdnum
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidLength,
    ValidationError,
)

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


def _checked(module, value):
    try:
        return module.validate(value)
    except ValidationError as error:
        reasons = (reason for kind, reason in _REASONS if isinstance(error, kind))
        raise ValueError(next(reasons, CHARACTERS)) from error


def credit_code(value):
    """Return the 18 characters of a unified social credit code 统一社会信用代码."""
    return _checked(uscc, value)


def identity_number(value):
    """Return the 18 characters of a resident identity number 居民身份证号码."""
    return _checked(ric, value)


def bank_card(value):
    """Return the digits of a bank card number (12 to 19 digits, Luhn check)."""
    digits = re.sub(r"[\s-]", "", value)
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
    digits = re.sub(r"[\s().\-–—（）]", "", value)
    if not re.fullmatch(r"\+?\d+(?:(?:转|ext|x|#)\d+)?", digits):
        raise ValueError(CHARACTERS)
    if not any(
        form.fullmatch(digits) for form in (_MOBILE, _LANDLINE, _SERVICE_LINE, _FOREIGN)
    ):
        raise ValueError(LENGTH)
    return digits


def email(value):
    """Return an e-mail address without the spaces around it."""
    address = value.strip()
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
