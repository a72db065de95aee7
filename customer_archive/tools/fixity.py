"""Digests of stored files, by which is seen later whether they are as they were.

SHA-256 (FIPS 180-4) is what files are checked by; SM3 (GB/T 32905) goes with them into
packages for archives that ask for it. Both are of what is stored, which is encrypted:
they tell nothing about the content, and checking takes no key.
"""

import hashlib
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor

# Bytes at a time.
PIECE = 1 << 20
# For the filestore, and for us.
SLOW = "sm3"
NAMES = ("sha1", "sha256", SLOW)
# Pieces that may wait for the slow one: no more memory than that.
BEHIND = 8


class Digests:
    """Several digests of what passes through ``update``.

    SM3 takes as long as all the rest of filing: it is reckoned beside it, on another
    core, and no more than a few pieces behind.
    """

    def __init__(self):
        self._hashes = {
            name: hashlib.new(name, usedforsecurity=name != "sha1") for name in NAMES
        }
        self._beside = ThreadPoolExecutor(1)
        self._waiting = deque()

    def update(self, data):
        self._waiting.append(self._beside.submit(self._hashes[SLOW].update, data))
        if len(self._waiting) > BEHIND:
            self._waiting.popleft().result()
        for name, each in self._hashes.items():
            if name != SLOW:
                each.update(data)

    def __getitem__(self, name):
        """Return the digest of that name, in hexadecimal digits."""
        while self._waiting:
            self._waiting.popleft().result()
        return self._hashes[name].hexdigest()

    def close(self):
        """End the thread; what was taken can still be read."""
        self._beside.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()


def problem(path, size, sha256=None):
    """Return what is wrong with a stored file, None if nothing is.

    :param path: where it is
    :param size: how many bytes it should have
    :param sha256: the digest that it should have, in hexadecimal digits; if it isn't
        known, the bytes aren't read
    :return: "missing", "size", "altered" or "unreadable"
    """
    try:
        with open(path, "rb", buffering=0) as source:
            if os.fstat(source.fileno()).st_size != size:
                return "size"
            if sha256 and _sha256(source) != sha256:
                return "altered"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"
    return None


def _sha256(source):
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def digests_of(source):
    """Return all digests of an open binary file, read from its beginning."""
    source.seek(0)
    with Digests() as digests:
        while piece := source.read(PIECE):
            digests.update(piece)
    return digests
