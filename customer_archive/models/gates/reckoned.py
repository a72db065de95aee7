"""Amounts of orders are what Odoo reckons them to be, whoever sends others."""

from odoo.exceptions import UserError

# What Odoo reckons by itself, and writes if a client sends it: waivers and limits go by
# it.
RECKONED = {
    *("amount_tax", "amount_total", "amount_untaxed", "currency_rate"),
    *("invoice_status", "price_subtotal", "price_tax", "price_total"),
    *("qty_invoiced", "untaxed_amount_invoiced"),
}


def check_not_reckoned(records, vals_list):
    """Check that no client enters what is reckoned of an order, or of a line.

    :raise UserError: naming the field
    """
    named = RECKONED.intersection(set().union(*vals_list))
    if named and not records.env.su:
        field = records._fields[min(named)]
        raise UserError(
            records.env._(
                "“%s” is reckoned from the lines: it can't be entered.",
                field._description_string(records.env),
            )
        )
