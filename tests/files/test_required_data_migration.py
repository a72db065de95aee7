"""The update after which companies are asked for all data of their licence."""

from pathlib import Path
from unittest.mock import patch

from odoo.modules import migration
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

from ..support.common import ArchiveCase

SCRIPT = Path(
    customer_archive.__path__[0], "migrations/19.0.11.0.0/post-required-data.py"
)
NEW = ("ownership_type", "industry_id", "founding_date", "registered_capital")


@tagged("post_install", "-at_install")
class TestRequiredDataMigration(ArchiveCase, TransactionCase):
    """Requirement A4."""

    def run_script(self):
        self.env.flush_all()
        module = migration.load_script(str(SCRIPT), "post_x")
        with patch.object(migration, "load_script", lambda *_arguments: module):
            migration.exec_script(
                self.env.cr, "19.0.10.0.0", "post_x.py", "customer_archive", "post"
            )
        self.env.invalidate_all()

    def of_before(self, category):
        """Ask of a category what was asked before."""
        asked = category.required_field_ids
        category.required_field_ids = asked.filtered(lambda each: each.name not in NEW)
        return asked

    def test_what_was_shipped(self):
        """Retired categories, too, as in a new database; files on record stay."""
        file = self.registered()
        file.sudo().partner_id.write(dict.fromkeys(NEW, False))
        works = self.env.ref("customer_archive.category_works")
        asked = {each: self.of_before(each) for each in (self.buyer, works)}
        works.active = False
        before = file.completeness, file.state, file.missing_type_ids
        self.run_script()
        for category, fields in asked.items():
            self.assertLessEqual(set(NEW), set(fields.mapped("name")))
            self.assertEqual(category.required_field_ids, fields)
        now = file.completeness, file.state, file.missing_type_ids
        self.assertEqual(now, before)
        self.assertFalse(file.submission_problems)

    def test_what_was_changed_by_hand(self):
        """Whoever asks for less, for more or for other data keeps that."""
        website = self.env["ir.model.fields"]._get("res.partner", "website")
        less, more = self.buyer, self.goods
        for category in (less, more):
            self.of_before(category)
        less.required_field_ids -= less.required_field_ids[0]
        more.required_field_ids |= website
        kept = [each.required_field_ids for each in (less, more, self.prospect)]
        for _again in range(2):
            self.run_script()
        found = [each.required_field_ids for each in (less, more, self.prospect)]
        self.assertEqual(found, kept)
