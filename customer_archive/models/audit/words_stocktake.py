"""Words for stocktakes; see :mod:`.words`."""

from .phrases import says

LINE = "customer.archive.stocktake.line"


@says("stocktake", r"started (?P<count>\d+)")
def _started(_row, names, count):
    return names.env._("Started: %s expected", count)


@says("stocktake", r"counted (?P<count>\d+)")
def _counted(_row, names, count):
    return names.env._("Counted: %s", count)


@says("stocktake", r"settled (?P<how>\w+)")
def _settled(_row, names, how):
    words = names.value(LINE, "settlement", how)
    return names.env._("Difference settled: %s", words)


@says("stocktake", r"(?P<step>ended|signed|witnessed|cancelled)")
def _stepped(_row, names, step):
    return {
        "ended": names.env._("Count ended"),
        "signed": names.env._("Signed"),
        "witnessed": names.env._("Witnessed"),
        "cancelled": names.env._("Cancelled"),
    }[step]
