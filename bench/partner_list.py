"""What the file columns cost in the list of contacts, shown and hidden."""

import json
import time

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


def files(env, count):
    """Make files by SQL: numbered and registered, on a partner each."""
    category = env.ref("customer_archive.category_buyer")
    department = env["hr.department"].create({"name": "Bench", "archive_code": "BENCH"})
    values = json.dumps(
        {
            "category": category.id,
            "department": department.id,
            "user": env.uid,
            "company": env.company.id,
        }
    )
    env.cr.execute(
        """
        WITH given AS (SELECT %s::jsonb AS v),
        partners AS (
            INSERT INTO res_partner (
                name, complete_name, is_company, active, type, vat, phone, email,
                autopost_bills
            )
            SELECT 'Party ' || n, 'Party ' || n, true, true, 'contact', 'CODE' || n,
                   '021-5555' || n, n || '@party.example', 'ask'
              FROM generate_series(1, %s) n
            RETURNING id
        )
        INSERT INTO customer_archive (
            partner_id, name, number_prefix, number_index, state, company_id,
            category_id, department_id, user_id, custodian_id, relation_stage,
            security_level, completeness, opening_date
        )
        SELECT id, '2026-BENCH-' || row_number() OVER (), '2026-BENCH-',
               row_number() OVER (), 'active', (v->>'company')::int,
               (v->>'category')::int, (v->>'department')::int, (v->>'user')::int,
               (v->>'user')::int, 'cooperating', 'internal', 100, CURRENT_DATE
          FROM partners, given
        RETURNING id
        """,
        (values, count),
    )
    return env["customer.archive"].browse(row[0] for row in env.cr.fetchall())
