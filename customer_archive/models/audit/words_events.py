"""Words for event notes; see :mod:`.words`."""

from .phrases import listed, says

NOTE = "customer.archive.event"

STEPS = (
    *("created", "joined", "amended", "took place", "called off", "answered"),
    *("settled", "followed up", "replaced"),
)


@says("note remark", rf"(?P<step>{'|'.join(STEPS)})")
def _noted(_row, names, step):
    return _steps(names.env)[step]


@says("note remark", r"amended(?P<fields>( \w+)+)")
def _amended(_row, names, fields):
    labels = (names.field(NOTE, name) for name in fields.split())
    return names.env._("Note amended: %s", listed(names, labels))


def _steps(env):
    return {
        "created": env._("Note written"),
        "amended": env._("Note amended"),
        "joined": env._("Note from before joined the file"),
        "took place": env._("What was planned took place"),
        "called off": env._("Plan called off"),
        "answered": env._("Complaint answered"),
        "settled": env._("Complaint settled"),
        "replaced": env._("Complaint replaced by its correction"),
        "followed up": env._("Followed up"),
    }
