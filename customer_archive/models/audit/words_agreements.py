"""Words for agreements; see :mod:`.words`."""

from .phrases import says


@says("open", "before signing")
def _consulted(_row, names):
    return names.env._("Shown to record the signing")


@says("change", "revise")
def _revised(_row, names):
    return names.env._("Approved terms taken back to be changed")
