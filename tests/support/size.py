"""How much of a campaign is tried: the one place that decides it.

``./dev test`` tries a sample, which is the same each time, and in which everything that
a campaign is about occurs: each role, model and kind of operation, each with each other
where these are pairs. ``./dev test --full`` tries all.
"""

import os

FULL = "CUSTOMER_ARCHIVE_FULL"


def full():
    """Whether everything is tried at its full size."""
    return os.environ.get(FULL) == "1"


def size(small, large):
    """Return a number or a list by the size of this run."""
    return large if full() else small


def meets(every, *turns):
    """Whether a combination is in the sample, by the turn of each of its parts.

    Of parts that have their turns one after the other, one in ``every`` combinations
    is taken, and none of ``every`` neighbours that differ in one part is left out.
    """
    return full() or sum(turns) % every == 0


def sample(things, every):
    """Return one in ``every`` of ``things``, or all."""
    things = list(things)
    return things if full() else things[::every]
