"""Partial indexes say what they hold as Odoo asks for it, so that PostgreSQL uses them.

Odoo asks for ``is_blocked IS TRUE``; an index ``WHERE is_blocked`` isn't used for that,
and each reading of an item went through all files to find those that are blocked.
"""

import re

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

BOOLEANS = """
    SELECT i.relname, array_agg(a.attname::text), pg_get_expr(x.indpred, x.indrelid)
      FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_class t ON t.oid = x.indrelid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.atttypid = 'bool'::regtype
     WHERE x.indpred IS NOT NULL
       AND (t.relname LIKE 'customer_archive%' OR i.relname LIKE '%\\_archive\\_%')
     GROUP BY i.relname, x.indpred, x.indrelid
"""


@tagged("post_install", "-at_install")
class TestPartialIndexes(TransactionCase):
    def test_flags_are_asked_for_as_they_are_indexed(self):
        self.env.cr.execute(BOOLEANS)
        held = {}
        for index, columns, predicate in self.env.cr.fetchall():
            for column in columns:
                if re.search(rf"\b{column}\b", predicate):
                    held[index] = f"({column} IS TRUE)" in predicate
        self.assertIn("customer_archive_blocked", held)
        self.assertIn("mail_activity_archive_digest_due", held)
        self.assertEqual([each for each, as_asked in held.items() if not as_asked], [])

    def test_blocked_files_are_found_by_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for name, index in (
            ("is_blocked", "customer_archive_blocked"),
            ("is_held", "customer_archive_held"),
        ):
            with self.subTest(name):
                query = self.env["customer.archive"]._search([(name, "=", True)])
                plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
                self.assertIn(index, str(plan))
