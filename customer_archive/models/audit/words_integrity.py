"""Words for checks of stored copies; see :mod:`.words`."""

from .phrases import says

CHECK, LINE = "customer.archive.integrity", "customer.archive.integrity.line"


@says("integrity", r"checked (?P<result>\w+)")
def _checked(_row, names, result):
    words = names.value(CHECK, "result", result)
    return names.env._("Four-property check: %s", words)


@says("integrity", r"settled (?P<problem>\w+)")
def _settled(_row, names, problem):
    words = names.value(LINE, "problem", problem)
    return names.env._("Problem settled: %s", words)
