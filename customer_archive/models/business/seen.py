"""Which documents of the ERP a user is shown figures of: the one room that says so.

Whoever may not read orders or invoices is shown no figure made of them, and told why.
What of them is counted, the ERP's own rules of records say.
"""

SALES, PURCHASES = "sale.order", "purchase.order"
MOVES = "account.move"
SOLD, BOUGHT = ("out_invoice", "out_refund"), ("in_invoice", "in_refund")
# Sales staff reads customers' invoices alone, purchasing staff vendors' bills alone;
# whoever has one of these reads both.
ACCOUNTING = "account.group_account_readonly,account.group_account_invoice"
STAFF = {
    SOLD: "sales_team.group_sale_salesman",
    BOUGHT: "purchase.group_purchase_user",
}


def sees_orders(env, model):
    """Whether the user is shown figures of orders of a model."""
    return env[model].has_access("read")


def sees_moves(env, kinds):
    """Whether the user is shown figures of invoices, or of bills.

    :param kinds: ``SOLD`` or ``BOUGHT``
    """
    if not env[MOVES].has_access("read"):
        return False
    if env.su or env.user.has_groups(ACCOUNTING):
        return True
    narrowed = [side for side, group in STAFF.items() if env.user.has_group(group)]
    return not narrowed or kinds in narrowed
