from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..assessment.customer_archive_assessment_grade import NOBODY
from ..business.figures import reached
from .customer_archive_gate import SALE

# What a condition asks of the order itself, and not of the file alone.
GRADE, LIMIT, CREDIT = "grade", "limit", "credit"
OF_SALES = (LIMIT, CREDIT)
# Open items, and what is ordered and isn't invoiced yet, in the company's currency, by
# whom the invoices go to. What an invoice that isn't posted takes from its order, it
# adds here; a draft of a credit note only where it gives back to an order. What was
# paid in full by payments without an entry isn't owed, though nothing is reconciled.
OWED = f"""
WITH asked AS (
    SELECT DISTINCT * FROM unnest(%(parties)s::int[], %(companies)s::int[])
        AS p(party_id, company_id)
), parties AS (
    SELECT a.party_id, a.company_id, p.id AS contact_id
      FROM asked a JOIN res_partner p ON p.commercial_partner_id = a.party_id
)
SELECT party_id, company_id, SUM(amount) FROM (
    SELECT p.party_id, p.company_id, l.amount_residual AS amount
      FROM parties p
      JOIN account_move_line l
        ON l.partner_id = p.contact_id AND l.company_id = p.company_id
      JOIN account_account c ON c.id = l.account_id
      JOIN account_move v ON v.id = l.move_id
     WHERE c.account_type = 'asset_receivable' AND l.reconciled IS NOT TRUE
       AND {reached("v")} IS NOT TRUE
       AND (l.parent_state = 'posted'
            OR l.parent_state = 'draft' AND (
                v.move_type = 'out_invoice'
                OR v.move_type = 'out_refund' AND EXISTS (
                    SELECT 1 FROM account_move_line i
                      JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
                     WHERE i.move_id = v.id)))
    UNION ALL
    SELECT p.party_id, p.company_id,
           GREATEST(SUM(
               CASE WHEN l.is_downpayment AND l.product_uom_qty = 0
                    THEN -COALESCE(l.untaxed_amount_invoiced, 0)
                    ELSE l.price_total * GREATEST(
                        1 - COALESCE(l.qty_invoiced, 0)
                            / NULLIF(l.product_uom_qty, 0), 0)
               END), 0)
           / COALESCE(NULLIF(o.currency_rate, 0), 1)
      FROM parties p
      JOIN sale_order o
        ON o.partner_invoice_id = p.contact_id AND o.company_id = p.company_id
      JOIN sale_order_line l ON l.order_id = o.id
     WHERE o.state = 'sale' AND o.id <> ALL(%(orders)s::int[])
       AND l.display_type IS NULL
     GROUP BY p.party_id, p.company_id, o.id
) each
GROUP BY party_id, company_id
"""


class CustomerArchiveGate(models.Model):
    """What the grade of a party asks of its orders 信用管控.

    Requirements E4, E6: a grade that is too low, more owed than the party may owe, and
    a sale on credit that nobody has signed off. The way on is a waiver, which finance,
    and for some grades management, approve.
    """

    _inherit = "customer.archive.gate"

    condition = fields.Selection(
        selection_add=[
            (GRADE, "Grade too low"),
            (LIMIT, "Credit limit exceeded"),
            (CREDIT, "Sale on credit without sign-off"),
        ],
        ondelete=dict.fromkeys((GRADE, LIMIT, CREDIT), "cascade"),
    )
    grade_id = fields.Many2one(
        "customer.archive.assessment.grade",
        string="Worse than",
        index="btree_not_null",
        ondelete="restrict",
        context={"archive_with_scheme": True},
        help=(
            "A party with a lower grade than this doesn't meet the condition; one that "
            "was never assessed does."
        ),
    )

    # Kept here, so that no order waits for a reading of grades.
    grade_kind = fields.Selection(related="grade_id.kind", store=True)
    grade_bound = fields.Float(related="grade_id.bound", store=True)

    @api.constrains("condition", "grade_id")
    def _check_grade(self):
        for gate in self:
            if gate.condition == GRADE and not gate.grade_id:
                raise ValidationError(
                    self.env._("Choose the grade that a party has to reach.")
                )

    @api.model
    def _power(self):
        return {**super()._power(), "grade_id": self._grade_rule}

    @staticmethod
    def _grade_rule(gate, _name, value):
        """Whether a lower grade, or one of another kind, would do."""
        grade = gate.env["customer.archive.assessment.grade"].browse(value or ())
        asked = gate.grade_id
        if not asked:
            return False
        return grade.kind != asked.kind or grade.bound < asked.bound

    # What is asked of whom

    @api.model
    def _asked_of(self, gates, order):
        """Ask what an order is lent of who will owe it, whoever orders."""
        asked = super()._asked_of(gates, order)
        lends = gates.filtered(lambda gate: gate.condition in OF_SALES)
        if not lends or order._name != "sale.order":
            return asked
        asked = [(party, those - lends) for party, those in asked]
        return [*asked, (debtor(order), lends)]

    def _is_private(self, order, partner):
        # Where a company orders, or owes it, nobody buys for themselves.
        private = super()._is_private(order, partner)
        if self.condition not in OF_SALES:
            return private
        return private and not order.partner_id.commercial_partner_id.is_company

    # What fails

    def _fails(self, order, file, failed):
        if self.condition == GRADE:
            return file.state == "active" and self._is_below(file)
        if self.condition in OF_SALES:
            return order in failed.get(self.condition, ())
        return super()._fails(order, file, failed)

    def _is_below(self, file):
        """Whether a party has a lower grade, of whatever scheme, than it needs."""
        if not self.grade_kind:
            return False
        grade = file[f"{self.grade_kind}_grade_id"]
        return bool(grade) and grade.bound < self.grade_bound

    @api.model
    def _parties_of(self, orders):
        parties = super()._parties_of(orders)
        if orders._name != "sale.order":
            return parties
        # Who pays at once owes nothing, to whomever the invoice goes.
        lent = orders.filtered(is_on_credit)
        return parties | lent.partner_invoice_id.commercial_partner_id

    @api.model
    def _failing_orders(self, orders, kind, files, conditions):
        """Return the orders that fail by what they are, by condition."""
        if kind != SALE or not conditions & set(OF_SALES):
            return {}
        lent = orders.filtered(is_on_credit)
        if not lent:
            return {}
        unsigned = {order for order in lent if _asks_signoff(order, files)}
        over = self._over_limit(lent, files) if LIMIT in conditions else set()
        return {CREDIT: unsigned, LIMIT: over}

    @api.model
    def _over_limit(self, orders, files):
        """Return those of some orders after which a party owes more than it may."""
        limits = {order: _limit(order, files) for order in orders}
        limited = orders.filtered(lambda order: limits[order])
        if not limited:
            return set()
        owed = self._owed(limited)
        # One after the other: of many that are confirmed at once, each adds to it.
        over = set()
        for order in limited:
            key, rate = _debtor_key(order), order.currency_rate or 1
            owed[key] = owed.get(key, 0) + _not_invoiced(order) / rate
            currency = order.company_id.currency_id
            if currency.compare_amounts(owed[key], limits[order]) > 0:
                over.add(order)
        return over

    @api.model
    def _owed(self, orders):
        """Return what whoever pays some orders owes without these, by party."""
        names = {
            "account.move": None,
            "account.move.line": ("amount_residual", "parent_state", "reconciled"),
            "account.partial.reconcile": None,
            "account.payment": None,
            "sale.order": ("currency_rate", "partner_invoice_id", "state"),
            "sale.order.line": (
                *("is_downpayment", "price_total", "product_uom_qty", "qty_invoiced"),
                "untaxed_amount_invoiced",
            ),
        }
        for name, columns in names.items():
            self.env[name].flush_model(columns)
        keys = [_debtor_key(order) for order in orders]
        rows = self.env.execute_query(
            SQL(
                OWED,
                parties=[party for party, _company in keys],
                companies=[company for _party, company in keys],
                orders=orders.ids,
            )
        )
        return {(party, company): amount or 0 for party, company, amount in rows}

    def _sentences(self, name, file):
        grade, asked = self.env["customer.archive.assessment.grade"], self.grade_id
        if file and asked:
            grade = file[f"{asked.kind}_grade_id"]
        credit = file.credit_grade_id if file else grade
        return {
            **super()._sentences(name, file),
            GRADE: self.env._(
                "%(party)s has grade %(grade)s; at least %(asked)s is asked for.",
                party=name,
                grade=grade.name or "–",
                asked=asked.name or "–",
            ),
            LIMIT: self.env._("%s would owe more than its credit limit.", name),
            CREDIT: self._credit_words(name, credit),
        }

    def _credit_words(self, name, grade):
        if not grade:
            return self.env._(
                "%s has no credit grade: sales that aren't paid at once are signed off "
                "by finance.",
                name,
            )
        who = dict(grade._fields["signoff"]._description_selection(self.env))
        return self.env._(
            "%(party)s has credit grade %(grade)s: sales that aren't paid at once are "
            "signed off by: %(who)s.",
            party=name,
            grade=grade.name,
            who=who[grade.signoff],
        )


def debtor(order):
    """Return who owes what is invoiced."""
    return (order.partner_invoice_id or order.partner_id).commercial_partner_id


def _debtor_key(order):
    return debtor(order).id, order.company_id.id


def _debtors_file(order, files):
    found = files.get(_debtor_key(order))
    return found if found is not None else order.env["customer.archive"].sudo()


def _not_invoiced(order):
    """Return what of an order isn't invoiced yet, in its currency; all of a new one.

    What was invoiced in advance is part of it, and owed by that invoice.
    """
    lines = order.order_line.filtered(lambda line: not line.display_type)
    # Anybody who sells can tick the mark; what has a quantity is delivered.
    advance = lines.filtered(
        lambda line: line.is_downpayment and not line.product_uom_qty
    )
    left = sum(_left(line) for line in lines - advance)
    return max(left - sum(advance.mapped("untaxed_amount_invoiced")), 0)


def _left(line):
    if not line.product_uom_qty:
        return 0
    return line.price_total * max(1 - line.qty_invoiced / line.product_uom_qty, 0)


def is_on_credit(order):
    """Whether an order isn't paid at once, by its payment terms."""
    lines = order.payment_term_id.line_ids
    return any(line.nb_days or line.delay_type != "days_after" for line in lines)


def _asks_signoff(order, files):
    """Whether somebody has to sign a sale on credit off; who isn't graded, too.

    That there is no file on record is another condition, which is asked of who orders.
    """
    file = _debtors_file(order, files)
    if file.state != "active":
        return debtor(order) != order.partner_id.commercial_partner_id
    grade = file.credit_grade_id
    return not grade or grade.signoff != NOBODY


def _limit(order, files):
    """Return what whoever pays an order may owe; 0 without a limit.

    What Odoo has on the contact itself counts first, then what the grade says, then
    what Odoo has for all contacts.
    """
    file = _debtors_file(order, files)
    party = debtor(order).with_company(order.company_id)
    own, field = party.credit_limit, party._fields["credit_limit"]
    usual = field.get_company_dependent_fallback(party)
    of_grade = file.credit_grade_id.credit_limit
    return own if own and own != usual else of_grade or own
