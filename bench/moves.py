"""What moving many files costs, in times of one UPDATE with its history by SQL."""

import time

from odoo import fields
from odoo.tests import new_test_user

from .ground import files as made

FILES = 10_000
ROUNDS = 5


def figures(env):
    files = made(env, FILES)
    archivist = new_test_user(env, "bench", groups="customer_archive.group_archivist")
    room, other = env["customer.archive.location"].create(
        [{"name": "甲库房", "kind": "room"}, {"name": "乙库房", "kind": "room"}]
    )
    # Both ways have a location to move from.
    bare(env, files, room)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    own = files.with_user(archivist)
    ours, theirs = [], []
    # Each moves all of them: ours there, theirs back.
    for _round in range(ROUNDS):
        ours.append(_timed(env, lambda: own.action_move(other.id)))
        theirs.append(_timed(env, lambda: bare(env, files, room)))
    assert len(files.move_ids) == FILES * (2 * ROUNDS + 1)
    yield "moves_vs_update_with_history", min(ours) / min(theirs), 3, True


def _timed(env, work):
    env.invalidate_all()
    started = time.perf_counter()
    work()
    env.flush_all()
    env.cr.commit()
    return time.perf_counter() - started


def bare(env, files, location):
    env.cr.execute(
        """
        INSERT INTO customer_archive_move (
            archive_id, company_id, from_id, to_id, date, user_id, how, papers_out
        )
        SELECT id, company_id, location_id, %(to)s, %(now)s, %(user)s, 'manual', 0
          FROM customer_archive WHERE id = ANY(%(ids)s);
        UPDATE customer_archive
           SET location_id = %(to)s, write_uid = %(user)s, write_date = %(now)s
         WHERE id = ANY(%(ids)s)
        """,
        {
            "ids": files.ids,
            "to": location.id,
            "user": env.uid,
            "now": fields.Datetime.now(),
        },
    )
