"""What the file columns cost in the list of contacts, shown and hidden."""

import time

from .ground import files

COUNT = 5000
PAGE = 80
ROUNDS = 40
PLAIN = {"complete_name": {}, "email": {}, "phone": {}, "city": {}}
FILE = {
    "archive_number": {},
    "archive_state": {},
    "archive_category_id": {"fields": {"display_name": {}}},
}


def figures(env):
    """Yield what a page of contacts costs with the file columns, against without."""
    partners = files(env, COUNT).partner_id
    domain = [("id", "in", partners.ids)]
    plain = measured(env, domain, PLAIN)
    shown = measured(env, domain, {**PLAIN, **FILE})
    yield "partner_list_more_queries", shown[0] - plain[0], 2, True
    yield "partner_list_time_ratio", shown[1] / plain[1], 2.5, True


def measured(env, domain, specification):
    """Return queries and the best time in seconds of one page."""
    times = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        queries, started = env.cr.sql_log_count, time.perf_counter()
        env["res.partner"].web_search_read(domain, specification, limit=PAGE)
        times.append(time.perf_counter() - started)
        queries = env.cr.sql_log_count - queries
    return queries, min(times)
