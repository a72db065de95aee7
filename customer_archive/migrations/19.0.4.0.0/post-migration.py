# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gives files that are there already the dates of their life.

Retention policies go to categories that have none; what was done with each party is
taken from its orders and invoices. Reviews that would all fall due on the day of the
update are spread over the weeks after it.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain

# Days over which reviews are spread that are due already.
SPREAD = 60


def renew_undertakings(env):
    """Say which undertakings were signed again: nobody is reminded of those."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE customer_archive_undertaking u SET renewed_by_id = (
            SELECT MIN(n.id) FROM customer_archive_undertaking n
             WHERE n.user_id = u.user_id AND n.company_id = u.company_id
               AND n.valid_until >= u.valid_until AND n.id > u.id)
         WHERE u.renewed_by_id IS NULL
        """,
    )
    env.invalidate_all()
    env["customer.archive.undertaking"]._refresh_validity()


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    renew_undertakings(env)
    env["customer.archive.retention.policy"]._assign_examples()
    files = env["customer.archive"].search([])
    files._take_history()
    files._update_retention()
    files._plan_reviews_of(Domain.TRUE)
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE customer_archive SET next_review_date = CURRENT_DATE + id %% %s
         WHERE next_review_date <= CURRENT_DATE
        """,
        [SPREAD],
    )
