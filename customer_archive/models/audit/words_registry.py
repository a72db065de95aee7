"""Words for registry checks and doubts; see :mod:`.words`."""

from .phrases import says

CHECK, DOUBT = "customer.archive.registry.check", "customer.archive.doubt"


@says("review", r"registry: (?P<source>\w+) (?P<result>\w+)")
def _checked(_row, names, source, result):
    return names.env._(
        "Checked in %(registry)s: %(result)s",
        registry=names.value(CHECK, "source", source),
        result=names.value(CHECK, "result", result),
    )


@says("review", r"doubt (?P<state>found|settled|verified): (?P<kind>\w+)")
def _doubted(_row, names, state, kind):
    words = {
        "found": names.env._("Doubt"),
        "settled": names.env._("Doubt resolved"),
        "verified": names.env._("Doubt verified"),
    }
    kind = names.value(DOUBT, "kind", kind)
    return names.env._("%(what)s: %(words)s", what=words[state], words=kind)
