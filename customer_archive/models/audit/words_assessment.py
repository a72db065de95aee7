"""Words for assessments; see :mod:`.words`."""

from .phrases import says

ASSESSMENT = "customer.archive.assessment"


@says("assessment", r"(?P<step>begun|due|decided) (?P<kind>\w+)")
def _stepped(_row, names, step, kind):
    words = {
        "begun": names.env._("Begun: %s"),
        "due": names.env._("Fell due, and was proposed: %s"),
        "decided": names.env._("Decided: %s"),
    }
    return words[step] % names.value(ASSESSMENT, "kind", kind)


@says("assessment", "replayed same")
def _same(_row, names):
    return names.env._("Replayed: the same grade")


@says("assessment", "replayed otherwise")
def _otherwise(_row, names):
    return names.env._("Replayed: something else than was kept")


@says("assessment", r"reported (?P<digest>[0-9a-f]{64})")
def _reported(_row, names, digest):
    return names.env._("Risk assessment report filed, digest %s", digest)
