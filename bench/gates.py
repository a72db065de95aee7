"""What the conditions of orders cost whoever confirms many at once."""

import time
from contextlib import contextmanager
from unittest.mock import patch

from .live_clock import Ground, flush

ORDERS = 100
ROUNDS = 8


def figures(env):
    """Yield queries and time of confirming orders, against those without conditions."""
    ground = Ground(env)
    times, queries = {True: [], False: []}, {}
    for turn in range(ROUNDS):
        for asked in (True, False) if turn % 2 else (False, True):
            orders = env["sale.order"].union(*(ground.order() for _n in range(ORDERS)))
            with conditions(env, asked):
                flush(env)
                before, started = env.cr.sql_log_count, time.perf_counter()
                orders.action_confirm()
                env.cr.flush()
                times[asked].append(time.perf_counter() - started)
                queries[asked] = env.cr.sql_log_count - before
    yield "gates_more_queries_for_100", queries[True] - queries[False], 3, True
    # The first turn loads what is remembered from then on.
    ratio = min(times[True][1:]) / min(times[False][1:])
    yield "gates_time_ratio", ratio, 1.05, True


@contextmanager
def conditions(env, asked):
    """Leave the conditions as they are, or take them out."""
    if asked:
        yield
        return
    gates = type(env["customer.archive.gate"])
    with patch.object(gates, "_findings", lambda *_args, **_kwargs: {}):
        yield
