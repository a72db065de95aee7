"""Totals of the columns of a sheet, by group and over all, as rows go by."""

from xlsxwriter.utility import xl_range

# The functions of Excel's SUBTOTAL, which leaves out what is filtered and other
# subtotals.
_FUNCTIONS = {"sum": 9, "average": 1, "count": 3}


class Totals:
    """Adds up columns.

    :param kinds: for each column ``sum``, ``average``, ``count`` or nothing
    """

    def __init__(self, kinds):
        self.kinds = kinds
        self.name = self.first = None
        self.group = self._nothing()
        self.all = self._nothing()

    def _nothing(self):
        return [[0, 0] for _kind in self.kinds]

    def ends(self, name):
        """Whether a row of the group ``name`` ends another group."""
        return self.first is not None and name != self.name

    def begin(self, name, row):
        """Take in that a row of the group ``name`` is next, at ``row``."""
        if self.first is None or name != self.name:
            self.name, self.first, self.group = name, row, self._nothing()

    def add(self, columns):
        """Add the values of some rows, given column by column."""
        for index, kind in enumerate(self.kinds):
            if not kind:
                continue
            values = [value for value in columns[index] if value is not None]
            numbers = [value for value in values if isinstance(value, int | float)]
            for total in (self.group[index], self.all[index]):
                total[0] += sum(numbers)
                total[1] += len(values if kind == "count" else numbers)

    def subtotals(self):
        """Return the totals of the group under way, by column."""
        return [
            self._result(*each) for each in zip(self.kinds, self.group, strict=True)
        ]

    def overall(self):
        """Return the totals of all rows, by column."""
        return [self._result(*each) for each in zip(self.kinds, self.all, strict=True)]

    def formula(self, column, first, last):
        """Return the formula of a total over some rows, all included."""
        function = _FUNCTIONS[self.kinds[column]]
        return f"=SUBTOTAL({function},{xl_range(first, column, last, column)})"

    @staticmethod
    def _result(kind, total):
        value, count = total
        if kind == "count":
            return count
        if kind == "average":
            return round(value / count, 10) if count else 0
        # Floats add up to more digits than anybody typed.
        return round(value, 10)
