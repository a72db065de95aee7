"""The chain that makes the access record tamper-evident, as plain Python.

Each sealed row carries its place ``sequence`` (1, 2, 3 …), a ``digest`` over the
digest of the row before it and its own text, and a ``mac`` of both. Without the key
nobody can make a ``mac``; whoever holds an anchor (count and digest, kept elsewhere)
sees without any key whether the rows up to it are the same rows.

The text of a row is its fields in a fixed order, separated by a control character that
no field may contain. Free text isn't part of it: only a keyed commitment to it is,
so that it can be erased later and the chain stays valid.

No Odoo is needed here; ``verify_record.py`` uses this file alone.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import NamedTuple

FORMAT = 1
# The data key that seals come from, by its name in the keystore.
KEY_NAME = "record"
# What the suites of keys hash with, by the names in ``hashlib``.
HASHES = {"aes": "sha256", "sm": "sm3"}

SEPARATOR = "\x1f"
FIELDS = (
    "company_id",
    "sequence",
    "id",
    "date",
    "user_id",
    "event",
    "model",
    "res_id",
    "archive_id",
    "detail",
    "commitment",
)
START = ""

# What a break can be; the words for people are the models' and the verifier's.
MISSING = "missing"  # rows between two others, or at the beginning
DUPLICATE = "duplicate"  # the same place taken twice, or out of order
ALTERED = "altered"  # the row's text isn't what was sealed
UNLINKED = "unlinked"  # sealed as it is, but behind another row than this one
FORGED = "forged"  # linked well, but not with the key
NOTE = "note"  # the free text isn't the one that was committed to
ERASED = "erased"  # the free text is gone, and no erasure is recorded
UNSEALED = "unsealed"  # a row that was never sealed
CUT = "cut"  # an anchor knows rows that are gone
REWRITTEN = "rewritten"  # an anchor knows other rows
ANCHOR = "anchor"  # an anchor that wasn't made with the key
LOST = "lost"  # an anchor that is kept in one of its two places only
UNGUARDED = "unguarded"  # the database no longer refuses changes

# No break, and to be known: rows without a seal, because their key was away when they
# were written, which a sealed row behind them tells.
LATE = "late"
# Instead of a seal, on a row that the system can't vouch for.
UNWITNESSED = "-"
_TOLD_LATE = re.compile(r"late (\d+) (\d+) (\d+)")


@dataclass(frozen=True)
class Break:
    """One finding: its kind and the places from ``first`` to ``last``."""

    kind: str
    first: int
    last: int
    # When it was told, for what is no break.
    date: str = ""

    def __str__(self):
        places = (
            f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        )
        return f"{self.kind} {places}"


class Row(NamedTuple):
    """One row as it is stored: its place, its text and what seals it."""

    sequence: int
    text: str
    digest: str
    mac: str
    note: str | None = None
    commitment: str | None = None
    event: str = ""
    archive_id: int | None = None
    id: int | None = None

    @property
    def detail(self):
        """What the text of the row says was done, in codes."""
        return self.told("detail")

    def told(self, name):
        """Return what the text says of a field."""
        return self.text.split(SEPARATOR)[FIELDS.index(name)]

    def is_between(self, first, last):
        """Whether the id that the text says is one of these."""
        told = self.told("id")
        return told.isdecimal() and first <= int(told) <= last


@dataclass(frozen=True)
class Anchor:
    """What was known of a chain at a moment: rows counted, digest of the last.

    One from ``outside`` is somebody's word, whatever its seal says; one that the
    system itself kept counts only with its seal.
    """

    count: int
    digest: str
    mac: str = ""
    context: str = ""
    outside: bool = False

    @classmethod
    def from_file(cls, values, database, company_id, *, outside=False):
        """Return the anchor in an anchor file's dict.

        :raise KeyError, TypeError, ValueError: if it isn't one, or not of the record
            of this company in this database
        """
        its_own = (values["format"], values["database"], values["company_id"])
        if its_own != (FORMAT, database, company_id):
            raise ValueError("an anchor of another record")
        count, digest = values["count"], values["digest"]
        if type(count) is not int or count < 1 or not isinstance(digest, str):
            raise ValueError("not an anchor")
        context = anchor_context(database, company_id, values["date"])
        mac = str(values.get("mac") or "")
        return cls(count, digest, mac, context, outside)


def seal_key(data_key):
    """Return key and algorithm of a :class:`Chain`, from the keystore's data key."""
    return data_key.derive("access record"), HASHES[data_key.suite.name]


def anchor_context(database, company_id, date):
    """Return what an anchor's seal is bound to besides count and digest."""
    return f"{database} {company_id} {date}"


def text_of(values):
    """Return the text of a row from the mapping of its fields."""
    return SEPARATOR.join(
        "" if value is None or value is False else str(value)
        for value in (values[name] for name in FIELDS)
    )


def _bytes(text):
    try:
        return text.encode()
    except UnicodeEncodeError:
        # What isn't text at all, such as in a forged export, is only found different.
        return text.encode("utf-8", "surrogatepass")


class Chain:
    """Digests and seals of one company's record.

    :param key: bytes, or None to check without it
    :param algorithm: one of ``HASHES``
    """

    def __init__(self, key, algorithm="sha256"):
        self.key = key
        self.algorithm = algorithm
        self._new = getattr(hashlib, algorithm, None) or (
            lambda data: hashlib.new(algorithm, data)
        )

    def digest(self, previous, text):
        """Return the digest of a row behind the row with digest ``previous``."""
        return self._new(_bytes(previous + SEPARATOR + text)).hexdigest()

    def mac(self, digest, text):
        """Return the seal of a row."""
        message = _bytes(digest + SEPARATOR + text)
        return hmac.digest(self.key, message, self.algorithm).hex()

    def commitment(self, company_id, sequence, note):
        """Return what stands for a free text in the chain."""
        return self.mac(f"note {company_id} {sequence}", note)

    def ticket(self, values):
        """Return what shows, until it is sealed, that this system wrote a row.

        :param values: dict of the row's fields and its ``note``
        """
        unknown = dict.fromkeys(("id", "sequence", "commitment"))
        text = text_of({**dict.fromkeys(FIELDS), **values, **unknown})
        return self.mac(f"ticket {values.get('note') or ''}", text)

    def anchor_mac(self, context, count, digest):
        """Return the seal of an anchor.

        :param context: text that says of which database, company and time it is
        """
        return self.mac(f"anchor {count} {digest}", context)


class Verifier:
    """Goes through a record once, row by row in order, and notes every break.

    A broken row doesn't cast doubt on the row behind it, if that carries its own
    seal. Without the key only links and anchors are checked, and the row behind one
    that was altered together with its digest is named as well.

    :param chain: the :class:`Chain`; it may be without a key
    :param company_id: whose record it is
    :param anchors: anchors of this record, made here or brought from outside
    """

    def __init__(self, chain, company_id, anchors=()):
        self.chain = chain
        self.company_id = company_id
        self.breaks = []
        # What is no break; complete once it is finished.
        self.notes = []
        self._unwitnessed, self._late = [], []
        self.count = 0
        # The digests that the next row may follow; None if nobody knows any more.
        self._links = (START,)
        self._before = None
        self._doubt = False
        self._erasures = {}
        self._waiting = []
        self._seen = {}
        self._anchors = {}
        for anchor in anchors:
            self._anchors.setdefault(anchor.count, []).append(anchor)

    def start_after(self, sequence, digest):
        """Begin behind a row that was verified before."""
        self.count, self._links = sequence, (digest,)

    def feed(self, row):
        """Check the next row."""
        if row.sequence == self.count + 1 and self._follows(row):
            # The way of nearly all rows, so little is spent on it.
            if row.commitment or row.note or row.event in ("erase", "key"):
                self._check_note(row, sound=True)
            self._before, self._links = self._links, (row.digest,)
            self.count, self._doubt = row.sequence, False
            if row.sequence in self._anchors:
                self._remember()
        elif row.sequence <= self.count:
            self._feed_again(row)
        else:
            links, doubt = self._links, self._doubt
            if row.sequence > self.count + 1:
                self._note(MISSING, self.count + 1, row.sequence - 1)
                links = None
            self._before = links
            self._advance(row, self._check_row(row, links, doubt))

    def _follows(self, row):
        """Whether the next row is linked to the row before, and sealed."""
        links = self._links
        return (
            links
            and self.chain.digest(links[0], row.text) == row.digest
            and self._is_sealed(row)
        )

    def _feed_again(self, row):
        """Check a row whose place was passed already."""
        if row.sequence < 1:
            self._note(ALTERED, row.sequence)
            return
        self._note(DUPLICATE, row.sequence)
        if row.sequence < self.count:
            # Out of order, as only a file can be.
            self._check_row(row, None, doubt=True)
            return
        links, doubt = self._links, self._doubt
        sound = self._check_row(row, self._before, doubt)
        self._advance(row, sound)
        # Which of the two the next row follows, it says itself.
        self._links, self._doubt = (*links, *self._links), doubt or self._doubt
        self._remember()

    def _advance(self, row, sound):
        """Take the row's digest for the next, and what it should have been."""
        self.count = row.sequence
        self._links = (row.digest or "",)
        if not sound:
            again = (self.chain.digest(link, row.text) for link in self._before or ())
            self._links = (*self._links, *again)
        self._doubt = not sound
        if row.sequence in self._anchors:
            self._remember()

    def _remember(self):
        """Keep what an anchor of this place is compared with."""
        self._seen[self.count] = (self._links, self._doubt)

    def _is_sealed(self, row):
        # Its seal covers the text, so none but a well-formed text has one.
        if self.chain.key is None:
            return self._is_shaped(row)
        # Compared in plain: who sees the answer may see the seals.
        return self.chain.mac(
            row.digest or "", row.text
        ) == row.mac and self._is_shaped(row)

    def _is_shaped(self, row):
        return row.text.count(SEPARATOR) == len(FIELDS) - 1

    def _check_row(self, row, links, doubt):
        """Note what is wrong with a row; return whether it is sound.

        :param links: the digests it may follow; None if they aren't known
        :param doubt: whether the row before is broken itself
        """
        linked = links is None or any(
            self.chain.digest(link, row.text) == row.digest for link in links
        )
        sealed = self._is_sealed(row)
        keyed = self.chain.key is not None
        sound = sealed and (linked or (keyed and doubt))
        if not sound:
            if keyed and sealed:
                self._note(UNLINKED, row.sequence)
            elif keyed and linked and links is not None and self._is_shaped(row):
                if row.mac == UNWITNESSED:
                    self._unwitnessed.append(row)
                else:
                    self._note(FORGED, row.sequence)
            else:
                self._note(ALTERED, row.sequence)
        self._check_note(row, sound)
        return sound

    def _check_note(self, row, sound):
        if row.event == "erase" and row.archive_id and sound:
            self._erasures[row.archive_id] = row.sequence
        if row.event == "key" and sound:
            self._take_late(row)
        if row.note:
            if self.chain.key is None:
                return
            expected = self.chain.commitment(self.company_id, row.sequence, row.note)
            if expected != row.commitment:
                self._note(NOTE, row.sequence)
        elif row.commitment:
            self._waiting.append((row.sequence, row.archive_id))

    def _take_late(self, row):
        """Keep which rows before this one had no key when they were written."""
        if told := _TOLD_LATE.fullmatch(row.detail):
            self._late.append((row, *map(int, told.groups())))

    def _check_unwitnessed(self):
        """Part rows that were written without the key from those nobody tells of."""
        left = self._unwitnessed
        for row, count, first, last in self._late:
            told = [
                each
                for each in left
                if each.sequence < row.sequence and each.is_between(first, last)
            ]
            # More than there were: some were put between them later.
            if not told or len(told) > count:
                continue
            left = [each for each in left if each not in told]
            places = [each.sequence for each in told]
            self.notes.append(Break(LATE, min(places), max(places), row.told("date")))
        for each in left:
            self._note(FORGED, each.sequence)

    def finish(self, unsealed=0):
        """Return every break, in the order of the places.

        :param unsealed: number of rows that should have a place and have none
        """
        for sequence, archive_id in self._waiting:
            if self._erasures.get(archive_id, 0) < sequence:
                self._note(ERASED, sequence)
        self._check_unwitnessed()
        self._check_anchors()
        if unsealed:
            self._note(UNSEALED, self.count + 1, self.count + unsealed)
        return sorted(
            set(self.breaks), key=lambda each: (each.first, each.last, each.kind)
        )

    def _check_anchors(self):
        good = beyond = 0
        for count in sorted(self._anchors):
            digests = self._heard(self._anchors[count])
            if count > self.count and digests:
                beyond = count
            if count not in self._seen:
                continue
            links, broken = self._seen[count]
            if digests - set(links):
                # If it is known to be another row itself, those before it have
                # their seals; without the key nothing speaks for them.
                alone = broken and self.chain.key is not None
                self._note(REWRITTEN, count if alone else good + 1, count)
            elif digests:
                good = count
        if beyond:
            self._note(CUT, self.count + 1, beyond)

    def _heard(self, anchors):
        """Return the digests that anchors vouch for; note those without a seal."""
        digests = set()
        for anchor in anchors:
            made_here = self._is_made_here(anchor)
            if not made_here:
                self._note(ANCHOR, anchor.count)
            if made_here or anchor.outside:
                digests.add(anchor.digest)
        return digests

    def _is_made_here(self, anchor):
        if self.chain.key is None or (anchor.outside and not anchor.mac):
            return True
        expected = self.chain.anchor_mac(anchor.context, anchor.count, anchor.digest)
        return expected == anchor.mac

    def _note(self, kind, first, last=None):
        self.breaks.append(Break(kind, first, first if last is None else last))
