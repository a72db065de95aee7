"""Shows the number of a day as Excel does: see :mod:`.number_format`."""

from datetime import datetime, timedelta

from .number_format_chinese import digits_in, reading

_DAYS = 2_958_466
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
]
_LONG_DATE = (("date", "yyyy"), ("literal", "年"), ("date", "m"), ("literal", "月"))
_LONG_DATE += (("date", "d"), ("literal", "日"))
_LONG_TIME = (("date", "h"), ("literal", ":"), ("date", "mm"), ("literal", ":"))
_LONG_TIME += (("date", "ss"),)
# What the settings of the computer decide, as in China.
_SYSTEM = {"F800": _LONG_DATE, "F400": _LONG_TIME}
_CHINESE = ("804", "0804", "404", "0404", "1004", "C04", "0C04", "1404")


def day_of(value, is_1904=False):
    """Return the date and time that a number stands for.

    :raise ValueError: if it stands for none
    """
    if is_1904:
        value += 1462
    if not 0 <= value < _DAYS:
        raise ValueError("date")
    # Excel has a 29th of February 1900.
    if value < 60:
        value += 1
    return datetime(1899, 12, 30) + timedelta(milliseconds=round(value * 86_400_000))


def shown(section, value, is_1904=False):
    """Return what a section of a format shows of a number."""
    try:
        moment = day_of(value, is_1904)
    except ValueError:
        return "#" * 8
    tokens = list(_SYSTEM.get(section.locale.upper().lstrip("0")[-4:], section.tokens))
    decimals = max((len(_decimals(tokens, at)) for at in range(len(tokens))), default=0)
    if not decimals:
        moment = datetime.min + timedelta(
            seconds=round((moment - datetime.min).total_seconds())
        )
    whole = value + (1462 if is_1904 else 0)
    is_half = any(kind == "half" for kind, _text in tokens)
    parts = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "date":
            text = _part(section, tokens, at, moment, is_half)
        elif kind == "elapsed":
            text = _elapsed(text, whole)
        elif kind == "half":
            early, late = text.split("/")
            text = early if moment.hour < 12 else late
        elif kind == "digit":
            text = _second_part(tokens, at, moment)
        elif kind == "text":
            text = ""
        parts.append(text)
    return "".join(parts).strip()


def _decimals(tokens, at):
    """Return the digits behind a point that follows seconds."""
    if tokens[at][0] != "point":
        return ""
    found = ""
    for kind, text in tokens[at + 1 :]:
        if kind != "digit":
            break
        found += text
    return found


def _second_part(tokens, at, moment):
    place = 0
    while at - place - 1 >= 0 and tokens[at - place - 1][0] == "digit":
        place += 1
    return f"{moment.microsecond:06d}"[place : place + 1] or "0"


def _part(section, tokens, at, moment, is_half):
    code = tokens[at][1].lower()
    letter, length = code[0], len(code)
    if letter == "m" and _is_minute(tokens, at):
        letter = "n"
    if letter in "hns":
        hour = (moment.hour % 12 or 12) if is_half else moment.hour
        number = {"h": hour, "n": moment.minute, "s": moment.second}[letter]
        return _numeral(section, number, length)
    if letter in "yeb":
        year = moment.year + (543 if letter == "b" else 0)
        short = length < 3 and letter != "e"
        text = f"{year % 100:02d}" if short else f"{year:04d}"
        return digits_in(text, section.numerals)
    if letter == "m":
        return _month(section, moment.month, length)
    if letter in "da":
        return _day(section, moment, letter, length)
    return ""


def _is_minute(tokens, at):
    """Whether an m is of a time: hours before it, or seconds behind it."""
    times = [
        (place, text[0].lower())
        for place, (kind, text) in enumerate(tokens)
        if kind in ("date", "elapsed")
    ]
    place = [place for place, _letter in times].index(at)
    before = times[place - 1][1] if place else ""
    after = times[place + 1][1] if place + 1 < len(times) else ""
    return before == "h" or after == "s"


def _numeral(section, number, length):
    if section.numerals in (1, 2):
        return reading(str(number), section.numerals)
    return digits_in(f"{number:0{min(length, 2)}d}", section.numerals)


def _is_chinese(section):
    return section.locale.upper().split(",")[0] in _CHINESE


def _month(section, month, length):
    if length < 3:
        return _numeral(section, month, length)
    if _is_chinese(section):
        return f"{reading(str(month), 1) if length > 3 else month}月"
    name = _MONTHS[month - 1]
    return {3: name[:3], 5: name[:1]}.get(length, name)


def _day(section, moment, letter, length):
    if letter == "d" and length < 3:
        return _numeral(section, moment.day, length)
    chinese = "一二三四五六日"[moment.weekday()]
    if letter == "a":
        return f"星期{chinese}" if length > 3 else chinese
    if _is_chinese(section):
        return f"{'星期' if length > 3 else '周'}{chinese}"
    name = _WEEKDAYS[moment.weekday()]
    return name if length > 3 else name[:3]


def _elapsed(code, value):
    unit = {"h": 24, "m": 1440, "s": 86400}[code[0]]
    return f"{int(round(value * 86400) * unit // 86400):0{len(code)}d}"
