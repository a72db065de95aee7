"""What happens to a file in its life, and what has to happen then: plain reckoning.

Nothing here asks the product. Scheduled actions run in the morning of a day; what
people do, they do in its afternoon.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

START, YEARS = date(2027, 1, 4), 12
END = START + relativedelta(years=YEARS)
DAY = timedelta(days=1)
# Days before and after an end; after the last one the head is told.
REMINDERS = (-90, -30, -7, 0, 7, 14, 21, 28)
TO_HEAD = 35
# As the scene sets it: years of keeping, from the last business or from the closing.
KEPT = {"customer": 3, "supplier": 2, "both": 1}
CATEGORIES = (
    ("buyer", "customer", False),
    ("service", "customer", False),
    ("prospect", "customer", False),
    ("channel", "customer", False),
    ("strategic", "both", True),
    ("raw_material", "supplier", False),
    ("goods", "supplier", False),
    ("services", "supplier", False),
    ("works", "supplier", True),
    ("person", "both", False),
)


@dataclass
class Life:
    index: int
    category: str
    side: str
    is_core: bool
    months: int
    opened: date
    review_lag: int
    renewals: list
    agreement_end: date | None
    business: list
    closed: date | None
    held: tuple | None
    is_extended: bool
    ends: list = field(default_factory=list)

    @property
    def role(self):
        return "purchase" if self.side == "supplier" else "sales"

    @property
    def stage(self):
        return "prospect" if self.category == "prospect" else "cooperating"

    @property
    def head(self):
        return "purchase_head" if self.side == "supplier" else "head"


def lives(count, seed=12):
    """Return the lives of so many files, all different and always the same."""
    dice = random.Random(seed)
    return [_life(index, dice) for index in range(count)]


def sort(life):
    """Return what decides what has to happen: categories differ in side and risk."""
    [risky] = [risky for name, _side, risky in CATEGORIES if name == life.category]
    return life.side, risky, bool(life.closed)


def one_of_each(all_lives):
    """Return one life of each sort, one that is held and one that is extended."""
    found = {}
    for life in all_lives:
        found.setdefault(sort(life), life)
        for rare in ("held", "is_extended"):
            if getattr(life, rare):
                found.setdefault(rare, life)
    return list({life.index: life for life in found.values()}.values())


def _life(index, dice):
    category, side, risky = CATEGORIES[index % len(CATEGORIES)]
    core = dice.random() < 0.15
    opened = START + timedelta(days=7 * dice.randrange(1, 16))
    closed = held = None
    business = []
    if dice.random() < 0.7:
        closed = opened + timedelta(days=dice.randrange(300, 2600))
        business = sorted(
            opened + timedelta(days=dice.randrange(10, (closed - opened).days - 5))
            for _order in range(dice.randrange(3))
        )
    life = Life(
        index=index,
        category=category,
        side=side,
        is_core=core,
        months=6 if risky or core else 12,
        opened=opened,
        review_lag=dice.choice((0, 1, 5, 12, 17, 25)),
        renewals=_renewals(opened, dice),
        agreement_end=opened + timedelta(days=dice.randrange(200, 900))
        if side == "customer" and dice.random() < 0.4
        else None,
        business=business,
        closed=closed,
        held=held,
        is_extended=bool(closed) and dice.random() < 0.1,
    )
    if closed and dice.random() < 0.3:
        due = kept_until(life)
        life.held = (due - timedelta(days=40), due + timedelta(days=dice.randrange(90)))
    return life


def _renewals(opened, dice):
    """Return (end of a paper, day on which another took its place) in their order.

    The last may have no such day: nobody renewed it, or it needn't be renewed.
    """
    found, end = [], opened + timedelta(days=dice.randrange(150, 1500))
    while end < END + timedelta(days=200):
        lag = dice.choice((-60, -20, -1, 3, 16, 40, None))
        renewed = None if lag is None else end + timedelta(days=lag)
        found.append((end, renewed))
        if renewed is None:
            return found
        end = renewed + timedelta(days=dice.randrange(400, 1200))
    return [*found, (end, None)]


def working_days(day, count):
    """Return the day so many days from Monday to Friday later."""
    while count:
        day += DAY
        count -= day.weekday() < 5
    return day


def kept_until(life):
    since = life.closed
    if life.side == "customer" and life.business:
        since = life.business[-1]
    return since + relativedelta(years=KEPT[life.side])


def expected(files, management):
    """Return what the product has to do by itself, as counters by day.

    :param files: their lives
    :param management: logins of those of management
    """
    found = {}

    def note(day, *what):
        if day <= END:
            found.setdefault(day, Counter())[what] += 1

    for life in files:
        _reviews(life, management, note)
        _papers(life, note)
        if life.agreement_end:
            _reminders(life, "agreement", life.agreement_end, None, note)
    for year in range(START.year, END.year + 1):
        july = date(year, 7, 1)
        for life in files:
            open_ = life.opened < july and not (life.closed and life.closed < july)
            if life.stage == "cooperating" and open_:
                note(july, "annual", life.index, life.role)
    _disposals(files, note)
    return found


def _reviews(life, management, note):
    last = life.opened
    while True:
        due = last + relativedelta(months=life.months)
        if due > END or (life.closed and due > life.closed):
            return
        note(due, "review", life.index, life.role)
        done = due + timedelta(days=life.review_lag)
        until = min(done, life.closed or done)
        late = working_days(working_days(due, 10), 1)
        if late <= until:
            note(late, "review_overdue", life.index, life.head)
        later = working_days(late, 2)
        if later <= until:
            for login in management:
                note(later, "review_overdue", life.index, login)
        if until != done:
            return
        last = done


def _papers(life, note):
    for end, renewed in life.renewals:
        _reminders(life, "document", end, renewed, note)


def _reminders(life, what, end, renewed, note):
    until = min(filter(None, (renewed, life.closed, END)))
    for step in REMINDERS:
        day = end + timedelta(days=step)
        if day <= until:
            kind = "expired" if step > 0 else "expiring"
            note(day, kind, what, life.index, life.role)
    if end + timedelta(days=TO_HEAD) <= until:
        note(end + timedelta(days=TO_HEAD), "expired", what, life.index, life.head)


def _disposals(files, note):
    """Lists by department: made when something is due, submitted a day later."""
    due = {}
    for life in files:
        if life.closed:
            due.setdefault(_listed(life, kept_until(life)), []).append(life)
    extended, waiting = set(), {}
    day = START
    while day <= END:
        for life in due.pop(day, ()):
            note(day, "listed", life.index)
            if life.head not in waiting:
                waiting[life.head] = (day + DAY, [])
                note(day, "disposal", life.head, "archivist")
            waiting[life.head][1].append(life)
        for head in [head for head in waiting if waiting[head][0] == day]:
            later, doomed = _appraised(waiting.pop(head)[1], extended)
            for life in later:
                until = day + relativedelta(years=1)
                due.setdefault(_listed(life, until), []).append(life)
            if doomed:
                note(day + 7 * DAY, "disposal", head, "archivist")
            for life in doomed:
                note(day + 8 * DAY, "destroyed", life.index)
        day += DAY


def _appraised(listed, extended):
    """Return which files are kept longer, each once, and which are destroyed."""
    later = [life for life in listed if life.is_extended and life.index not in extended]
    extended.update(life.index for life in later)
    return later, [life for life in listed if life not in later]


def _listed(life, due):
    """Return the first morning on which a file is due, closed and not held."""
    day = max(due, life.closed + DAY)
    if life.held and life.held[0] < day <= life.held[1]:
        day = life.held[1] + DAY
    return day


def acts(files):
    """Return what people do, as (what, life, value) by day."""
    found = {}

    def note(day, *what):
        if START <= day <= END:
            found.setdefault(day, []).append(what)

    for life in files:
        note(life.opened, "open", life, None)
        note(life.opened, "paper", life, life.renewals[0][0])
        ends = [end for end, _renewed in life.renewals[1:]]
        renewed = [day for _end, day in life.renewals if day]
        for day, end in zip(renewed, ends, strict=False):
            if not life.closed or day <= life.closed:
                note(day, "paper", life, end)
        if life.agreement_end:
            note(life.opened, "agreement", life, life.agreement_end)
        for day in life.business:
            note(day, "order", life, None)
        if life.closed:
            note(life.closed, "close", life, None)
        if life.held:
            note(life.held[0], "hold", life, None)
            note(life.held[1], "lift", life, None)
    return found
