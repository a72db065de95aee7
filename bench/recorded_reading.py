"""What a list of papers costs with and without recording whose files it opens."""

import time
from unittest.mock import patch

from odoo.tests.common import new_test_user

from .ground import files as made

FILES = 80
TURNS = 40
# As often as within the ten minutes that count as one opening.
ROUNDS = 2
MODEL = "customer.archive.document"
# What the list of papers shows.
SHOWN = {
    "display_name": {},
    "archive_id": {"fields": {"display_name": {}}},
    "type_id": {"fields": {"display_name": {}}},
    "shown_number": {},
    "issuer": {},
    "issue_date": {},
    "valid_until": {},
    "state": {},
    "form": {},
    "attachment_ids": {},
    "is_paper": {},
    "agrees_with_original": {},
    "note": {},
}


def figures(env):
    files = made(env, FILES)
    kind = env.ref("customer_archive.document_type_other")
    items = env[MODEL].create(
        [{"archive_id": file.id, "type_id": kind.id, "note": "-"} for file in files]
    )
    for role in ("clerk", "compliance"):
        ratios, firsts = [], []
        # Other people each time: the ten minutes aren't over before the benchmark is.
        for turn in range(ROUNDS):
            name = f"{role}{turn}"
            user = new_test_user(env, name, f"customer_archive.group_{role}")
            ratio, first = _ratios(env, items.with_user(user))
            ratios.append(ratio)
            firsts.append(first)
        yield f"recorded_reading_{role}", sum(ratios) / ROUNDS, 1.1, True
        yield f"recorded_reading_{role}_first", sum(firsts) / ROUNDS, 3, True


def _ratios(env, items):
    """Return what a list costs in unrecorded ones: on average, and at first sight."""
    spent = {True: [], False: []}
    _read(env, items, False)
    for _turn in range(TURNS):
        # In turns, so that a busy moment of the machine meets both.
        for recorded, durations in spent.items():
            durations.append(_read(env, items, recorded))
    domain = [("event", "=", "open"), ("user_id", "=", items.env.uid)]
    opened = env["customer.archive.log"].search(domain)
    assert len(opened) == len(opened.archive_id) == FILES, opened
    bare = sum(spent[False]) / TURNS
    return sum(spent[True]) / TURNS / bare, spent[True][0] / bare


def _read(env, items, recorded):
    """Return how long the list takes, in seconds."""
    env.flush_all()
    env.invalidate_all()
    opened = type(env["customer.archive.opened"])
    record = opened._record_opening if recorded else lambda _records: None
    with patch.object(opened, "_record_opening", record):
        start = time.perf_counter()
        domain = [("id", "in", items.ids)]
        shown = items.browse().web_search_read(domain, SHOWN, limit=FILES)
        env.flush_all()
        duration = time.perf_counter() - start
    assert len(shown["records"]) == FILES
    return duration
