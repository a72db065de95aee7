"""Words for moves of files and items; see :mod:`.words`."""

from .phrases import says

LOCATION, MOVE = "customer.archive.location", "customer.archive.move"


@says("move", r"(?P<before>\d+) > (?P<after>\d+) (?P<how>\w+)")
def _moved(_row, names, before, after, how):
    return names.env._(
        "from %(before)s to %(after)s, %(how)s",
        before=_place(names, before),
        after=_place(names, after),
        how=names.value(MOVE, "how", how),
    )


@says("move", r"(?P<count>\d+) (?P<how>\w+)")
def _moved_many(_row, names, count, how):
    how = names.value(MOVE, "how", how)
    return names.env._("%(count)s files or items, %(how)s", count=count, how=how)


def _place(names, number):
    """Return what a location is called; "0" is none."""
    if not int(number):
        return names.env._("no place")
    return names.known(LOCATION, int(number))
