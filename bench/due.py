"""What scheduled actions cost: nothing due among few and many files, and much due."""

import time
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .ground import files

FEW, MANY = 1_000, 1_000_000
DUE = 10_000
ROUNDS = 25
IDLE = ("cron_review", "cron_validity", "cron_annual", "cron_retention")
FAR = 400


def figures(env):
    """Yield how idle runs grow with what is stored, and what each reminder costs."""
    user = new_test_user(env, "bench", groups="sales_team.group_sale_salesman")
    later(env, user, files(env, FEW))
    few = idle(env)
    later(env, user, files(env, MANY - FEW, first=FEW))
    yield "idle_runs_million_vs_thousand", idle(env) / few, 1.2, True
    yield "reviews_vs_activities", reviews(env), 1.5, True
    yield "reminders_vs_activities", reminders(env), 1.5, True


def later(env, user, archives):
    """Give files one paper each, and dates that all lie ahead."""
    today = fields.Date.today()
    ahead = today + timedelta(days=FAR)
    env.cr.execute(
        """
        UPDATE customer_archive
           SET next_review_date = %(ahead)s, user_id = %(user)s
         WHERE id = ANY(%(ids)s);
        INSERT INTO customer_archive_document (
            archive_id, company_id, type_id, is_paper, is_received, is_complete,
            valid_until, validity_date, received_on
        )
        SELECT a.id, a.company_id, %(type)s, true, true, true, %(end)s, %(ahead)s,
               %(today)s
          FROM customer_archive a WHERE a.id = ANY(%(ids)s)
        """,
        {
            "ids": archives.ids,
            "user": user.id,
            "ahead": ahead,
            "end": ahead + timedelta(days=90),
            "today": today,
            "type": env.ref("customer_archive.document_type_license").id,
        },
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.invalidate_all()


def idle(env):
    """Return the best time of all scheduled actions with nothing to do.

    In times of actions that only ask the database as often, taken in turns: between
    few and many files minutes pass, and the machine may have become slower.
    """
    crons = [env.ref(f"customer_archive.{name}") for name in IDLE]
    bare = env["ir.actions.server"].create(
        {
            "name": "Asks the database",
            "model_id": env.ref("base.model_res_partner").id,
            "state": "code",
            "code": "for _turn in range(10):\n    env.cr.execute('SELECT 1')",
        }
    )
    ours, theirs = [], []
    for _round in range(ROUNDS):
        env.invalidate_all()
        ours.append(_timed(lambda: [run(cron) for cron in crons]))
        theirs.append(_timed(lambda: [_run(env, bare) for _cron in crons]))
    return min(ours) / min(theirs)


def _timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(cron):
    """Run a scheduled action here, without looking for its turn."""
    _run(cron.env, cron.ir_actions_server_id)


def _run(env, action):
    action.run()
    env.cr.commit()


def reviews(env):
    return _ratio(
        env,
        "cron_review",
        "UPDATE customer_archive SET next_review_date = %s WHERE id IN "
        "(SELECT id FROM customer_archive ORDER BY id LIMIT %s)",
    )


def reminders(env):
    return _ratio(
        env,
        "cron_validity",
        "UPDATE customer_archive_document SET validity_date = %s,"
        " valid_until = CURRENT_DATE + 90 WHERE id IN "
        "(SELECT id FROM customer_archive_document ORDER BY id LIMIT %s)",
    )


def _ratio(env, cron, make_due):
    """Return the cost of a run with much due, in bare activities of the same kind."""
    env.cr.execute(make_due, [fields.Date.today(), DUE])
    env.cr.commit()
    env.invalidate_all()
    before = env["mail.activity"].search([], order="id desc", limit=1).id or 0
    started = time.perf_counter()
    run(env.ref(f"customer_archive.{cron}"))
    spent = time.perf_counter() - started
    made = env["mail.activity"].search([("id", ">", before)])
    assert len(made) == DUE, f"{len(made)} activities instead of {DUE}"
    return spent / bare(env, made)


def bare(env, activities):
    """Return the time in seconds that making the same activities takes by itself."""
    names = ("activity_type_id", "automated", "res_model_id", "res_id")
    names += ("user_id", "date_deadline", "summary")
    values = [
        {
            name: each[name].id if each._fields[name].relational else each[name]
            for name in names
        }
        for each in activities
    ]
    # Each first activity of a user subscribes him, here as there.
    followers = env["mail.followers"].search(
        [
            ("res_model", "=", activities[:1].res_model),
            ("res_id", "in", activities.mapped("res_id")),
        ]
    )
    activities.unlink()
    followers.unlink()
    env.cr.commit()
    env.invalidate_all()
    made = env["mail.activity"].with_context(mail_activity_quick_update=True)
    started = time.perf_counter()
    for start in range(0, len(values), 500):
        made.create(values[start : start + 500])
        env.cr.commit()
    return time.perf_counter() - started
