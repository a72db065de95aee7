"""The update after which places are records, and not texts."""

from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

from .custody_case import LOCATION, CustodyCase

FOLDER = Path(customer_archive.__path__[0], "migrations", "19.0.9.0.0")
SCRIPT = "post-locations.py"


@tagged("post_install", "-at_install")
class TestLocationMigration(CustodyCase, TransactionCase):
    """Requirements B1, I1."""

    def run_script(self):
        self.env.flush_all()
        module = migration.load_script(str(FOLDER / SCRIPT), "post_x")
        with patch.object(migration, "load_script", lambda *_arguments: module):
            migration.exec_script(
                self.env.cr, "19.0.8.0.0", "post_x.py", "customer_archive", "post"
            )
        self.env.invalidate_all()

    def texts(self, *pairs):
        """Have the files say where they are as before the update."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE customer_archive ADD COLUMN place varchar")
        for file, text in pairs:
            self.env.cr.execute(
                "UPDATE customer_archive SET place = %s WHERE id = %s", [text, file.id]
            )
        self.env.invalidate_all()

    def test_one_for_each_text_and_company(self):
        first, second, third, fourth, none = self.files(5)
        company = self.env["res.company"].create({"name": "分公司"})
        self.env.user.company_ids = [Command.link(company.id)]
        there = self.env["customer.archive"].create(
            {
                "partner_id": self.partner("外地公司").id,
                "category_id": self.buyer.id,
                "company_id": company.id,
            }
        )
        self.texts(
            (first, "A-01-2"),
            (second, " A-01-2"),
            (third, "二楼档案室  B-02"),
            (fourth, "  "),
            (there, "A-01-2"),
        )
        before = self.env[LOCATION].search([])
        self.run_script()
        made = self.env[LOCATION].search([]) - before
        self.assertEqual(
            sorted((each.name, each.company_id) for each in made),
            sorted(
                [
                    ("A-01-2", self.company),
                    ("二楼档案室 B-02", self.company),
                    ("A-01-2", company),
                ],
                key=lambda pair: (pair[0], pair[1].id),
            ),
        )
        self.assertTrue(all(made.mapped("barcode")))
        self.assertEqual(first.location_id, second.location_id)
        self.assertEqual(first.place, "A-01-2")
        self.assertEqual(third.place, "二楼档案室 B-02")
        self.assertEqual(there.location_id.company_id, company)
        self.assertFalse((fourth + none).location_id)
        move = first.move_ids
        self.assertEqual((move.to_id, move.how), (first.location_id, "migration"))
        self.assertEqual(move.user_id.id, SUPERUSER_ID)
        self.env.cr.execute(
            "SELECT 1 FROM information_schema.columns"
            " WHERE table_name = 'customer_archive' AND column_name = 'place'"
        )
        self.assertFalse(self.env.cr.fetchall())
        # Done once, it has nothing left to do.
        self.run_script()
        self.assertEqual(self.env[LOCATION].search([]) - before, made)

    def test_what_is_there_already(self):
        """A file moved by hand, and files in every state, closed ones included."""
        closed, active = self.registered().sudo(), self.registered().sudo()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [closed.id]
        )
        self.location("C-09", "box")
        self.texts((closed, "C-09"), (active, "C-09"))
        self.run_script()
        self.assertEqual((closed + active).location_id.name, "C-09")
        self.assertEqual(self.env[LOCATION].search_count([("name", "=", "C-09")]), 1)
