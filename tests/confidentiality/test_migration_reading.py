"""The update that says what sensitive papers are, and which values were compared."""

from pathlib import Path
from unittest.mock import patch

from odoo.modules import migration
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

from ..encryption.encryption_case import SECRET, EncryptionCase

VERSION = "19.0.5.0.0"
VALUE = "6222021234123412344"


@tagged("post_install", "-at_install")
class TestMigrationReading(EncryptionCase, TransactionCase):
    def run_script(self):
        """Run it by what Odoo runs it, which looks at its arguments, too."""
        folder = Path(customer_archive.__path__[0], "migrations", "19.0.6.0.0")
        module = migration.load_script(str(folder / "post-reading.py"), "post_reading")
        self.env.flush_all()
        with patch.object(migration, "load_script", lambda *_arguments: module):
            migration.exec_script(
                self.env.cr, VERSION, "post-reading.py", "customer_archive", "post"
            )
        self.env.invalidate_all()

    def test_kinds_of_papers(self):
        """Shipped types as in a new database, own ones by their numbers."""
        types = self.env["customer.archive.document.type"].with_context(
            active_test=False
        )
        shipped = types.search([("sensitive_kind", "!=", "other")])
        self.assertEqual(len(shipped), 5)
        new = {each: each.sensitive_kind for each in shipped}
        own = types.create(
            [
                {"name": "员工身份证", "number_format": "identity_number"},
                {"name": "体检报告"},
            ]
        )
        types.search([]).sensitive_kind = "other"
        for _twice in range(2):
            self.run_script()
            self.assertEqual({each: each.sensitive_kind for each in shipped}, new)
            self.assertEqual(own.mapped("sensitive_kind"), ["identity", "other"])
        # What somebody chose since stays.
        own[1].sensitive_kind = "bank"
        self.run_script()
        self.assertEqual(own[1].sensitive_kind, "bank")

    def test_values(self):
        """What was submitted was compared; what is being collected wasn't."""
        secrets = self.env[SECRET]
        for _twice in range(2):
            file = self.collect(self.archive())
            secrets |= self.add_value(VALUE, file)
            file.action_submit()
        draft = self.add_value(VALUE)
        self.env.cr.execute(
            "UPDATE customer_archive_secret SET is_compared = NULL, has_twin = NULL"
        )
        self.env.invalidate_all()
        for _twice in range(2):
            self.run_script()
            for secret in secrets.sudo():
                self.assertTrue(secret.is_compared and secret.has_twin)
            self.assertFalse(draft.is_compared or draft.sudo().has_twin)
