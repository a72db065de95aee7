"""Scores and grades from figures, without a database: the arithmetic of assessments.

A scheme is plain data, as it is kept with each assessment: so the same figures give the
same grade years later, whatever has been configured since.
"""

import math
from typing import NamedTuple

# What a factor may go by, and the unit of its figures. Points are entered by somebody,
# or say by themselves how good something is.
UNITS = {
    "overdue_amount": "amount",
    "overdue_share": "percent",
    "overdue_days": "days",
    "on_time_ratio": "percent",
    "pay_days": "days",
    "breaches": "count",
    "disputes": "count",
    "late_payments": "count",
    "complaints": "count",
    "visits": "count",
    "satisfaction": "score",
    "lapsed_papers": "count",
    "years": "years",
    "registry": "points",
    "delivery_ratio": "percent",
    "return_ratio": "percent",
    "quality_ratio": "percent",
    "price_index": "percent",
    "entered": "points",
}
MOST = 100.0
# Digits that are kept of points and shares, so that nothing hangs on the last bit.
DIGITS = 4
# What stands for "anything above" in a table of points.
ABOVE = "*"


class Scored(NamedTuple):
    """One factor of an assessment.

    :param value: the figure; None if nothing is known
    :param points: 0 to 100; None if nothing is known
    :param share: of the grade, in percent: what is known bears the rest as well
    """

    factor: int
    value: float | None
    points: float | None
    share: float


class Assessed(NamedTuple):
    """What an assessment comes to.

    :param score: 0 to 100; None if nothing is known
    :param known: how much of the weight something is known of, in percent
    :param grade: the id of the grade; None if too little is known
    """

    lines: list
    score: float | None
    known: float
    grade: int | None


def parse_scale(text):
    """Return the table of points in ``text``: pairs of a limit and points.

    The last limit is None: it is for anything above.

    :param text: such as "0: 100, 30: 60, *: 0": up to 0 gives 100 points, up to 30
        gives 60, more gives none; limits ascend
    :raise ValueError: if it says anything else
    """
    pairs = []
    for part in (text or "").replace("，", ",").replace("：", ":").split(","):
        limit, _sign, points = part.partition(":")
        limit = None if limit.strip() == ABOVE else _number(limit)
        pairs.append((limit, _number(points)))
    limits = [limit for limit, _points in pairs[:-1]]
    ascending = None not in limits and limits == sorted(set(limits))
    if pairs[-1][0] is not None or not ascending:
        raise ValueError(text)
    if not all(0 <= points <= MOST for _limit, points in pairs):
        raise ValueError(text)
    return pairs


def _number(text):
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def points_of(scale, value):
    """Return the points that a table gives for a figure; without one it is points."""
    if not scale:
        return min(max(value, 0.0), MOST)
    return next(points for limit, points in scale if limit is None or value <= limit)


def assess(scheme, figures, entered=None):
    """Return what figures come to by a scheme.

    The weight of what nothing is known of is shared out among the rest. Without
    enough that is known, there is no grade: a person has to say one.

    :param dict scheme: ``minimum`` in percent, ``factors`` with ``id``, ``source``,
        ``weight`` and ``scale``, ``grades`` with ``id`` and ``bound``
    :param dict figures: by source; None for what isn't known
    :param dict entered: points that somebody has entered, by the id of a factor
    :return: :class:`Assessed`
    """
    entered = entered or {}
    factors = scheme["factors"]
    found = [
        entered.get(each["id"])
        if each["source"] == "entered"
        else figures.get(each["source"])
        for each in factors
    ]
    whole = sum(each["weight"] for each in factors)
    known = sum(
        each["weight"]
        for each, value in zip(factors, found, strict=True)
        if value is not None
    )
    lines = [
        _scored(each, value, known) for each, value in zip(factors, found, strict=True)
    ]
    score = None
    if known:
        # Not by the rounded shares: they are what is shown.
        total = sum(
            line.points * each["weight"]
            for each, line in zip(factors, lines, strict=True)
            if line.points is not None
        )
        score = round(total / known, DIGITS)
    share = round(100 * known / whole, DIGITS) if whole else 0.0
    enough = score is not None and share >= scheme["minimum"]
    return Assessed(lines, score, share, grade_of(scheme, score) if enough else None)


def _scored(factor, value, known):
    if value is None:
        return Scored(factor["id"], None, None, 0.0)
    value = float(value)
    points = points_of(factor["scale"], value)
    return Scored(
        factor["id"],
        value,
        points,
        round(100 * factor["weight"] / known, DIGITS) if known else 0.0,
    )


def grade_of(scheme, score):
    """Return the id of the best grade whose bound a score reaches; None without any."""
    reached = [each for each in scheme["grades"] if score >= each["bound"]]
    best = max(reached, key=lambda each: each["bound"], default=None)
    return best and best["id"]


def differences(before, after):
    """Return in which parts two results differ, as codes and ids of factors.

    :param before: :class:`Assessed` as it was kept
    :param after: :class:`Assessed` as it comes out now
    """
    parts = [
        name
        for name in ("score", "known", "grade")
        if getattr(before, name) != getattr(after, name)
    ]
    kept = {line.factor: line for line in before.lines}
    now = {line.factor: line for line in after.lines}
    changed = [
        each
        for each in sorted(kept.keys() | now.keys())
        if kept.get(each) != now.get(each)
    ]
    return parts, changed
