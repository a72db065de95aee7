"""What a shipped register is expected to be, and how values of records are read."""

from dataclasses import dataclass, field

import pytz


class Percent(float):
    """A share of 1 that is shown in per cent."""


@dataclass(frozen=True)
class Expected:
    """:param which: whether a record is listed
    :param key: what the records are sorted by
    :param columns: pairs of heading and function
    """

    title: str
    model: str
    columns: tuple
    which: object = lambda _record: True
    key: object = lambda record: record.id
    signatures: tuple = ("Prepared by", "Handled by", "Checked by")
    layout: str = "list"
    # Of a form: heading of each section, and the heading below it.
    sections: tuple = ()
    sums: tuple = field(default=())


def local(record, value):
    """Return a time as a reader in the test's zone sees it."""
    if not value:
        return None
    zone = pytz.timezone("Asia/Shanghai")
    return pytz.utc.localize(value).astimezone(zone).replace(tzinfo=None)


def chosen(record, name):
    return dict(record._fields[name]._description_selection(record.env)).get(
        record[name]
    )


def joined(records, name):
    return ", ".join(each for each in records.mapped(name) if each) or None


def answer(record, name):
    return record.env._("Yes") if record[name] else record.env._("No")


def approvers(record):
    """Return who approved a request, in the order of the steps."""
    rows = (
        record.env["customer.archive.approval"]
        .sudo()
        .search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "=", "approved"),
                ("round", "=", record.approval_round),
            ],
            order="sequence",
        )
    )
    return ", ".join(rows.mapped("decided_by_id.name"))


def days_left(record, last):
    today = record.company_id._archive_now().date()
    return str((last - today).days) if last else None


NUMBER = ("No.", None)


def by_day(value):
    # What has no day comes last, as in the database.
    return (not value, value or 0)
