"""The manifest of a run: what belongs to it, one line each, sealed by a keyed hash.

JSON lines: a head with ``format``, ``database``, ``run``, ``kind`` and ``started``; one
line for each part of the dump, in order, and each content; last a line with their
numbers and the hash (HMAC-SHA256) of all bytes before it. It is written, and read, in
parts: a manifest of millions of lines takes no more memory than a short one.
"""

import contextlib
import hashlib
import hmac
import json
import tempfile

from .errors import BackupError
from .place import PIECE
from .sealing import IN_MEMORY, Content

FORMAT = 1
FIELDS = ("source", "sealed", "sha256", "sm3", "size")


def path_of(run):
    """Return the place of a run's manifest below the root."""
    return f"runs/{run}.jsonl"


def write(place, key, head, contents):
    """Write a manifest; return how many contents it has.

    :param key: of the keyed hash, see :class:`.sealing.Sealer`
    :param head: dict with ``run``, ``kind`` and ``started``
    :param contents: iterable of :class:`.sealing.Content`, parts of the dump first
    """
    head = {"format": FORMAT, "database": place.database, **head}

    def write_all(target):
        mac, number = hmac.new(key, digestmod=hashlib.sha256), 0
        for line in _lines(head, contents):
            mac.update(line)
            target.write(line)
            number += 1
        target.write(_line({"contents": number - 1, "mac": mac.hexdigest()}))
        return number - 1

    return place.put(path_of(head["run"]), write_all)


def _lines(head, contents):
    yield _line(head)
    for each in contents:
        yield _line({name: getattr(each, name) for name in FIELDS})


def _line(values):
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


@contextlib.contextmanager
def opened(place, key, run):
    """Give head and an iterable of the contents of a manifest, after checking its seal.

    :raise BackupError: "gone", "tampered", or "foreign" if it is another database's
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as local:
        with place.open(path_of(run)) as source:
            while piece := source.read(PIECE):
                local.write(piece)
        head = _checked(local, key, run, place.database)
        yield head, _contents(local)


def _checked(local, key, run, database):
    """Return the head of a manifest that is as it was written."""
    try:
        head, number, mac, last = _walked(local, key)
        foreign = head.get("database") != database
        whole = hmac.compare_digest(str(last.get("mac")), mac)
        whole = whole and last.get("contents") == number and head.get("run") == run
    except (ValueError, AttributeError, TypeError):
        raise BackupError("tampered", path_of(run)) from None
    if foreign:
        raise BackupError("foreign", path_of(run))
    if not whole or head.get("format") != FORMAT:
        raise BackupError("tampered", path_of(run))
    return head


def _walked(local, key):
    """Return head, number of contents, hash and last line of a manifest."""
    local.seek(0)
    mac, held, first, number = hmac.new(key, digestmod=hashlib.sha256), b"", b"", -1
    for line in local:
        if held:
            mac.update(held)
            first = first or held
            number += 1
        held = line
    return json.loads(first or held), number, mac.hexdigest(), json.loads(held)


def _contents(local):
    local.seek(0)
    next(local)
    for line in local:
        values = json.loads(line)
        if "mac" not in values:
            yield Content(*(values[name] for name in FIELDS))
