"""What several benchmarks stand on; it has no figures of its own."""

import json


def files(env, count, first=0):
    """Make files by SQL: numbered and registered, on a partner each.

    :param first: how many there are already
    """
    category = env.ref("customer_archive.category_buyer")
    code = f"BENCH{first}"
    department = env["hr.department"].create({"name": "Bench", "archive_code": code})
    values = json.dumps(
        {
            "category": category.id,
            "department": department.id,
            "user": env.uid,
            "company": env.company.id,
            "prefix": f"2026-{code}-",
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
        SELECT id, (v->>'prefix') || row_number() OVER (), v->>'prefix',
               row_number() OVER (), 'active', (v->>'company')::int,
               (v->>'category')::int, (v->>'department')::int, (v->>'user')::int,
               (v->>'user')::int, 'cooperating', 'internal', 100, CURRENT_DATE
          FROM partners, given
        RETURNING id
        """,
        (values, count),
    )
    return env["customer.archive"].browse(row[0] for row in env.cr.fetchall())
