"""What the rows of a ledger are to each other: headings, data, totals, signatures.

Plain Python. Offices merge cells, part headings into two rows, print headings on each
page, add up and sign. What isn't data is left out and noted; nothing goes unseen.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from ..identifiers import narrow
from .headings import (
    MOST_TITLE_ROWS,
    field_of,
    heading_row,
    is_ignored,
    normal,
    of_stacked,
    recognised,
)
from .sheet import letters_of

# Rows below the headings in which columns without one are looked for at once.
LOOKED_AT = 200
MOST_HEADING_ROWS = 4
# Rows that are named of each kind of what was noted.
MOST_NAMED = 10
# A heading across more of the columns than this is the title of the table.
_TITLE = 0.7
_TOTAL = re.compile(
    r"[\W_]*\S{0,12}?(合计|小计|总计|共计|subtotal|grandtotal|total)"
    r"[\W_]*(人民币)?[\d.,]*[\W_]*(户|家|条|个|笔|份|元)?[\W_]*",
    re.IGNORECASE,
)
_SIGNER = (
    r"(填表|填报|填写|填制|制表|制单|经办|承办|审核|复核|初审|审批|批准|核准|负责|主管|"
    r"统计|编制|报送|单位负责|部门负责|部门主管|财务负责|记账|校对|签收|移交|接收|"
    r"档案管理|监交)"
)
_SIGNATURE = re.compile(
    rf"({_SIGNER}(人|员)?(签字|签名|签章|盖章)?[:：]"
    rf"|{_SIGNER}(人|员)(签字|签名|签章|盖章)?$"
    r"|(填表|填报|制表|编制|报送|打印|导出)(日期|时间)[:：]"
    r"|(preparedby|handledby|checkedby|approvedby)[:：]?)",
    re.IGNORECASE,
)
# What is longer is no total; of what is longer than the other, the start is looked at.
_SHORT, _LONG = 40, 200
_CODE = re.compile(r"[0-9A-Za-z]{9}")
_NOTE = re.compile(r"(注|备注|说明|附注)\d*[:：]|第\d+页(,?共\d+页)?$|共\d+页$")


@dataclass
class Head:
    """The headings of a ledger.

    :param number: the last of their rows
    :param headings: one a column; several, one above the other, are joined
    :param keys: the field of each column, or None
    :param unheaded: indexes of columns that hold something and have no heading
    """

    number: int
    headings: list
    keys: list
    unheaded: set


def head_of(ledger):
    """Return the :class:`Head` of a ledger, or None if no row looks like one."""
    lines = []
    for line in ledger.lines():
        lines.append(line)
        if len(lines) == MOST_TITLE_ROWS + LOOKED_AT:
            break
    first = lines[:MOST_TITLE_ROWS]
    place = heading_row([line.cells for line in first])
    if place is None:
        return None
    merges = ledger.merges()
    top, bottom = _block(first, place, merges)
    stacked = _stacked(lines[top : bottom + 1], merges)
    headings = [" / ".join(texts) or None for texts in stacked]
    keys = recognised(headings, [of_stacked(texts) for texts in stacked])
    number = lines[bottom].number
    for merged in merges:
        if lines[top].number <= merged.top <= number < merged.bottom:
            number = min(merged.bottom, lines[top].number + MOST_HEADING_ROWS)
    unheaded = {
        index
        for line in lines
        if line.number > number
        for index, cell in enumerate(line.cells)
        if cell is not None and not (index < len(headings) and headings[index])
    }
    return Head(number, headings, keys, unheaded)


def _block(lines, place, merges):
    """Return the indexes of the first and the last row of the headings."""
    top = bottom = place
    width = len(lines[place].cells)
    while bottom + 1 < len(lines) and bottom - top + 1 < MOST_HEADING_ROWS:
        if not _goes_on(lines[top : bottom + 1], lines[bottom + 1], merges):
            break
        bottom += 1
    while top and bottom - top + 1 < MOST_HEADING_ROWS:
        if not _begins_above(lines[top - 1], lines[top], merges, width):
            break
        top -= 1
    return top, bottom


def _texts(line):
    return {
        index: cell for index, cell in enumerate(line.cells) if isinstance(cell, str)
    }


def _goes_on(block, below, merges):
    """Whether a row belongs to the headings above it."""
    last = block[-1]
    if any(
        m.top <= last.number and m.bottom >= below.number for m in _up(merges, last)
    ):
        return True
    filled = {index for index, cell in enumerate(below.cells) if cell is not None}
    shared = {
        index
        for merged in merges
        if merged.top == merged.bottom == last.number
        for index in range(merged.left, merged.right + 1)
    }
    known = {index for index, text in _texts(below).items() if field_of(text)}
    if shared and filled:
        return filled <= shared or len(known & shared) > 1
    headed = {
        index
        for line in block
        for index, text in _texts(line).items()
        if field_of(text)
    }
    return bool(filled) and filled == known and not filled & headed


def _up(merges, line):
    """Return what is merged over more than one row and shows in a row."""
    return [
        merged
        for merged in merges
        if merged.top < merged.bottom and merged.top <= line.number <= merged.bottom
    ]


def _begins_above(above, first, merges, width):
    """Whether the row above the headings belongs to them."""
    if any(merged.top <= above.number for merged in _up(merges, first)):
        return True
    if any(
        merged.top == merged.bottom == above.number
        and 1 < merged.right - merged.left + 1 <= _TITLE * width
        for merged in merges
    ):
        return sum(cell is not None for cell in above.cells) > 1 and not any(
            re.search("[:：]", text) for text in _texts(above).values()
        )
    return any(
        field_of(text) and (index >= len(first.cells) or first.cells[index] is None)
        for index, text in _texts(above).items()
    )


def _stacked(block, merges):
    """Return the headings of each column, from the top down."""
    width = max(len(line.cells) for line in block)
    spans = {(merged.top, merged.left): merged.right for merged in merges}
    width = max([width, *(r + 1 for (t, _l), r in spans.items() if _within(t, block))])
    stacked = [[] for _index in range(width)]
    for line in block:
        for index, cell in enumerate(line.cells):
            if cell is None:
                continue
            text = str(cell).strip()
            last = max(spans.get((line.number, index), index), index)
            for each in stacked[index : last + 1]:
                if text and text not in each:
                    each.append(text)
    return stacked


def _within(number, block):
    return block[0].number <= number <= block[-1].number


@dataclass
class Noted:
    """What was noticed while reading: by kind, how often, and where first."""

    counts: dict = field(default_factory=dict)
    places: dict = field(default_factory=lambda: defaultdict(list))

    def note(self, kind, place):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if len(self.places[kind]) < MOST_NAMED:
            self.places[kind].append(place)

    def note_all(self, kind, count, places):
        """Note what was counted elsewhere, if it is anything."""
        if count:
            self.counts[kind] = count
            self.places[kind] = places[:MOST_NAMED]

    def told(self):
        """Return it as JSON holds it."""
        return [[kind, count, self.places[kind]] for kind, count in self.counts.items()]


class Body:
    """The rows below the headings that are data.

    :param ledger: a :class:`.sheet.Sheet` or the like
    :param number: the last row of the headings
    :param keys: the field of each column, or None
    :param headed: indexes of the columns with a heading
    :param leaves_hidden: whether hidden rows are left out
    :param noted: a :class:`Noted`
    """

    def __init__(self, ledger, number, keys, headed, leaves_hidden, noted):
        self.ledger, self.number, self.keys, self.headed = ledger, number, keys, headed
        self.leaves_hidden, self.noted = leaves_hidden, noted
        self.place = {key: index for index, key in enumerate(keys) if key}
        self.above, self.first_words = [], set()
        self.starts, self.wide, self.filling = [], {}, {}
        self.unheaded = set()

    def rows(self):
        """Yield (number, cells) of each row of data."""
        self._take_merges()
        for name in self.ledger.other_sheets:
            self.noted.note("sheets", name)
        for line in self.ledger.lines():
            if line.number <= self.number:
                self._remember(line.cells)
                continue
            if line.is_hidden:
                self.noted.note("left" if self.leaves_hidden else "hidden", line.number)
            if kind := self._kind(line):
                self.noted.note(kind, line.number)
                continue
            if self.starts or self.filling:
                self._fill(line)
            if line.is_hidden and self.leaves_hidden:
                continue
            self._look_beside(line)
            yield line.number, line.cells

    def _take_merges(self):
        for merged in self.ledger.merges():
            if merged.top > self.number and merged.bottom > merged.top:
                self.starts.append(merged)
            if merged.right - merged.left > 1:
                self.wide[merged.top, merged.left] = merged.right
        # The next one is the last.
        self.starts.sort(key=lambda merged: -merged.top)

    def _remember(self, cells):
        words = {
            index: normal(cell) for index, cell in enumerate(cells) if cell is not None
        }
        if words:
            self.above.append(words)
            self.first_words.add(next(iter(words.values())))

    def _kind(self, line):
        """Return what a row is if it isn't data."""
        cells = line.cells
        filled = [index for index, cell in enumerate(cells) if cell is not None]
        first = cells[filled[0]]
        if isinstance(first, str) and self._is_repeated(cells, first):
            return "headings"
        vat = self.place.get("vat", len(cells))
        if vat < len(cells) and _CODE.search(str(cells[vat])):
            # Whoever has a code is somebody, whatever the name.
            return None
        name = self.place.get("name", len(cells))
        words = [first, *cells[name : name + 1]]
        words += cells[filled[1] : filled[1] + 1] if len(filled) > 1 else []
        texts = [
            re.sub(r"\s", "", narrow(word[:_LONG]))
            for word in words
            if isinstance(word, str)
        ]
        if any(_TOTAL.fullmatch(text) for text in texts if len(text) < _SHORT):
            return "totals"
        if texts and _SIGNATURE.match(texts[0]):
            return "signatures"
        if texts and len(filled) < 3 and _NOTE.match(texts[0]):
            return "notes"
        if len(filled) == 1 and (line.number, filled[0]) in self.wide:
            return "sections"
        return None

    def _is_repeated(self, cells, first):
        if normal(first) not in self.first_words:
            return False
        words = {
            index: normal(cell) for index, cell in enumerate(cells) if cell is not None
        }
        return any(words.items() <= above.items() for above in self.above)

    def _fill(self, line):
        """Fill in what is merged with a cell above."""
        number, cells = line.number, line.cells
        while self.starts and self.starts[-1].top <= number:
            merged = self.starts.pop()
            if merged.top == number and merged.left < len(cells):
                self.filling[merged.left] = merged.bottom, cells[merged.left]
        for index, (bottom, value) in list(self.filling.items()):
            if number > bottom:
                del self.filling[index]
            elif value is not None and (index >= len(cells) or cells[index] is None):
                cells.extend([None] * (index + 1 - len(cells)))
                cells[index] = value
                self.noted.note("filled", f"{letters_of(index)}{number}")

    def _look_beside(self, line):
        if len(line.cells) <= len(self.headed) and all(self.headed):
            return
        for index, cell in enumerate(line.cells):
            headed = index < len(self.headed) and self.headed[index]
            if cell is not None and not headed and index not in self.unheaded:
                self.unheaded.add(index)
                self.noted.note("unheaded", letters_of(index))


def is_left_out(heading):
    """Whether a column is left out without asking."""
    return bool(heading) and is_ignored(heading)
