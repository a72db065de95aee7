"""The figures that parties are assessed by, of all files of a batch in one statement.

A year is looked back upon. What isn't known is NULL: without an invoice nobody has paid
late, and nobody on time either. A party is a company with its contacts; amounts are in
the currency of the company whose file it is.
"""

from odoo.tools import SQL

from ..business.figures import reached
from ..common.company_day import sql_day

DAYS = 365

# Who is looked at, with contacts; the company's own day.
PARTIES = """
WITH files AS MATERIALIZED (
    SELECT a.id, a.partner_id, a.company_id, a.category_id, a.opening_date, d.today,
           d.today - %(span)s AS since
      FROM customer_archive a
      JOIN unnest(%(companies)s::int[], %(days)s::date[]) AS d(company_id, today)
        ON d.company_id = a.company_id
     WHERE a.id = ANY(%(files)s)
), parties AS MATERIALIZED (
    SELECT f.id, f.company_id, f.today, f.since, p.id AS contact_id
      FROM files f JOIN res_partner p ON p.commercial_partner_id = f.partner_id
)"""

# What is owed beyond its day. A credit note lessens the amount, and is never late; what
# was paid in full by payments without an entry isn't owed, though it is open.
OWED = f""", owed AS (
    SELECT f.id,
           SUM(l.amount_residual) FILTER (WHERE l.date_maturity < f.today) AS overdue,
           MAX(f.today - l.date_maturity) FILTER (
               WHERE l.date_maturity < f.today AND l.amount_residual > 0) AS days
      FROM parties f
      JOIN account_move_line l
        ON l.partner_id = f.contact_id AND l.company_id = f.company_id
      JOIN account_account c ON c.id = l.account_id
      JOIN account_move v ON v.id = l.move_id
     WHERE c.account_type = 'asset_receivable' AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
       AND {reached("v")} IS NOT TRUE
     GROUP BY f.id
)"""

# Invoices of the year. Paid is what was settled in full by payments, not by a credit
# note alone; its day is that of the last reconciliation, or of a payment without an
# entry.
INVOICES = f""", invoices AS (
    SELECT f.id, COUNT(*) FILTER (WHERE m.move_type = 'out_invoice') AS number,
           SUM(m.amount_untaxed_signed) AS turnover,
           COUNT(*) FILTER (WHERE p.paid_on IS NOT NULL OR m.open_late) AS fell_due,
           COUNT(*) FILTER (WHERE p.paid_on <= m.due) AS on_time,
           AVG(p.paid_on - m.invoice_date) AS pay_days
      FROM parties f
     CROSS JOIN LATERAL (
         SELECT i.id, i.move_type, i.invoice_date, i.amount_untaxed_signed,
                COALESCE(i.invoice_date_due, i.invoice_date) AS due,
                i.move_type = 'out_invoice'
                AND i.payment_state IN ('paid', 'in_payment') AND s.is_settled
                AS is_paid,
                i.move_type = 'out_invoice'
                AND (i.payment_state IN ('not_paid', 'partial')
                     OR i.payment_state IN ('paid', 'in_payment')
                        AND NOT s.is_settled)
                AND COALESCE(i.invoice_date_due, i.invoice_date) < f.today
                AS open_late
           FROM account_move i
          CROSS JOIN LATERAL (
              SELECT (i.amount_residual = 0 OR {reached("i")}) IS TRUE AS is_settled
          ) s
          WHERE i.partner_id = f.contact_id AND i.company_id = f.company_id
            AND i.state = 'posted' AND i.move_type IN ('out_invoice', 'out_refund')
            AND i.invoice_date > f.since AND i.invoice_date <= f.today
     ) m
      LEFT JOIN LATERAL (
         SELECT COALESCE((
             SELECT MAX(r.max_date)
               FROM account_move_line l
               JOIN account_partial_reconcile r ON r.debit_move_id = l.id
              WHERE l.move_id = m.id AND l.display_type = 'payment_term'
         ), (
             SELECT MAX(y.date)
               FROM account_move__account_payment x
               JOIN account_payment y ON y.id = x.payment_id
              WHERE x.invoice_id = m.id AND y.state IN ('in_process', 'paid')
         )) AS paid_on
          WHERE m.is_paid
     ) p ON TRUE
     GROUP BY f.id
)"""

# Days of orders and receipts are the company's.
APPROVED = sql_day("o.date_approve", "{}.company_id")
DONE = sql_day("k.date_done", "f.company_id")
DEADLINE = sql_day("k.date_deadline", "f.company_id")

# What was bought, against what others asked for the same, or else the year before.
PRICES = f""", bought AS (
    SELECT f.id, f.company_id, f.since, l.product_id,
           SUM(l.product_uom_qty) AS quantity,
           SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1)) AS paid
      FROM parties f
      JOIN purchase_order o
        ON o.partner_id = f.contact_id AND o.company_id = f.company_id
      JOIN purchase_order_line l ON l.order_id = o.id
     WHERE o.state = 'purchase' AND {APPROVED.format("f")} >= f.since
       AND l.product_id IS NOT NULL AND l.product_uom_qty > 0 AND l.price_subtotal > 0
     GROUP BY 1, 2, 3, 4
), compared AS (
    SELECT b.id, b.paid, b.quantity * COALESCE(others.price, former.price) AS usual
      FROM bought b
     CROSS JOIN LATERAL (
         SELECT SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1))
                / NULLIF(SUM(l.product_uom_qty), 0) AS price
           FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id
          WHERE l.product_id = b.product_id AND o.company_id = b.company_id
            AND o.state = 'purchase' AND {APPROVED.format("b")} >= b.since
            AND l.product_uom_qty > 0 AND l.price_subtotal > 0
            AND NOT EXISTS (SELECT 1 FROM parties f
                             WHERE f.id = b.id AND f.contact_id = o.partner_id)
     ) others
     CROSS JOIN LATERAL (
         SELECT SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1))
                / NULLIF(SUM(l.product_uom_qty), 0) AS price
           FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id
          WHERE others.price IS NULL AND l.product_id = b.product_id
            AND o.company_id = b.company_id AND o.state = 'purchase'
            AND {APPROVED.format("b")} < b.since
            AND {APPROVED.format("b")} >= b.since - %(span)s
            AND l.product_uom_qty > 0 AND l.price_subtotal > 0
            AND EXISTS (SELECT 1 FROM parties f
                         WHERE f.id = b.id AND f.contact_id = o.partner_id)
     ) former
), prices AS (
    SELECT id, 100 * SUM(paid) / NULLIF(SUM(usual), 0) AS price_index
      FROM compared WHERE usual IS NOT NULL GROUP BY id
)"""

# What people have noted in the file.
NOTED = """, kept AS (
    SELECT f.id, COUNT(*) FILTER (WHERE e.kind = 'delivered') AS delivered,
           COUNT(*) FILTER (WHERE e.kind = 'delivered_late') AS late,
           COUNT(*) FILTER (WHERE e.kind = 'paid_late') AS late_payments,
           COUNT(*) FILTER (WHERE e.kind = 'breach') AS breaches,
           COUNT(*) FILTER (WHERE e.kind = 'dispute') AS disputes
      FROM files f
      JOIN customer_archive_agreement_performance e ON e.archive_id = f.id
     WHERE e.date > f.since AND e.date <= f.today
       AND NOT EXISTS (SELECT 1 FROM customer_archive_agreement_performance x
                        WHERE x.corrects_id = e.id)
     GROUP BY f.id
), notes AS (
    SELECT f.id, COUNT(*) FILTER (WHERE t.is_complaint) AS complaints,
           COUNT(*) FILTER (WHERE t.can_plan AND e.state = 'recorded') AS visits,
           AVG(e.score::int) AS satisfaction,
           AVG(CASE e.result WHEN 'pass' THEN 100 WHEN 'conditional' THEN 50
                             WHEN 'fail' THEN 0 END) AS quality
      FROM files f
      JOIN customer_archive_event e ON e.archive_id = f.id
      JOIN customer_archive_event_type t ON t.id = e.type_id
     WHERE e.date > f.since AND e.date <= f.today
       AND e.state NOT IN ('planned', 'off')
       AND NOT EXISTS (SELECT 1 FROM customer_archive_event x
                        WHERE x.corrects_id = e.id)
     GROUP BY f.id
), papers AS (
    SELECT id, COUNT(*) FILTER (WHERE has_lapsed) AS lapsed
      FROM (
        SELECT f.id, i.type_id,
               bool_and(COALESCE(i.valid_until < f.today, FALSE)
                        AND i.is_waived IS NOT TRUE) AS has_lapsed
          FROM files f
          JOIN customer_archive_document i ON i.archive_id = f.id
         WHERE i.is_received
         GROUP BY f.id, i.type_id
      ) each
     GROUP BY id
)"""

# Receipts by their day, and what was sent back, where the warehouse is kept here.
RECEIPTS = f""", receipts AS (
    SELECT f.id,
           COUNT(*) FILTER (WHERE k.state = 'done' OR {DEADLINE} < f.today)
               AS fell_due,
           COUNT(*) FILTER (WHERE k.state = 'done' AND {DONE} <= {DEADLINE}) AS on_time,
           COUNT(*) FILTER (WHERE k.state = 'done') AS done,
           COUNT(*) FILTER (WHERE k.state = 'done' AND EXISTS (
               SELECT 1 FROM stock_picking b
                WHERE b.return_id = k.id AND b.state = 'done')) AS returned
      FROM parties f
      JOIN stock_picking k
        ON k.partner_id = f.contact_id AND k.company_id = f.company_id
      JOIN stock_picking_type t ON t.id = k.picking_type_id AND t.code = 'incoming'
     WHERE k.state <> 'cancel' AND k.return_id IS NULL
       AND {DEADLINE} >= f.since
     GROUP BY f.id
)"""
NO_RECEIPTS = """, receipts AS (
    SELECT NULL::int AS id, 0 AS fell_due, 0 AS on_time, 0 AS done, 0 AS returned
     WHERE FALSE
)"""

FIGURES = """
SELECT f.id, f.company_id, f.category_id, jsonb_strip_nulls(jsonb_build_object(
    'overdue_amount', CASE WHEN i.number > 0 OR w.overdue IS NOT NULL
        THEN GREATEST(ROUND(COALESCE(w.overdue, 0)::numeric, 2), 0) END,
    'overdue_share', CASE WHEN i.turnover > 0
        THEN ROUND((100 * GREATEST(COALESCE(w.overdue, 0), 0) / i.turnover)::numeric, 2)
        END,
    'overdue_days', CASE WHEN i.number > 0 OR w.id IS NOT NULL
        THEN COALESCE(w.days, 0) END,
    'on_time_ratio', ROUND(100.0 * i.on_time / NULLIF(i.fell_due, 0), 2),
    'pay_days', ROUND(i.pay_days, 2),
    'breaches', k.breaches,
    'disputes', k.disputes,
    'late_payments', k.late_payments,
    'complaints', COALESCE(n.complaints, 0),
    'visits', COALESCE(n.visits, 0),
    'satisfaction', ROUND(n.satisfaction, 2),
    'lapsed_papers', COALESCE(p.lapsed, 0),
    'years', ROUND((f.today - f.opening_date) / 365.25, 2),
    'registry', CASE g.result WHEN 'good' THEN 100 WHEN 'partial' THEN 60
                              WHEN 'bad' THEN 0 END,
    'delivery_ratio', ROUND(100.0 * CASE WHEN r.fell_due > 0
            THEN r.on_time::numeric / r.fell_due
            ELSE k.delivered::numeric / NULLIF(k.delivered + k.late, 0) END, 2),
    'return_ratio', ROUND(100.0 * r.returned / NULLIF(r.done, 0), 2),
    'quality_ratio', ROUND(n.quality, 2),
    'price_index', ROUND(c.price_index::numeric, 2)
))
  FROM files f
  LEFT JOIN owed w ON w.id = f.id
  LEFT JOIN invoices i ON i.id = f.id
  LEFT JOIN prices c ON c.id = f.id
  LEFT JOIN kept k ON k.id = f.id
  LEFT JOIN notes n ON n.id = f.id
  LEFT JOIN papers p ON p.id = f.id
  LEFT JOIN receipts r ON r.id = f.id
  LEFT JOIN LATERAL (
      SELECT x.result FROM customer_archive_registry_check x
       WHERE x.archive_id = f.id AND x.valid_until >= f.today
       ORDER BY x.date DESC, x.id DESC LIMIT 1
  ) g ON TRUE
"""
# What has to be in the database before it is asked.
READ = {
    "account.move": None,
    "account.move.line": None,
    "account.partial.reconcile": None,
    "account.payment": None,
    "customer.archive": ["category_id", "company_id", "opening_date", "partner_id"],
    "customer.archive.agreement.performance": None,
    "customer.archive.document": None,
    "customer.archive.event": None,
    "customer.archive.registry.check": None,
    "purchase.order": None,
    "purchase.order.line": None,
    "res.company": ["archive_tz"],
    "res.partner": ["commercial_partner_id"],
}


def figures_of(files):
    """Return the figures of some files, by the id of the file; one statement.

    Called as superuser: what a party is graded by doesn't depend on who asks.

    :param files: recordset of files
    :return: list of the ids of a file, its company and its category, and a dict of
        figures by source, without those unknown
    """
    env = files.env
    for name, fields in READ.items():
        env[name].flush_model(fields)
    stock = "stock.picking" in env and "return_id" in env["stock.picking"]._fields
    if stock:
        env["stock.picking"].flush_model()
    receipts = RECEIPTS if stock else NO_RECEIPTS
    days = [
        (company.id, day)
        for day, companies in env["res.company"]._archive_days()
        for company in companies
    ]
    text = f"{PARTIES}{OWED}{INVOICES}{PRICES}{NOTED}{receipts}{FIGURES}"
    return env.execute_query(
        SQL(
            text,
            span=DAYS,
            companies=[company for company, _day in days],
            days=[day for _company, day in days],
            files=files.ids,
        )
    )
