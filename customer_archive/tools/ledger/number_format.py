"""Shows a number as Excel and WPS show it, by the format of its cell.

Plain Python, after ECMA-376 part 1, 18.8.30 and 18.8.31; where the program's language
decides, as Chinese programs do. Offices keep "2024-SALE-007" as 7 in such a format.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from . import number_format_dates as dates
from .number_format_chinese import digits_in, reading

_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_TIME, _SECONDS = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
# By id. 5-8, 14, 22 and 27-58 are what they are in Chinese programs.
BUILT_IN = {
    **dict.fromkeys((0, 23, 24, 25, 26), "General"),
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    **dict.fromkeys((5, 6), '"¥"#,##0;"¥"-#,##0'),
    **dict.fromkeys((7, 8), '"¥"#,##0.00;"¥"-#,##0.00'),
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    30: "m-d-yy",
    32: _TIME,
    33: _SECONDS,
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((34, 55), "上午/下午" + _TIME),
    **dict.fromkeys((35, 56), "上午/下午" + _SECONDS),
    37: "#,##0 ;-#,##0",
    38: "#,##0 ;-#,##0",
    39: "#,##0.00 ;-#,##0.00",
    40: "#,##0.00 ;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
MOST_SIGNS = 255
# Enough for any number of a workbook.
_WIDE = Context(prec=1000)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)"
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-](?=[0#?]))"
    r"|(?P<date>y+|m+|d+|h+|s+|e+|g+|bb+|a{3,4})"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<slash>/)"
    r"|(?P<text>@)|(?P<end>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_COMPARED = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "=": lambda one, other: one == other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
    "<>": lambda one, other: one != other,
}


class Section:
    """What a format says for some of the values."""

    def __init__(self):
        self.tokens, self.condition = [], None
        self.locale, self.numerals = "", 0

    def add(self, kind, text):
        if kind in ("quoted", "escaped", "other"):
            kind = "literal"
        elif kind == "space":
            kind, text = "literal", " "
        elif kind == "bracket":
            self._bracket(text)
            return
        if kind != "fill":
            self.tokens.append((kind, text))

    def _bracket(self, text):
        if match := _CONDITION.fullmatch(text.strip()):
            self.condition = _COMPARED[match[1]], float(match[2])
        elif text.startswith("$"):
            symbol, _dash, self.locale = text[1:].partition("-")
            self.tokens.append(("literal", symbol))
        elif text[:5].lower() == "dbnum" and text[5:] in ("1", "2", "3"):
            self.numerals = int(text[5:])
        elif _ELAPSED.fullmatch(text):
            self.tokens.append(("elapsed", text.lower()))

    def has(self, *kinds):
        return any(kind in kinds for kind, _text in self.tokens)

    @property
    def is_date(self):
        return self.has("date", "elapsed") and not self.has("general", "exponent")


@lru_cache(maxsize=2000)
def sections(code):
    """Return the sections of a format."""
    found = [Section()]
    for match in _TOKEN.finditer(code[:MOST_SIGNS]):
        kind = match.lastgroup
        if kind == "end":
            found.append(Section())
            continue
        found[-1].add(kind, match[kind])
    return found[:4]


def is_date(code):
    """Whether numbers of this format are shown as dates or times."""
    return sections(code)[0].is_date


def is_scientific(code):
    """Whether only the first digits of a number are shown."""
    return sections(code)[0].has("exponent")


def is_plain(code):
    """Whether the format adds nothing to what the value is."""
    return code in ("General", "@", "")


def shown(code, value, is_1904=False):
    """Return what a cell shows.

    :param code: format of the cell
    :param value: a number or a text
    :param is_1904: whether days are counted from 1904
    """
    if isinstance(value, str):
        return _shown_text(sections(code), value)
    section, signed = _section(sections(code), value)
    if section is None:
        return "#" * 8
    if section.is_date:
        return dates.shown(section, value, is_1904)
    sign = "-" if value < 0 and signed else ""
    text = _number(section, abs(Decimal(repr(value))))
    # What is rounded to nothing has no sign.
    return (sign if re.search("[1-9一-九壹-玖]", text) or not sign else "") + text


def _shown_text(found, value):
    section = found[3] if len(found) == 4 else found[-1]
    if not section.has("text"):
        return value if len(found) < 4 else _literals(section)
    return "".join(
        value if kind == "text" else text
        for kind, text in section.tokens
        if kind in ("text", "literal")
    )


def _literals(section):
    return "".join(text for kind, text in section.tokens if kind == "literal")


def _section(found, value):
    """Return the section for a number, and whether its sign is still to be shown."""
    numbers = found[:3]
    if len(numbers) > 1 and numbers[-1].has("text") and len(found) < 4:
        numbers = numbers[:-1]
    if any(each.condition for each in numbers):
        for place, each in enumerate(numbers):
            last = place == len(numbers) - 1
            if each.condition is None and (last or place == 2):
                return each, True
            if each.condition and each.condition[0](value, each.condition[1]):
                return each, True
        return (None, True) if len(numbers) > 1 else (numbers[0], True)
    if value < 0 and len(numbers) > 1:
        return numbers[1], False
    if value == 0 and len(numbers) > 2:
        return numbers[2], False
    return numbers[0], True


def general(value):
    """Return a number as it is shown without a format, with all of its 15 digits."""
    number = Decimal(format(value, ".15g"))
    return format(number.normalize() if number else Decimal(0), "f")


def _number(section, value):
    """Return a number that isn't negative."""
    if section.has("general") or section.has("text"):
        text = general(value)
        if section.numerals:
            text = reading(text, section.numerals)
        return "".join(
            text if kind in ("general", "text") else part
            for kind, part in section.tokens
            if kind in ("general", "text", "literal")
        )
    if not section.has("digit"):
        return "".join(
            text for kind, text in section.tokens if kind in ("literal", "percent")
        )
    if section.has("slash") and not section.has("point"):
        text = _fraction(section, value)
    else:
        text = _decimal(section, value)
    return digits_in(text, section.numerals)


def _decimal(section, value):
    tokens = section.tokens
    value *= Decimal(100) ** sum(kind == "percent" for kind, _text in tokens)
    before, after, end = _parts(tokens)
    exponent = None
    if section.has("exponent"):
        value, exponent = _scaled(value, _digits(before), _digits(after))
    else:
        commas = _trailing_commas(before) or _trailing_commas(after)
        value /= Decimal(1000) ** commas
    whole, decimals = _rounded(value, _digits(after))
    grouped = _is_grouped(before)
    text = _whole(before, whole, grouped)
    if any(kind == "point" for kind, _text in tokens):
        text += "." + _behind(after, decimals)
    return text + (_power(end, exponent) if exponent is not None else "")


def _parts(tokens):
    """Return what is before the point, after it, and from the exponent on."""
    before, after, end = [], [], []
    part = before
    for token in tokens:
        if token[0] == "exponent":
            part = end
        elif token[0] == "point" and part is before:
            part = after
            continue
        part.append(token)
    return before, after, end


def _digits(tokens):
    return sum(kind == "digit" for kind, _text in tokens)


def _trailing_commas(tokens):
    count = 0
    for kind, _text in reversed(tokens):
        if kind == "digit":
            break
        count += kind == "comma"
    return count


def _is_grouped(tokens):
    kinds = [kind for kind, _text in tokens if kind in ("digit", "comma")]
    inner = "".join("," if kind == "comma" else "0" for kind in kinds).strip(",")
    return "," in inner


def _rounded(value, places):
    # As Excel does: of 15 digits, and a half goes up.
    exact = Decimal(format(value, ".15g")) if value < 10**15 else value
    place = Decimal(1).scaleb(-places)
    text = format(exact.quantize(place, ROUND_HALF_UP, _WIDE), "f")
    whole, _point, decimals = text.partition(".")
    return whole.lstrip("0"), decimals


def _whole(tokens, digits, grouped):
    """Lay digits over their places, from the right."""
    places, left = _digits(tokens), list(digits)
    shown_, count = [], 0
    for kind, text in reversed(tokens):
        if kind == "digit":
            places -= 1
            taken = [left.pop()] if left else []
            if not taken and text == "0":
                taken = ["0"]
            if not places:
                # What is more than there are places for goes before the first.
                taken += reversed(left)
                left = []
            for sign in taken:
                if grouped and count and count % 3 == 0:
                    shown_.append(",")
                shown_.append(sign)
                count += 1
            if not taken and text == "?":
                shown_.append(" ")
        elif kind not in ("comma", "point"):
            shown_.append(text[::-1])
    return "".join(shown_)[::-1]


def _behind(tokens, decimals):
    significant, place, text = len(decimals.rstrip("0")), 0, ""
    for kind, part in tokens:
        if kind == "digit":
            if place < significant or part == "0":
                text += decimals[place : place + 1] or "0"
            elif part == "?":
                text += " "
            place += 1
        elif kind not in ("comma", "point"):
            text += part
    return text


def _scaled(value, places, decimals):
    """Return mantissa and exponent; the latter is a multiple of the places."""
    places = max(places, 1)
    if not value:
        return value, 0
    exponent = value.adjusted() // places * places
    if places == 1 and round(value.scaleb(-exponent), decimals) >= 10:
        exponent += 1
    return value.scaleb(-exponent), exponent


def _power(tokens, exponent):
    [(_kind, sign), *rest] = tokens
    mark = "-" if exponent < 0 else "+" if "+" in sign else ""
    return "E" + mark + _whole(rest, str(abs(exponent)).lstrip("0"), False)


def _fraction(section, value):
    """Return a number as a whole one and a fraction, such as 1 1/2."""
    code = "".join(
        text for kind, text in section.tokens if kind in ("digit", "slash", "literal")
    )
    match = re.search(r"(?P<whole>[0#?]+\s+)?[0#?]+\s*/\s*([0#?]+|\d+)", code)
    if not match:
        return general(value)
    most = 10 ** len(match[2]) - 1
    fraction = Fraction(value).limit_denominator(max(most, 1))
    whole = 0
    if match["whole"]:
        whole, fraction = divmod(fraction, 1)
    parts = [str(whole)] if whole or not fraction else []
    if fraction:
        parts.append(f"{fraction.numerator}/{fraction.denominator}")
    return " ".join(parts)
