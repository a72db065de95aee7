"""Reads the cells of a register, a batch of records at a time."""

from math import isfinite

from ...tools.xlsx import workbook

BATCH = 5000
TEXTS = ("char", "text")


def batches(records, columns, group=None):
    """Yield the columns of one batch after the other; only one is held in memory.

    :param records: recordset with the rights and the language of the reader
    :param columns: list of :class:`workbook.Column`; one without path numbers the rows
    :param group: field path whose values come first in each batch, as texts
    :raise AccessError: if the reader may not read what a path leads to
    """
    ids = records.ids
    for start in range(0, len(ids), BATCH):
        batch = _Batch(records.browse(ids[start : start + BATCH]), start)
        batch.fetch([column.path for column in columns] + [group or ""])
        named = [[str(value or "–") for value in batch.cells(group)]] if group else []
        yield named + [batch.cells(column.path, column.kind) for column in columns]
        records.env.invalidate_all()


def first_rows(records, columns):
    """Return the rows of a few records; what is in memory stays there."""
    batch = _Batch(records, 0)
    batch.fetch([column.path for column in columns])
    cells = [batch.cells(column.path, column.kind) for column in columns]
    return list(zip(*cells, strict=True))


class _Batch:
    """Some records, and what the paths lead to from them.

    Each owner of fields is read once, however many of the records lead to it.
    """

    def __init__(self, records, start):
        self.env = records.env
        self.numbers = list(range(start + 1, start + 1 + len(records)))
        # By path to the owners: these, one by one; and for each record the
        # places of its own among them.
        self.owners = {(): (list(records), [(i,) for i in range(len(records))])}
        self.models = {(): records.browse()}
        self.records = {(): records}

    def fetch(self, paths):
        """Read the fields at the end of the paths, all of one owner in one query."""
        wanted = {}
        for path in filter(None, paths):
            *prefix, name = self._steps(path)
            for end in range(len(prefix)):
                wanted.setdefault(tuple(prefix[:end]), set()).add(prefix[end])
            wanted.setdefault(tuple(prefix), set()).add(name)
        for prefix in sorted(wanted, key=len):
            self._follow(prefix)
            self.records[prefix].fetch(sorted(wanted[prefix]))

    def cells(self, path, kind=None):
        """Return the cell of each record: text, number, date, or None."""
        if not path:
            return self.numbers
        *prefix, name = self._steps(path)
        owners, places = self._follow(tuple(prefix))
        values = self._values(self.models[tuple(prefix)], owners, name, kind)
        if not prefix:
            return values
        return [
            values[found[0]]
            if len(found) == 1
            else _joined(values[place] for place in found)
            for found in places
        ]

    def _steps(self, path):
        """Return the names along a path; what it ends at is shown by its name."""
        model, steps = self.models[()], path.split(".")
        for name in steps:
            field = model._fields[name]
            if field.relational:
                model = self.env[field.comodel_name]
        return [*steps, "display_name"] if field.relational else steps

    def _follow(self, prefix):
        if prefix not in self.owners:
            before, places = self._follow(prefix[:-1])
            name = prefix[-1]
            comodel = self.models[prefix[:-1]]._fields[name].comodel_name
            reached = [owner[name].ids for owner in before]
            ids = list(dict.fromkeys(each for some in reached for each in some))
            place_of = {each: place for place, each in enumerate(ids)}
            led = [[place_of[each] for each in some] for some in reached]
            self.models[prefix] = self.env[comodel]
            self.records[prefix] = self.env[comodel].browse(ids)
            self.owners[prefix] = (
                list(self.records[prefix]),
                [
                    led[found[0]]
                    if len(found) == 1
                    else list(dict.fromkeys(each for i in found for each in led[i]))
                    for found in places
                ],
            )
        return self.owners[prefix]

    def _values(self, model, owners, name, kind):
        field = model._fields[name]
        values = [owner[name] for owner in owners]
        if field.type in TEXTS:
            # As it leaves the server: some is masked there, by who reads it.
            values = map(field.convert_to_read, values, owners)
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return [labels.get(value) for value in values]
        if field.type == "boolean":
            words = {True: self.env._("Yes"), False: self.env._("No")}
            return [words[bool(value)] for value in values]
        if field.type == "datetime":
            values = [self._local(value) if value else None for value in values]
            if kind == workbook.DATE:
                values = [value.date() if value else None for value in values]
            return values
        if field.type in ("integer", "float", "monetary"):
            values = [value if isfinite(value) else str(value) for value in values]
            return [_shaped(value, kind) for value in values]
        if field.type == "date":
            return [value or None for value in values]
        return [str(value) if value else None for value in values]

    def _local(self, value):
        # Excel knows no time zones: the company's time is written, whoever exports.
        company = self.records[()].env.company
        return company._archive_local(value).replace(tzinfo=None)


def _shaped(value, kind):
    """Return a number as the column shows it."""
    if kind == workbook.TEXT:
        return f"{value:.15g}"
    return value / 100 if kind == workbook.PERCENT else value


def _joined(values):
    """Return what several owners have as one text."""
    return ", ".join(str(each) for each in values if each not in (None, "")) or None
