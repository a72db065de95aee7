"""Marks the writes that only this addon's own methods may make.

The mark is an object of this module. A context that arrives over RPC is built
from JSON or XML, so it can't hold this object: the check is by identity.
"""

from odoo import SUPERUSER_ID

_MARK = object()
_KEY = "customer_archive_system"
_TELLING = "customer_archive_telling"


def as_system(records):
    """Return ``records`` for one write of a state, number or approval.

    The caller has checked before that the user may do this.
    """
    return records.with_context(**{_KEY: _MARK})


def is_system(env):
    """Whether the write under way was asked for by :func:`as_system`."""
    return env.context.get(_KEY) is _MARK


def telling(records):
    """Return ``records`` for what the system says on them of what a user does.

    Such as a change that is tracked, or an activity that is done: whether the user may
    do it was checked, and whether they may write there as well doesn't matter.
    """
    return records.with_context(**{_TELLING: _MARK})


def is_vouched(env):
    """Whether a message is the system's: a job's, or told by :func:`telling`."""
    told = env.su and env.context.get(_TELLING) is _MARK
    return env.uid == SUPERUSER_ID or is_system(env) or told


def quietly(records, *keys):
    """Return ``records`` for writing without what Odoo's chatter adds to it.

    :param keys: keys of the context by which Odoo leaves something out; given by
        anybody else they are ignored, see ``customer.archive.guard``
    """
    return records.with_context(**dict.fromkeys(keys, _MARK))


def is_mark(value):
    """Whether a value of the context was given by :func:`quietly`."""
    return value is _MARK
