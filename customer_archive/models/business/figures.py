"""What the ERP says of parties: one query each for all files that are shown.

Each function takes files and returns a dict by party and company, so that two files of
a party at two companies have their own. Whose documents are counted says the user's
right to them: the caller asks :mod:`.seen` before, the rules of records are asked here.
"""

from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

from .seen import BOUGHT, MOVES, PURCHASES, SALES, SOLD

# Days of invoices that the average of payment looks back on.
PAID_WITHIN = 365
RECEIVABLE, PAYABLE = "asset_receivable", "liability_payable"


class Orders(NamedTuple):
    """Orders of a party: when the last one was, and how many offers are open."""

    last: object = None
    open: int = 0


class Overdue(NamedTuple):
    """What is overdue: the amount, and since when."""

    amount: float = 0
    since: object = None


class Paid(NamedTuple):
    """How long payments take: of how many invoices, and days on average."""

    count: int = 0
    days: float = 0


# By model: when an order was placed, its state once confirmed, and those before. The
# day of a purchase is the one on which it was confirmed.
_STATES = {
    SALES: (SQL("o.date_order"), "sale", ("draft", "sent")),
    PURCHASES: (
        SQL("COALESCE(o.date_approve, o.date_order)"),
        "purchase",
        ("draft", "sent", "to approve"),
    ),
}
_ORDERS = """
    SELECT p.commercial_partner_id, o.company_id,
           MAX(%(moment)s) FILTER (WHERE o.state = %(confirmed)s),
           COUNT(*) FILTER (WHERE o.state <> %(confirmed)s)
      FROM %(table)s o
      JOIN res_partner p ON p.id = o.partner_id
     WHERE o.id IN %(those)s
     GROUP BY 1, 2
"""
# Its day is that of the last reconciliation, or of a payment that books no entry.
_PAID = """
    SELECT m.commercial_partner_id, m.company_id, m.move_type, COUNT(*),
           AVG(last.day - m.invoice_date)
      FROM account_move m
     CROSS JOIN LATERAL (
         SELECT COALESCE((
             SELECT MAX(r.max_date)
               FROM account_move_line l
               JOIN account_partial_reconcile r
                 ON r.debit_move_id = l.id OR r.credit_move_id = l.id
              WHERE l.move_id = m.id AND l.display_type = 'payment_term'
         ), (
             SELECT MAX(y.date)
               FROM account_move__account_payment x
               JOIN account_payment y ON y.id = x.payment_id
              WHERE x.invoice_id = m.id AND y.state IN ('in_process', 'paid')
         )) AS day
     ) last
     WHERE m.id IN %s AND last.day IS NOT NULL
     GROUP BY 1, 2, 3
"""
# What is owed to the other side lessens the amount, and is never late.
_OVERDUE = """
    SELECT p.commercial_partner_id, l.company_id, c.account_type,
           SUM(l.amount_residual),
           MIN(l.date_maturity) FILTER (WHERE CASE c.account_type
               WHEN %s THEN l.amount_residual > 0 ELSE l.amount_residual < 0 END)
      FROM account_move_line l
      JOIN res_partner p ON p.id = l.partner_id
      JOIN account_account c ON c.id = l.account_id
     WHERE l.id IN %s
     GROUP BY 1, 2, 3
"""


def reached(move):
    """Return the SQL text for whether payments without an entry reach what is left.

    Nothing is reconciled by them, and the ERP says of an invoice with any that it is
    paid: of a part as well. What the bank has booked is reconciled, and no longer
    counted here: as in Odoo's ``_compute_payment_state``. One payment of several
    invoices reaches all that are open together. Without any payment it is NULL.

    :param move: alias of the invoices' table
    """
    return f"""(
        SELECT ROUND(SUM(each.amount / NULLIF(each.open, 0)), 8) >= 1
          FROM (
            SELECT ROUND(CASE WHEN y.currency_id = {move}.currency_id THEN y.amount
                         ELSE ABS(y.amount_company_currency_signed)
                              * COALESCE(NULLIF({move}.invoice_currency_rate, 0), 1)
                         END, 2) AS amount,
                   (SELECT ABS(SUM(
                        CASE WHEN o.move_type IN ('out_refund', 'in_refund')
                             THEN -1 ELSE 1 END
                        * CASE WHEN o.currency_id = {move}.currency_id
                               THEN o.amount_residual
                               ELSE ABS(o.amount_residual_signed)
                                    * COALESCE(
                                        NULLIF({move}.invoice_currency_rate, 0), 1)
                               END))
                      FROM account_move__account_payment z
                      JOIN account_move o ON o.id = z.invoice_id
                     WHERE z.payment_id = y.id AND o.state = 'posted') AS open
              FROM account_move__account_payment x
              JOIN account_payment y ON y.id = x.payment_id
             WHERE x.invoice_id = {move}.id AND {move}.state = 'posted'
               AND y.move_id IS NULL
               AND (y.state = 'in_process'
                    OR y.state = 'paid' AND NOT EXISTS (
                        SELECT 1
                          FROM account_move_line l
                          JOIN account_partial_reconcile r
                            ON r.debit_move_id = l.id OR r.credit_move_id = l.id
                         WHERE l.move_id = {move}.id
                           AND l.display_type = 'payment_term'))
          ) each
    )"""


def orders(files, model):
    """Return :class:`Orders` by party and company; nothing for those without any."""
    moment, confirmed, offers = _STATES[model]
    records = files.env[model]
    states = fields.Domain("state", "in", (confirmed, *offers))
    query = records._search(_of(files) & states)
    records.flush_model()
    rows = files.env.execute_query(
        SQL(
            _ORDERS,
            moment=moment,
            confirmed=confirmed,
            table=SQL.identifier(records._table),
            those=query.subselect(),
        )
    )
    return {(party, company): Orders(*found) for party, company, *found in rows}


def turnover(files, first):
    """Return untaxed sums of invoices, less credit notes.

    :param first: day from which on they count
    :return: dict by party, company, kinds (``SOLD``, ``BOUGHT``) and year
    """
    domain = (
        _of(files, "commercial_partner_id")
        & fields.Domain("state", "=", "posted")
        & fields.Domain("move_type", "in", (*SOLD, *BOUGHT))
        & fields.Domain("invoice_date", ">=", first)
    )
    groups = files.env[MOVES]._read_group(
        domain,
        ["commercial_partner_id", "company_id", "move_type", "invoice_date:year"],
        ["amount_untaxed_signed:sum"],
    )
    sums = {}
    for party, company, kind, year, amount in groups:
        kinds = SOLD if kind in SOLD else BOUGHT
        key = party.id, company.id, kinds, year.year
        # What is bought has the other sign in the accounts.
        sums[key] = sums.get(key, 0) + (amount if kinds == SOLD else -amount)
    return sums


def overdue(files):
    """Return :class:`Overdue` by party, company and type of account."""
    late = overdue_items(files, (RECEIVABLE, PAYABLE)).subselect()
    found = {}
    for party, company, kind, amount, since in files.env.execute_query(
        SQL(_OVERDUE, RECEIVABLE, late)
    ):
        owed = amount if kind == RECEIVABLE else -amount
        if owed > 0:
            found[party, company, kind] = Overdue(owed, since)
    return found


def overdue_items(files, kinds):
    """Return the query for the items of the books that are overdue.

    :param kinds: types of accounts
    """
    by_day = files.env["res.company"]._archive_by_day
    # Of which type an account is, is no secret of those who see what is on it.
    accounts = files.env["account.account"].sudo()
    accounts = accounts._search([("account_type", "in", kinds)])
    lines = files.env["account.move.line"]
    query = lines._search(
        _of(files)
        & fields.Domain("parent_state", "=", "posted")
        & fields.Domain("account_id", "in", accounts)
        & fields.Domain("reconciled", "=", False)
        & fields.Domain("amount_residual", "!=", 0)
        & by_day(lambda today: fields.Domain("date_maturity", "<", today))
    )
    move = SQL.identifier(query.table, "move_id")
    text = f"(SELECT {reached('m')} FROM account_move m WHERE m.id = %s) IS NOT TRUE"
    query.add_where(SQL(text, move))
    lines.flush_model()
    _flush_payments(files.env)
    return query


def paid(files):
    """Return :class:`Paid` by party, company and kind of move, of the last year."""
    query = paid_moves(files, ("out_invoice", "in_invoice"))
    files.env["account.partial.reconcile"].flush_model()
    rows = files.env.execute_query(SQL(_PAID, query.subselect()))
    return {
        (party, company, kind): Paid(count, float(days))
        for party, company, kind, count, days in rows
    }


def paid_moves(files, kinds):
    """Return the query for what was paid of the invoices or bills of the last year.

    :param kinds: types of moves
    """
    by_day = files.env["res.company"]._archive_by_day
    query = files.env[MOVES]._search(
        _of(files, "commercial_partner_id")
        & fields.Domain("state", "=", "posted")
        & fields.Domain("move_type", "in", kinds)
        & fields.Domain("payment_state", "in", ("paid", "in_payment"))
        & by_day(
            lambda today: fields.Domain(
                "invoice_date", ">", fields.Date.subtract(today, days=PAID_WITHIN)
            )
        )
    )
    move = query.table
    query.add_where(SQL(f"({move}.amount_residual = 0 OR {reached(move)})"))
    _flush_payments(files.env)
    return query


def _flush_payments(env):
    env[MOVES].flush_model()
    env["account.payment"].flush_model()


def contacts(files):
    """Return the query for the parties of some files and their contacts.

    A company among these is a party of its own.
    """
    # Whose contacts are whose is no secret of who sees their documents.
    parties = files.env["res.partner"].sudo().with_context(active_test=False)
    own = files.sudo().partner_id.ids
    return parties._search([("commercial_partner_id", "in", own)])


def _of(files, name="partner_id"):
    """Return the domain of the documents of the parties of some files.

    :param name: field with the party, or with one of its contacts
    """
    ids = contacts(files) if name == "partner_id" else files.sudo().partner_id.ids
    return fields.Domain(name, "in", ids) & fields.Domain(
        "company_id", "in", files.sudo().company_id.ids
    )
