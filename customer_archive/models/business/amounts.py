"""What the orders of agreements come to: one query each for all that are shown.

In the currency of the company, with taxes: what is paid is paid with them. Of an
invoice that isn't of this agreement's orders alone its own lines count, and of what
is paid of it their share.
"""

from odoo import fields
from odoo.tools import SQL

from .figures import reached
from .seen import MOVES, PURCHASES, SALES, SOLD

_ORDERED = {
    SALES: """
        SELECT r.agreement_id,
               SUM(l.price_total / COALESCE(NULLIF(o.currency_rate, 0), 1)),
               SUM(l.price_total / COALESCE(NULLIF(o.currency_rate, 0), 1)
                   * l.qty_delivered / NULLIF(l.product_uom_qty, 0))
          FROM customer_archive_agreement_sale_rel r
          JOIN sale_order o ON o.id = r.order_id
          JOIN sale_order_line l ON l.order_id = o.id
         WHERE r.agreement_id = ANY(%(agreements)s) AND o.id IN %(those)s
           AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
         GROUP BY 1
    """,
    PURCHASES: """
        SELECT r.agreement_id,
               SUM(l.price_total / COALESCE(NULLIF(o.currency_rate, 0), 1)),
               SUM(l.price_total / COALESCE(NULLIF(o.currency_rate, 0), 1)
                   * l.qty_received / NULLIF(l.product_qty, 0))
          FROM customer_archive_agreement_purchase_rel r
          JOIN purchase_order o ON o.id = r.order_id
          JOIN purchase_order_line l ON l.order_id = o.id
         WHERE r.agreement_id = ANY(%(agreements)s) AND o.id IN %(those)s
           AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
         GROUP BY 1
    """,
}
# Which lines of invoices are of which agreement, each once.
_LINES = {
    SALES: """
        SELECT DISTINCT r.agreement_id, i.invoice_line_id AS line_id
          FROM customer_archive_agreement_sale_rel r
          JOIN sale_order_line s ON s.order_id = r.order_id
          JOIN sale_order_line_invoice_rel i ON i.order_line_id = s.id
         WHERE r.agreement_id = ANY(%(agreements)s)
    """,
    PURCHASES: """
        SELECT r.agreement_id, a.id AS line_id
          FROM customer_archive_agreement_purchase_rel r
          JOIN purchase_order_line s ON s.order_id = r.order_id
          JOIN account_move_line a ON a.purchase_line_id = s.id
         WHERE r.agreement_id = ANY(%(agreements)s)
    """,
}
# A credit note takes away what it credits, and what was paid of that by it.
_INVOICED = f"""
    SELECT own.agreement_id, SUM(own.amount), SUM(own.amount * own.settled)
      FROM (
        SELECT n.agreement_id,
               CASE WHEN m.move_type LIKE '%%_refund' THEN -1 ELSE 1 END
               * l.price_total / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1)
               AS amount,
               CASE WHEN {reached("m")} THEN 1
                    ELSE COALESCE(1 - m.amount_residual / NULLIF(m.amount_total, 0), 1)
               END AS settled
          FROM (%(lines)s) n
          JOIN account_move_line l ON l.id = n.line_id
          JOIN account_move m ON m.id = l.move_id
         WHERE m.id IN %(those)s
      ) own
     GROUP BY 1
"""


def ordered(agreements, model):
    """Return what was ordered and delivered, by id of the agreement."""
    env, confirmed = agreements.env, {SALES: "sale", PURCHASES: "purchase"}
    query = env[model]._search(
        fields.Domain("state", "=", confirmed[model]) & _company(agreements)
    )
    return _amounts(agreements, _ORDERED[model], those=query.subselect())


def invoiced(agreements, kinds):
    """Return what was invoiced and paid, by id of the agreement.

    :param kinds: ``SOLD`` or ``BOUGHT``
    """
    model = SALES if kinds == SOLD else PURCHASES
    query = agreements.env[MOVES]._search(
        fields.Domain("state", "=", "posted")
        & fields.Domain("move_type", "in", kinds)
        & _company(agreements)
    )
    lines = SQL(_LINES[model], agreements=agreements.ids)
    return _amounts(agreements, _INVOICED, lines=lines, those=query.subselect())


def _company(agreements):
    return fields.Domain("company_id", "in", agreements.sudo().company_id.ids)


def _amounts(agreements, text, **parts):
    env = agreements.env
    env.flush_all()
    values = {"agreements": agreements.ids, **parts}
    rows = env.execute_query(SQL(text, **values))
    return {each: (first or 0, second or 0) for each, first, second in rows}
