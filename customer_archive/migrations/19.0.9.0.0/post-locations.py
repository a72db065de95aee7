# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Storage locations of the texts that said so far where files are.

One for each text and company, as a box in nothing: archivists put it into its room,
cabinet and shelf. Nothing is guessed from how the texts are written.
"""

from openupgradelib import openupgrade

from odoo import SUPERUSER_ID, api


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    # A run that was interrupted was rolled back: without the column it is done.
    if not openupgrade.column_exists(cr, "customer_archive", "place"):
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for company_id, text, ids in placed(cr):
        location = make(env, company_id, text)
        files = env["customer.archive"].browse(ids)
        files._move(location, "migration")
    env.flush_all()
    # Where files are is said by their locations from now on.
    cr.execute("ALTER TABLE customer_archive DROP COLUMN place")


def placed(cr):
    """Return (company, text, ids of files) of what says where files are.

    Blanks around a text, and between its words, make no other place of it.
    """
    cr.execute(
        r"""
        SELECT company_id, text, array_agg(id ORDER BY id)
          FROM (SELECT id, company_id,
                       trim(regexp_replace(place, '\s+', ' ', 'g')) AS text
                  FROM customer_archive WHERE place IS NOT NULL) files
         WHERE text <> '' GROUP BY company_id, text ORDER BY company_id, text
        """
    )
    return cr.fetchall()


def make(env, company_id, text):
    locations = env["customer.archive.location"]
    values = {"name": text, "kind": "box", "company_id": company_id}
    domain = [(name, "=", value) for name, value in values.items()]
    found = locations.search([*domain, ("parent_id", "=", False)], limit=1)
    return found or locations.create(values)
