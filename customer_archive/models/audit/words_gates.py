"""Words for conditions of orders and waivers; see :mod:`.words`."""

from .phrases import listed, says

GATE = "customer.archive.gate"


@says("gate", r"(?P<kind>\w+) (?P<order>\d+) (?P<conditions>[\w,]+)")
def _passed(_row, names, kind, order, conditions):
    labels = (
        names.value(GATE, "condition", condition) for condition in conditions.split(",")
    )
    return names.env._(
        "%(order)s confirmed despite: %(conditions)s",
        order=names.known(f"{kind}.order", int(order)),
        conditions=listed(names, labels),
    )


@says("gate", "ended")
def _ended(_row, names):
    return names.env._("Waiver ended early")
