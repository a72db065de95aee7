"""Numbers in Chinese numerals, as the formats [DBNum1] to [DBNum3] show them."""

import re

_NUMERALS = {
    1: ("〇一二三四五六七八九", ("", "十", "百", "千"), ("", "万", "亿", "兆")),
    2: ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "兆")),
    3: ("０１２３４５６７８９", ("", "十", "百", "千"), ("", "万", "亿", "兆")),
}


def digits_in(text, kind):
    """Return ``text`` with its digits exchanged, one by one.

    :param kind: 1, 2 or 3, as in DBNum1; 0 leaves them
    """
    if not kind:
        return text
    return text.translate({48 + place: sign for place, sign in _signs(kind)})


def _signs(kind):
    return enumerate(_NUMERALS[kind][0])


def reading(text, kind):
    """Return a number without a sign as it is read: 25 is 二十五."""
    whole, point, decimals = text.partition(".")
    if len(whole) > 16:
        return digits_in(text, kind)
    signs, tens, powers = _NUMERALS[kind]
    groups = []
    for power in powers:
        group, whole = whole[-4:], whole[:-4]
        if int(group or 0):
            groups.append(_group(group, signs, tens) + power)
        elif groups and whole:
            groups.append(signs[0])
    read = "".join(reversed(groups)) or signs[0]
    read = re.sub(f"{signs[0]}+", signs[0], read)
    if len(read) > 1:
        read = read.strip(signs[0])
    if read.startswith(signs[1] + tens[1]) and kind == 1:
        read = read[1:]
    return read + (digits_in(point + decimals, kind) if point else "")


def _group(digits, signs, tens):
    """Return what up to four digits are read as; zeros inside once."""
    read = "".join(
        signs[int(digit)] + tens[len(digits) - 1 - place] if digit != "0" else signs[0]
        for place, digit in enumerate(digits)
    )
    return re.sub(f"{signs[0]}+", signs[0], read).rstrip(signs[0])


_VALUES = {"〇": 0, "零": 0, "○": 0, "两": 2, "元": 1, "正": 1}
_VALUES.update({sign: place for kind in (1, 2) for place, sign in _signs(kind)})


def number_of(text):
    """Return what a year, a month or a day in Chinese numerals is, or None.

    Both ways of writing are known: 二〇二四 and 二十五.
    """
    if all(sign in _VALUES for sign in text):
        return int("".join(str(_VALUES[sign]) for sign in text)) if text else None
    digits = "一二三四五六七八九壹贰叁肆伍陆柒捌玖"
    match = re.fullmatch(f"([{digits}]?)[十拾]([{digits}]?)", text)
    if match:
        return 10 * _VALUES.get(match[1], 1) + _VALUES.get(match[2], 0)
    match = re.fullmatch("(廿|卅)([一二三四五六七八九]?)", text)
    if match:
        return {"廿": 20, "卅": 30}[match[1]] + _VALUES.get(match[2], 0)
    return None
