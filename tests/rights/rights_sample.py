"""Which calls of the matrix a run of the sample tries; the full one tries all."""

import functools
import zlib

from ..support.size import full, meets
from .rights_table import EVERYONE

# A call is tried as one in so many roles, besides those that are chosen for it: of what
# is done to each record fewer apart, so that each role meets each record.
ROLES_APART, METHODS_APART = 6, 12
# Where somebody who may do other things to a record is refused, somebody who may do
# nothing to it tries one cell in so many.
OTHERS_APART = 4
# What rights to a model alone allow: tried as everybody, on one record of each.
ALWAYS = {"create", "unlink"}
RECORD = {"read", "web_read", "export_data", "get_metadata", "copy_data", "copy"}
# How many ways there are to find records.
WAYS_APART = 9


def _turn(*words):
    return zlib.crc32(" ".join(words).encode())


class Sample:
    """Chooses roles for each cell of the matrix, the same in each run.

    Each cell is tried as somebody who may, and as somebody who may do other things to
    the same record and not this; one in so many, and where there is no such person, as
    somebody else in turn. Besides, each operation but the writing of single fields is
    tried as roles in turn, so that with the subjects of a model each role, subject and
    operation meet each other; and what rights to a model alone allow is tried as
    everybody, on the first subject of a model.
    """

    def __init__(self, rights, models):
        self.rights = rights
        self.models = {name: turn for turn, name in enumerate(models)}
        # By model, in the order in which they are met.
        self.subjects, self.operations = {}, {}
        self.near = {}
        for (model, subject, _operation), roles in rights.allowed.items():
            self.near[model, subject] = self.near.get((model, subject), set()) | roles
        self._chosen = functools.cache(self._choose)

    def takes(self, role, model, subject, operation):
        """Whether ``role`` tries this."""
        if full() or role in self._chosen(model, subject, operation):
            return True
        if operation.startswith("write:"):
            return False
        place = self._met(self.subjects, model, subject)
        if operation in ALWAYS and not place:
            return True
        return meets(
            ROLES_APART if operation in RECORD | ALWAYS else METHODS_APART,
            EVERYONE.index(role),
            place,
            self._met(self.operations, model, operation),
        )

    def finds(self, role, model, operation):
        """Whether ``role`` looks for the records of a model in this way."""
        turns = EVERYONE.index(role), self.models.get(model, 0)
        return meets(WAYS_APART, *turns, self._met(self.operations, "", operation))

    @staticmethod
    def is_odd(role, *cell):
        """Whether a forged context is tried, and not a plain one."""
        return _turn(role, *cell) % 2

    def _choose(self, *cell):
        allowed = self.rights.allowed.get(cell, frozenset())
        near = self.near.get(cell[:2], set()) - allowed
        turn = _turn(*cell)
        groups = [allowed, near]
        if not near or not (turn >> 8) % OTHERS_APART:
            groups.append(set(EVERYONE) - allowed - near)
        return {sorted(group)[turn % len(group)] for group in groups if group}

    @staticmethod
    def _met(known, model, name):
        names = known.setdefault(model, {})
        return names.setdefault(name, len(names))
