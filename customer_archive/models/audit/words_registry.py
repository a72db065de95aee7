"""Words for registry checks and doubts; see :mod:`.words`."""

from .phrases import says

CHECK = "customer.archive.registry.check"


@says("review", r"registry: (?P<source>\w+) (?P<result>\w+)")
def _checked(_row, names, source, result):
    return names.env._(
        "Checked in %(registry)s: %(result)s",
        registry=names.value(CHECK, "source", source),
        result=names.value(CHECK, "result", result),
    )
