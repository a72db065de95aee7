"""File numbers of a ledger, beside those that the company gives itself.

Numbers that were given on paper may be in another format, and have gaps; they are
kept as they are. Those in the company's own format are counted on, so they have to be
what the company itself could have given.
"""

import re

from ...tools.ledger import values as ledger_values

# Gaps that are named.
MOST_NAMED = 10
# What looks like an index: counted, or only like it.
_LOOSE_INDEX = r"([-+]?\d+)"
_INDEX = re.compile(r"[0-9]{1,9}")
_FIELD = re.compile(r"%\((year|y|department|fonds|class|period)\)s")
_CODES = {"fonds", "class", "period"}


class Numbers:
    """The numbers of one company.

    :param codes: of its departments
    """

    def __init__(self, company, codes):
        self.company = company
        self.strict = self._prefix(r"(?P<{}>[0-9]{{{}}})", codes)
        self.loose = self._prefix(r"(?P<{}>\d{{{}}})", codes, re.IGNORECASE)
        # Indexes under prefixes in the company's format, of all rows so far.
        self.taken = {}

    def _prefix(self, digits, codes, flags=0):
        """Return what numbers in the company's format look like."""
        parts, named = [], set()
        own = {"department": codes}
        if _CODES & set(_FIELD.findall(self.company.archive_number_format)):
            own |= self._codes()
        for index, part in enumerate(
            _FIELD.split(self.company.archive_number_format.replace("%%", "%"))
        ):
            if not index % 2:
                parts.append(re.escape(part))
            elif part in own:
                parts.append(_one_of(own[part]))
            else:
                width = {"year": 4, "y": 2}[part]
                repeated = part in named
                parts.append(f"(?P={part})" if repeated else digits.format(part, width))
                named.add(part)
        return re.compile("".join(parts) + _LOOSE_INDEX, flags)

    def _codes(self):
        """Return the codes of classes and periods that numbers are made of."""
        env = self.company.env
        # What numbers look like is no secret of whoever imports some.
        every = env["customer.archive.category"].sudo().with_context(active_test=False)
        categories = every.search([("class_code", "!=", False)])
        every = env["customer.archive.retention.policy"].sudo()
        every = every.with_context(active_test=False)
        policies = every.search([("period_code", "!=", False)])
        return {
            "fonds": [self.company.archive_fonds],
            "class": categories.mapped("class_code"),
            "period": policies.mapped("period_code"),
        }

    def problem(self, number, day):
        """Return the code of what is wrong with a number, None if nothing is.

        :param day: when it was filed, None if that isn't said
        """
        if not self.loose.fullmatch(number):
            return None
        found = self.strict.fullmatch(number)
        index = found and found.groups()[-1]
        if not index or not _INDEX.fullmatch(index) or not int(index):
            return "number_format"
        said = found.groupdict()
        full, short = said.get("year"), said.get("y")
        if day and (
            (full and int(full) != day.year) or (short and int(short) != day.year % 100)
        ):
            return "number_year"
        return None

    def take(self, number):
        """Note a number that is to be taken over."""
        prefix, index = ledger_values.parted(number)
        if index and self.strict.fullmatch(number):
            self.taken.setdefault(prefix, set()).add(index)

    def gaps(self):
        """Return how many numbers stay unused before those taken over, and the first.

        Only what lies above the numbers that were given already: those below had
        their gaps before.
        """
        count, named = 0, []
        for prefix, indexes in sorted(self.taken.items()):
            last = self.company.env["customer.archive"]._highest_of(
                self.company, prefix, indexes
            )
            for index in sorted(each for each in indexes if each > last):
                missing = range(last + 1, index)
                count += len(missing)
                named += [self._name(prefix, each) for each in missing[:MOST_NAMED]]
                last = index
        return count, named[:MOST_NAMED]

    def _name(self, prefix, index):
        return f"{prefix}{index:0{self.company.archive_number_padding}d}"


def _one_of(codes):
    """Return the pattern of one of some codes, the longest that fits first."""
    known = sorted(set(filter(None, codes)), key=lambda code: (-len(code), code))
    return f"(?:{'|'.join(map(re.escape, known)) or '(?!)'})"
