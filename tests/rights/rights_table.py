"""Reads rights.tsv: who may do what over RPC; what isn't there is refused."""

from pathlib import Path

from ..support.common import ROLES

EVERYONE = (*ROLES, "public")
NOBODY = "nobody"
COLUMNS = ("model", "subject", "operation", "roles", "note")


class Rights:
    """The allowed cells of the matrix, from the lines of a table.

    :param lines: tab-separated, see the head of rights.tsv
    :raise ValueError: naming the line that can't be read or repeats a cell
    """

    def __init__(self, lines):
        self.names, self.allowed, self.known, self.lines = {}, {}, set(), {}
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith(("#", "model\t")):
                continue
            try:
                self._read(line.split("\t"), number)
            except ValueError as error:
                raise ValueError(f"rights.tsv, line {number}: {error}") from error

    @classmethod
    def read(cls):
        with Path(__file__).with_name("rights.tsv").open(encoding="utf-8") as table:
            return cls(table)

    def _read(self, cells, number):
        if cells[0].startswith("@"):
            self.names[cells[0]] = self._words(cells[1])
            return
        if len(cells) != len(COLUMNS):
            raise ValueError(f"has {len(cells)} columns, not {len(COLUMNS)}")
        models, subjects, operations, roles = map(self._words, cells[:4])
        if unknown := set(roles) - {*EVERYONE, NOBODY}:
            raise ValueError(f"unknown roles {sorted(unknown)}")
        for model in models:
            for subject in subjects:
                for operation in operations:
                    cell = model, subject, operation
                    if cell in self.allowed:
                        raise ValueError(f"{cell} is in line {self.lines[cell]}, too")
                    self.allowed[cell] = frozenset(roles) - {NOBODY}
                    self.lines[cell] = number

    def _words(self, text):
        words = []
        for word in text.split():
            if word.startswith("@") and word not in self.names:
                raise ValueError(f"{word} isn't explained")
            words += self.names.get(word, (word,))
        return words

    def allows(self, role, *cell):
        """Whether ``role`` may do this: (model, subject, operation)."""
        return role in self.allowed.get(cell, ())
