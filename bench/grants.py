"""What grants cost whoever lists files, and what the protection costs a contact."""

import time

from odoo.tests import new_test_user

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .ground import files

FILES = 20_000
OWN = 4_000
GRANTS = 40_000
MINE = 50
PAGE = 80
ROUNDS = 20
SHOWN = {"name": {}, "partner_id": {"fields": {"display_name": {}}}, "state": {}}
RULES = ("rule_archive_grant", "rule_document_grant", "rule_secret_grant")


def figures(env):
    """Yield what a page of files costs with grants around, against none; and more."""
    archives = files(env, FILES)
    user = new_test_user(env, "bench", groups="sales_team.group_sale_salesman")
    env.cr.execute(
        "UPDATE customer_archive SET user_id = %s WHERE id = ANY(%s)",
        (user.id, archives[:OWN].ids),
    )
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    listed = env["customer.archive"].with_user(user)
    # Nobody has a grant yet, and no rule looks for one.
    rules = env["ir.rule"].concat(*(env.ref(f"customer_archive.{x}") for x in RULES))
    rules.active = False
    without = measured(listed)
    rules.active = True
    grants(env, user, archives)
    yield "grants_list_time_ratio", measured(listed) / without, 1.5, True
    yield "protection_more_queries", more_queries(env), 1, True


def grants(env, user, archives):
    """Give access to others, and to some files to the user, by SQL."""
    env.cr.execute(
        """
        INSERT INTO customer_archive_grant (
            user_id, archive_id, company_id, scope, date_from, date_to, res_model,
            res_id, request_number
        )
        SELECT CASE WHEN n <= %s THEN %s ELSE 1 END, (%s::int[])[1 + n %% %s],
               %s, 'file', now() - interval '1 day', now() + interval '1 day',
               'customer.archive.consultation', n, 'CY-' || n
          FROM generate_series(1, %s) n
        """,
        (MINE, user.id, archives.ids, len(archives), env.company.id, GRANTS),
    )
    env.cr.execute("ANALYZE")


def measured(listed):
    """Return the best time in seconds of one page of files."""
    times = []
    for _round in range(ROUNDS):
        listed.env.invalidate_all()
        started = time.perf_counter()
        listed.web_search_read([], SHOWN, limit=PAGE)
        times.append(time.perf_counter() - started)
    return min(times)


def more_queries(env):
    """Return how many queries more a contact's code costs for being protected."""
    contacts = env["res.partner"].create([{"name": f"P{n}"} for n in range(50)])
    costs = []
    # The first writing loads what is remembered from then on.
    for writer in (contacts, contacts, as_system(contacts)):
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count
        writer.write({"vat": f"CODE{len(costs)}"})
        env.flush_all()
        costs.append(env.cr.sql_log_count - before)
    return costs[1] - costs[2]
