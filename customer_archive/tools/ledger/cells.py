"""What a cell of a ledger can hold besides texts, numbers, dates and yes or no."""

from datetime import datetime

from . import number_format
from .number_format_dates import day_of


class Formatted:
    """A number that is shown by a format of its own.

    :param value: the number
    :param code: the format
    :param is_1904: whether the workbook counts days from 1904
    """

    __slots__ = ("code", "is_1904", "value")

    def __init__(self, value, code, is_1904=False):
        self.value, self.code, self.is_1904 = value, code, is_1904

    def __str__(self):
        """Return what Excel shows."""
        return number_format.shown(self.code, self.value, self.is_1904)

    def __repr__(self):
        return f"Formatted({self.value!r}, {self.code!r})"

    @property
    def hides_digits(self):
        return number_format.is_scientific(self.code)

    @property
    def day(self):
        """Return the date and time it stands for; None if it isn't shown as one."""
        if not number_format.is_date(self.code):
            return None
        try:
            return day_of(self.value, self.is_1904)
        except ValueError:
            return None


class Uncalculated:
    """A formula whose result wasn't stored with it."""

    def __str__(self):
        return "="


UNCALCULATED = Uncalculated()


def serial_day(value):
    """Return the date that a plain number stands for in Excel, or None."""
    try:
        found = day_of(value)
    except ValueError:
        return None
    return found if found >= datetime(1949, 1, 1) else None
