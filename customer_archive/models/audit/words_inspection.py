"""Words for inspections; see :mod:`.words`."""

from .phrases import says


@says("inspection", r"finding (?P<step>repaired|confirmed|returned|overdue)")
def _finding_stepped(_row, names, step):
    return {
        "repaired": names.env._("Finding repaired"),
        "confirmed": names.env._("Repair confirmed"),
        "returned": names.env._("Repair sent back"),
        "overdue": names.env._("Repair overdue: management told"),
    }[step]


@says("inspection", r"(?P<step>opened|signed|cancelled|overdue)")
def _inspection_stepped(_row, names, step):
    return {
        "opened": names.env._("Inspection opened"),
        "signed": names.env._("Inspection signed"),
        "cancelled": names.env._("Inspection cancelled"),
        "overdue": names.env._("Inspection overdue: management told"),
    }[step]
