"""The update: sources of the shipped periods, and the numbers of items."""

import json
from pathlib import Path
from unittest.mock import patch

from odoo.modules import migration
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

FOLDER = Path(customer_archive.__path__[0], "migrations", "19.0.8.0.0")


@tagged("post_install", "-at_install")
class TestMigrationRetention(ArchiveCase, TransactionCase):
    def setUp(self):
        super().setUp()
        lines = (FOLDER / "retention.tsv").read_text().splitlines()
        self.words = [line.split("\t") for line in lines]
        self.accounting = self.env.ref("customer_archive.retention_accounting")
        self.customer = self.env.ref("customer_archive.retention_customer")

    def migrate(self, name):
        self.env.flush_all()
        module = migration.load_script(str(FOLDER / name), name[:-3])
        # By what Odoo runs it.
        with patch.object(migration, "load_script", lambda *_arguments: module):
            migration.exec_script(
                self.env.cr, "19.0.7.0.0", name, "customer_archive", "post"
            )
        self.env.invalidate_all()

    def make_old(self, policy, column):
        """Put the words of before into a policy."""
        policy.flush_recordset()
        name = SQL.identifier(column)
        query = SQL(
            "SELECT %s FROM customer_archive_retention_policy WHERE id = %s",
            name,
            policy.id,
        )
        [(values,)] = self.env.execute_query(query)
        [row] = [row for row in self.words if row[1] == values["en_US"]]
        self.env.cr.execute(
            SQL(
                "UPDATE customer_archive_retention_policy SET %s = %s WHERE id = %s",
                name,
                json.dumps({"en_US": row[0], "zh_CN": row[2]}),
                policy.id,
            )
        )
        policy.invalidate_recordset()
        return row

    def both(self, policy, column):
        return [policy.with_context(lang=lang)[column] for lang in ("en_US", "zh_CN")]

    def test_examples_get_the_right_sources(self):
        rows = [
            (policy, column, self.make_old(policy, column))
            for policy, column in (
                (self.customer, "legal_basis"),
                (self.accounting, "legal_basis"),
                (self.accounting, "name"),
            )
        ]
        as_system(self.accounting).from_year_end = False
        self.migrate("post-retention.py")
        for policy, column, row in rows:
            with self.subTest((policy.name, column)):
                self.assertEqual(self.both(policy, column), [row[1], row[3]])
        self.assertTrue(self.accounting.from_year_end)

    def test_what_somebody_has_confirmed_or_written_stays(self):
        [old, *_rest] = self.make_old(self.customer, "legal_basis")
        as_system(self.customer).is_example = False
        self.accounting.legal_basis = "本公司保管期限表第 3 条"
        as_system(self.accounting).write({"from_year_end": False, "years": 40})
        self.migrate("post-retention.py")
        self.assertEqual(self.customer.legal_basis, old)
        self.assertEqual(self.accounting.legal_basis, "本公司保管期限表第 3 条")
        self.assertFalse(self.accounting.from_year_end)

    def test_files_are_kept_longer_and_none_shorter(self):
        file = self.registered(partner=self.partner("蚌埠示例会计有限公司"))
        self.buyer.retention_policy_id = self.accounting
        as_system(self.accounting).from_year_end = False
        as_system(file.sudo()).closed_on = "2027-06-30"
        before = file.retention_date
        self.migrate("post-retention.py")
        self.assertEqual(str(before), "2057-06-30")
        self.assertEqual(str(file.retention_date), "2058-01-01")

    def test_register_of_destructions(self):
        register = self.env.ref("customer_archive.register_destruction")
        now = register.domain
        register.domain = "[('verdict', '=', 'destroy'), ('state', '=', 'done')]"
        self.migrate("post-retention.py")
        self.assertEqual(register.domain, now)
        register.domain = "[('state', '=', 'done')]"
        self.migrate("post-retention.py")
        self.assertEqual(register.domain, "[('state', '=', 'done')]")

    def test_items_on_record_are_numbered_once(self):
        party = self.partner("蚌埠示例机械有限公司")
        file = self.registered(partner=party, relation_stage="cooperating")
        draft = self.collect(self.archive())
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive_document SET item_number = NULL")
        self.migrate("post-items.py")
        items = file.document_ids.filtered("is_received").sorted(
            lambda item: (item.group, item.sequence, item.id)
        )
        self.assertGreater(len(items), 2)
        expected = list(range(1, len(items) + 1))
        self.assertEqual(items.mapped("item_number"), expected)
        self.assertFalse(any(draft.document_ids.mapped("item_number")))
        self.migrate("post-items.py")
        self.assertEqual(items.mapped("item_number"), expected)
