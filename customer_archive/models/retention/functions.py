"""What the database computes: until which day a file is kept, and what holds it.

The same functions serve the fields on the screen, the clock that runs with the
orders and invoices, the checks before a deletion, and the triggers that refuse it
to whoever writes to the database directly.
"""

from odoo.tools import SQL

from ..common.company_day import sql_day
from ..loans.customer_archive_loan_line import EXPECTED_BACK

# What is settled, and what an invoice of an older system is taken for.
SETTLED = ("paid", "reversed", "invoicing_legacy")
INVOICES = (
    *("out_invoice", "out_refund", "out_receipt"),
    *("in_invoice", "in_refund", "in_receipt"),
)

# An endless agreement that runs has no end yet; without any the closing counts.
AGREEMENT_END = """CASE
    WHEN NOT EXISTS (
        SELECT 1 FROM customer_archive_agreement g
         WHERE g.archive_id = file AND g.state IN ('signed', 'ended', 'terminated')
    ) THEN closed
    WHEN EXISTS (
        SELECT 1 FROM customer_archive_agreement g
         WHERE g.archive_id = file AND g.state = 'signed'
           AND (g.is_endless OR g.date_end IS NULL)
    ) THEN NULL
    ELSE COALESCE((
        SELECT MAX(CASE WHEN g.state = 'terminated' THEN g.terminated_on
                        ELSE g.date_end END)
          FROM customer_archive_agreement g
         WHERE g.archive_id = file AND g.state IN ('signed', 'ended', 'terminated')
    ), closed)
END"""

# NULL says that there is no day: permanent, or the period hasn't started.
DATE = """
DECLARE
    result date;
BEGIN
    SELECT CASE WHEN COUNT(*) = 0 OR bool_or(due IS NULL) THEN NULL
                ELSE GREATEST(MAX(due), extended) END
      INTO result
      FROM (
        SELECT CASE WHEN p.is_permanent THEN NULL ELSE (
                   -- From the day, or from the first day after its year.
                   CASE WHEN p.from_year_end
                        THEN date_trunc('year', f.day::timestamp) + interval '1 year'
                        ELSE f.day END
                   + make_interval(COALESCE(p.years, 0), COALESCE(p.months, 0))
               )::date END AS due
          FROM customer_archive_retention_policy p
         CROSS JOIN LATERAL (
             SELECT CASE p.trigger
                        WHEN 'closing' THEN closed
                        WHEN 'last_business' THEN COALESCE(business, closed, opened)
                        WHEN 'agreement_end' THEN %(agreement_end)s
                        WHEN 'fixed' THEN p.fixed_date
                    END AS day
         ) f
         WHERE p.id = policy OR p.id IN (
             SELECT t.retention_policy_id
               FROM customer_archive_document i
               JOIN customer_archive_document_type t ON t.id = i.type_id
              WHERE i.archive_id = file AND i.is_received
         )
      ) each;
    RETURN result;
END """

# A field that another addon adds, such as the state of deliveries, counts if it is
# there. Confirmed orders run until all is invoiced (or is nothing to be had from
# them any more), and delivered where deliveries are kept.
BLOCKERS = f"""
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH files AS (
        SELECT a.id, a.company_id, p.id AS partner_id
          FROM customer_archive a
          JOIN res_partner p ON p.commercial_partner_id = a.partner_id
         WHERE a.id = ANY(those)
    )
    SELECT h.archive_id, 'hold'::text, 'customer.archive.hold'::text, h.id
      FROM customer_archive_hold h
     WHERE h.archive_id = ANY(those) AND h.lifted_on IS NULL
    UNION ALL
    SELECT f.id, CASE WHEN m.state = 'draft' THEN 'draft_invoice' ELSE 'invoice' END,
           'account.move', m.id
      FROM files f
      JOIN account_move m
        ON m.partner_id = f.partner_id AND m.company_id = f.company_id
     WHERE m.move_type IN {INVOICES}
       AND (m.state = 'draft' OR m.state = 'posted'
            AND COALESCE(m.payment_state, '') NOT IN {SETTLED})
    UNION ALL
    SELECT f.id, 'payment', 'account.payment', y.id
      FROM files f
      JOIN account_payment y
        ON y.partner_id = f.partner_id AND y.company_id = f.company_id
     WHERE y.state IN ('draft', 'in_process')
    UNION ALL
    SELECT DISTINCT f.id, 'entry', 'account.move', l.move_id
      FROM files f
      JOIN account_move_line l
        ON l.partner_id = f.partner_id AND l.company_id = f.company_id
      JOIN account_move m ON m.id = l.move_id AND m.move_type = 'entry'
      JOIN account_account c ON c.id = l.account_id
     WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
       AND c.account_type IN ('asset_receivable', 'liability_payable')
       AND l.balance <> 0
    UNION ALL
    SELECT f.id, 'sale', 'sale.order', o.id
      FROM files f
      JOIN sale_order o
        ON o.partner_id = f.partner_id AND o.company_id = f.company_id
     WHERE o.state = 'sale' AND (
        COALESCE(o.invoice_status, 'no') IN ('to invoice', 'no')
        OR to_jsonb(o)->>'delivery_status' IN ('pending', 'started', 'partial'))
    UNION ALL
    SELECT f.id, 'purchase', 'purchase.order', o.id
      FROM files f
      JOIN purchase_order o
        ON o.partner_id = f.partner_id AND o.company_id = f.company_id
     WHERE o.state = 'to approve' OR o.state = 'purchase' AND (
        COALESCE(o.invoice_status, 'no') IN ('to invoice', 'no')
        OR to_jsonb(o)->>'receipt_status' IN ('pending', 'partial'))
    UNION ALL
    SELECT l.archive_id, 'loan', 'customer.archive.loan.line', l.id
      FROM customer_archive_loan_line l
     WHERE l.archive_id = ANY(those) AND l.state IN {EXPECTED_BACK}
    UNION ALL
    SELECT n.archive_id, 'complaint', 'customer.archive.event', n.id
      FROM customer_archive_event n
     WHERE n.archive_id = ANY(those) AND n.state = 'open'
    UNION ALL
    -- Complained of after the file was closed.
    SELECT f.id, 'complaint', 'customer.archive.event', n.id
      FROM files f
      JOIN customer_archive_event n
        ON n.partner_id = f.partner_id AND n.company_id = f.company_id
     WHERE n.archive_id IS NULL AND n.state = 'open'
    UNION ALL
    SELECT r.archive_id, 'incident', 'customer.archive.incident', i.id
      FROM customer_archive_incident_file_rel r
      JOIN customer_archive_incident i ON i.id = r.incident_id
     WHERE r.archive_id = ANY(those) AND i.state IN ('draft', 'review', 'decided');
END """

# The last day on which something was dealt with, from the documents themselves.
HISTORY = f"""
DECLARE
    result date;
BEGIN
    SELECT MAX(d) INTO result FROM (
        SELECT {sql_day("o.date_order", "company")} AS d FROM sale_order o
         WHERE o.state = 'sale' AND o.company_id = company AND o.partner_id = ANY(those)
        UNION ALL
        SELECT {sql_day("COALESCE(o.date_approve, o.date_order)", "company")}
          FROM purchase_order o
         WHERE o.state = 'purchase' AND o.company_id = company
           AND o.partner_id = ANY(those)
        UNION ALL
        SELECT COALESCE(m.invoice_date, m.date) FROM account_move m
         WHERE m.state = 'posted' AND m.company_id = company
           AND m.partner_id = ANY(those) AND m.move_type IN {INVOICES}
        UNION ALL
        SELECT y.date FROM account_payment y
         WHERE y.state IN ('in_process', 'paid') AND y.company_id = company
           AND y.partner_id = ANY(those)
    ) each;
    RETURN result;
END """

# One statement for all that a transaction did; a function, because the database plans
# it once per connection. A file whose day is today already isn't written, so people
# who sell to the same customer don't wait for each other.
NOTE = f"""
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH noted AS (
        SELECT p.commercial_partner_id AS partner_id, n.company_id,
               bool_or(n.is_new) AS is_new
          FROM unnest(partners, companies, fresh) AS n(partner_id, company_id, is_new)
          JOIN res_partner p ON p.id = n.partner_id
         GROUP BY 1, 2
    ), days AS (
        SELECT n.*, {sql_day("moment", "n.company_id")} AS today
          FROM noted n
    )
    UPDATE customer_archive a
       SET last_business_date = GREATEST(a.last_business_date, d.today),
           retention_date = customer_archive_retention_date(
               a.id, a.retention_policy_id,
               GREATEST(a.last_business_date, d.today), a.closed_on, a.opening_date,
               a.retention_extended_until)
      FROM days d
     WHERE a.partner_id = d.partner_id AND a.company_id = d.company_id
       AND a.state <> 'destroyed'
       AND (a.last_business_date IS NULL OR a.last_business_date < d.today
            OR d.is_new AND (a.is_blocked OR a.state <> 'closed'
                             AND a.relation_stage IN ('prospect', 'intended')))
 RETURNING a.id, d.is_new AND a.is_blocked,
           CASE WHEN d.is_new AND a.state <> 'closed' THEN a.relation_stage::text END;
END """


def create_functions(cr):
    """Create or replace the functions."""
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION customer_archive_retention_date(
                file int, policy int, business date, closed date, opened date,
                extended date
            ) RETURNS date LANGUAGE plpgsql STABLE AS %s;
            CREATE OR REPLACE FUNCTION customer_archive_blockers(those int[])
                RETURNS TABLE (archive_id int, kind text, res_model text, res_id int)
                LANGUAGE plpgsql STABLE AS %s;
            CREATE OR REPLACE FUNCTION customer_archive_last_business(
                those int[], company int
            ) RETURNS date LANGUAGE plpgsql STABLE AS %s;
            CREATE OR REPLACE FUNCTION customer_archive_note(
                partners int[], companies int[], fresh bool[], moment timestamp
            ) RETURNS TABLE (file int, refused bool, stage text)
                LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS %s;
            """,
            DATE % {"agreement_end": AGREEMENT_END},
            BLOCKERS,
            HISTORY,
            NOTE,
        )
    )
