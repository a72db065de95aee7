"""Draws a random sample that anybody can draw again: from the same seed, the same one.

Each number is put into an order that nobody chooses: that of the digest of the seed
together with it. The first ones are the sample.
"""

import hashlib
import math
import secrets


def new_seed():
    """Return a seed that nobody could foresee, as text."""
    return secrets.token_hex(8)


def drawn(seed, ids, count):
    """Return ``count`` of ``ids`` by a seed, in the order in which they are drawn.

    :param str seed: as :func:`new_seed` gives it
    :param ids: whole numbers, in any order; each counts once
    """
    return sorted(set(ids), key=lambda each: (_place(seed, each), each))[:count]


def share(percent, population):
    """Return how many are so many per cent, at least one if there are any."""
    return math.ceil(population * percent / 100)


def digest_of(ids):
    """Return what says whether it is drawn from the same numbers, in hexadecimal."""
    text = ",".join(str(each) for each in sorted(set(ids)))
    return hashlib.sha256(text.encode()).hexdigest()


def _place(seed, number):
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()
