"""Words for exports of the electronic tree; see :mod:`.words`."""

from .phrases import says


@says(
    "export",
    r"tree (?P<step>\w+) (?P<number>\S+)(?: (?P<digest>[0-9a-f]+))?"
    r"(?: attachment \d+)?",
)
def _exported_tree(_row, names, step, number, digest):
    words = {
        "read": names.env._("copy read for its digest"),
        "taken": names.env._("downloaded"),
        "sent": names.env._("sent to the target"),
        "copied": names.env._("copy sent to the target"),
        "written": names.env._("completely written to the target"),
        "failed": names.env._("not written to the target"),
        "ended": names.env._("ended"),
        "removed": names.env._("removed from the target"),
        "deleted": names.env._("removed from the target by hand"),
    }
    said = words.get(step, step)
    if digest:
        said = names.env._(
            "%(what)s, digest %(digest)s…", what=said, digest=digest[:12]
        )
    return names.env._(
        "Electronic tree export %(number)s: %(words)s", number=number, words=said
    )
