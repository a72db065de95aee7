# Copyright 2026 The customer_archive contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers the received items of files that have a number, in the order of the folder.

What comes in from now on goes on behind them.
"""

from openupgradelib import openupgrade


# Odoo takes no function with other names of arguments.
@openupgrade.migrate(use_env=False)
def migrate(cr, _version):
    cr.execute(
        """
        UPDATE customer_archive_document d
           SET item_number = n.number
          FROM (
              SELECT i.id, row_number() OVER (
                         PARTITION BY i.archive_id
                         ORDER BY i."group", i.sequence, i.id) AS number
                FROM customer_archive_document i
                JOIN customer_archive a ON a.id = i.archive_id
               WHERE a.name IS NOT NULL AND i.is_received
          ) n
         WHERE n.id = d.id
           AND NOT EXISTS (
               SELECT FROM customer_archive_document g
                WHERE g.archive_id = d.archive_id AND g.item_number > 0)
        """
    )
