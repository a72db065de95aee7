"""What it costs to assess many parties with many invoices: one night's proposals."""

import gc
import json
import time
import tracemalloc
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.customer_archive.models.common.customer_archive_due import BATCH

from .ground import files

FILES = 100_000
INVOICES = 10
ASSESSMENT = "customer.archive.assessment"


def figures(env):
    """Yield queries of a batch, files a second beside SQL, and growth of memory."""
    archives = files(env, FILES)
    invoices(env, archives)
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    model = env[ASSESSMENT]
    # What is remembered from the first one on.
    model._reckon("credit", archives[:1])
    tracemalloc.start()
    spent, most, peaks = {"sql": 0.0, "all": 0.0}, 0, []
    for start in range(1, FILES, BATCH):
        part = archives[start : start + BATCH]
        env.invalidate_all()
        gc.collect()
        tracemalloc.reset_peak()
        before, began = env.cr.sql_log_count, time.perf_counter()
        with timed(env, spent):
            model._reckon("credit", part)
        spent["all"] += time.perf_counter() - began
        most = max(most, env.cr.sql_log_count - before)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert model.search_count([]) == FILES
    yield "assessment_queries_a_batch", most, 2, True
    beside = spent["all"] - spent["sql"]
    yield "assessment_files_a_second_beside_sql", FILES / beside, 2_000, False
    tenth = max(len(peaks) // 10, 1)
    grown = max(peaks[-tenth:]) / max(peaks[:tenth])
    yield "assessment_memory_last_vs_first_tenth", grown, 1.1, True


@contextmanager
def timed(env, spent):
    """Add up what the database takes."""
    execute = type(env.cr).execute

    def measured(cursor, *args, **kwargs):
        began = time.perf_counter()
        try:
            return execute(cursor, *args, **kwargs)
        finally:
            spent["sql"] += time.perf_counter() - began

    with patch.object(type(env.cr), "execute", measured):
        yield


def invoices(env, archives):
    """Give each party posted invoices of the year by SQL, every other one paid."""
    accounts = env["account.account"]
    receivable, cash = (
        accounts.create({"name": kind, "code": f"BEN{place}", "account_type": kind})
        for place, kind in enumerate(("asset_receivable", "asset_cash"))
    )
    journal = env["account.journal"].create(
        {"name": "Bench", "code": "BEN", "type": "sale"}
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id"
        " WHERE commercial_partner_id IS NULL"
    )
    values = {
        "journal": journal.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "account": receivable.id,
        "cash": cash.id,
        "invoices": INVOICES,
    }
    env.cr.execute(
        """
        WITH given AS (SELECT %s::jsonb AS v), moves AS (
            INSERT INTO account_move (
                name, move_type, state, payment_state, auto_post, date, invoice_date,
                invoice_date_due, partner_id, commercial_partner_id, journal_id,
                company_id, currency_id, amount_untaxed_signed, amount_total_signed)
            SELECT 'BEN/' || a.id || '/' || n, 'out_invoice', 'posted',
                   CASE WHEN n %% 2 = 0 THEN 'paid' ELSE 'not_paid' END, 'no',
                   CURRENT_DATE - 30 * n, CURRENT_DATE - 30 * n,
                   CURRENT_DATE - 30 * n + 30, a.partner_id, a.partner_id,
                   (v->>'journal')::int, (v->>'company')::int, (v->>'currency')::int,
                   1000 + n, 1000 + n
              FROM given, customer_archive a,
                   generate_series(1, (v->>'invoices')::int) n
             WHERE a.id = ANY(%s)
            RETURNING *
        ), owed AS (
            INSERT INTO account_move_line (
                move_id, account_id, company_id, currency_id, partner_id, parent_state,
                display_type, date, date_maturity, journal_id, debit, credit, balance,
                amount_currency, amount_residual, reconciled)
            SELECT m.id, (v->>'account')::int, m.company_id, m.currency_id,
                   m.partner_id, 'posted', 'payment_term', m.date, m.invoice_date_due,
                   m.journal_id,
                   m.amount_total_signed, 0, m.amount_total_signed,
                   m.amount_total_signed,
                   CASE m.payment_state WHEN 'paid' THEN 0
                        ELSE m.amount_total_signed END,
                   m.payment_state = 'paid'
              FROM moves m, given
            RETURNING *
        ), settled AS (
            INSERT INTO account_move_line (
                move_id, account_id, company_id, currency_id, partner_id, parent_state,
                display_type, date, journal_id, debit, credit, balance,
                amount_currency, amount_residual, reconciled)
            SELECT o.move_id, (v->>'account')::int, o.company_id, o.currency_id,
                   o.partner_id, 'posted', 'product', o.date + 20, o.journal_id, 0,
                   o.debit, -o.debit, -o.debit, 0, TRUE
              FROM owed o, given WHERE o.reconciled
            RETURNING *
        )
        INSERT INTO account_partial_reconcile (
            debit_move_id, credit_move_id, amount, debit_amount_currency,
            credit_amount_currency, max_date, company_id)
        SELECT o.id, s.id, o.debit, o.debit, o.debit, s.date, o.company_id
          FROM owed o JOIN settled s ON s.move_id = o.move_id
        """,
        (json.dumps(values), archives.ids),
    )
