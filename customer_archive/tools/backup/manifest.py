"""The manifest of a run: what belongs to it, one line each, sealed by a keyed hash.

JSON lines, compressed by gzip: a head with ``format``, ``database``, ``run``, ``kind``
and ``started``; one line for each part of the dump, in order, and each content; last a
line with their numbers and the hash (HMAC-SHA256) of all lines before it. It is
written, and read, in parts: a manifest of millions of lines takes no more memory than a
short one.
"""

import contextlib
import gzip
import hashlib
import hmac
import json
import tempfile
import zlib
from itertools import islice

from .errors import BackupError
from .place import PIECE
from .sealing import IN_MEMORY, Content

FORMAT = 1
FIELDS = ("source", "sealed", "sha256", "sm3", "size")


# Those of version 19.0.9.0.0 aren't compressed, and are read still.
ENDINGS = (".jsonl.gz", ".jsonl")


def path_of(run):
    """Return the place of a run's manifest below the root."""
    return f"runs/{run}{ENDINGS[0]}"


def names(place):
    """Return the names of the runs whose manifests are on a target."""
    return {name.partition(".")[0] for name in place.listed("runs")}


def remove(place, runs):
    """Remove the manifests of some runs."""
    place.remove(f"runs/{run}{ending}" for run in runs for ending in ENDINGS)


def write(place, key, head, contents):
    """Write a manifest; return how many contents it has.

    :param key: of the keyed hash, see :class:`.sealing.Sealer`
    :param head: dict with ``run``, ``kind`` and ``started``
    :param contents: iterable of :class:`.sealing.Content`, parts of the dump first
    """
    head = {"format": FORMAT, "database": place.database, **head}

    def write_all(target):
        mac, number = hmac.new(key, digestmod=hashlib.sha256), 0
        # Digests are hardly made smaller by more work than the least.
        with gzip.GzipFile("", "wb", 1, target, mtime=0) as packed:
            lines = _lines(head, contents)
            while batch := list(islice(lines, 1000)):
                text = b"".join(batch)
                mac.update(text)
                packed.write(text)
                number += len(batch)
            packed.write(_line({"contents": number - 1, "mac": mac.hexdigest()}))
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
        _bring(place, run, local)
        head = _checked(local, key, run, place.database)
        yield head, _contents(local)


def _bring(place, run, local):
    """Fetch a manifest, uncompressed."""
    path = path_of(run)
    if not place.exists(path) and place.exists(f"runs/{run}{ENDINGS[1]}"):
        path = f"runs/{run}{ENDINGS[1]}"
    with place.open(path) as source:
        lines = gzip.GzipFile(fileobj=source) if path == path_of(run) else source
        try:
            while piece := lines.read(PIECE):
                local.write(piece)
        except (gzip.BadGzipFile, zlib.error, EOFError):
            raise BackupError("tampered", path) from None


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
