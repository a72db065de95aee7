"""The update after which agreements are approved."""

from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons import customer_archive
from odoo.addons.customer_archive.models.common.sentinel import as_system

from .agreements_case import AgreementsCase

FOLDER = Path(customer_archive.__path__[0], "migrations")
AGREEMENTS = "19.0.8.0.0/post-agreements.py"
RULES = "19.0.9.0.0/post-rules.py"
OLD = "[('state', '!=', 'draft')]"


@tagged("post_install", "-at_install")
class TestAgreementMigration(AgreementsCase, TransactionCase):
    """A23"""

    def run_script(self, script=AGREEMENTS):
        self.env.flush_all()
        module = migration.load_script(str(FOLDER / script), "post_x")
        with patch.object(migration, "load_script", lambda *_arguments: module):
            migration.exec_script(
                self.env.cr, "19.0.7.0.0", "post_x.py", "customer_archive", "post"
            )
        self.env.invalidate_all()

    def test_what_was_shipped(self):
        register = self.env.ref("customer_archive.register_agreement")
        rules = self.env["ir.rule"]
        for name in ("clearance", "head"):
            rules |= self.env.ref(f"customer_archive.rule_agreement_{name}")
        now = register.domain, rules.mapped("domain_force")
        as_system(register).domain = OLD
        parts = "reader.cleared_for('archive_id') | reader.answers_for('archive_id')"
        for rule in rules:
            domain = rule.domain_force.replace(", 'approver_ids'", "")
            rule.domain_force = domain.replace(
                "reader.within_level('archive_id')", parts
            )
        self.assertNotEqual(rules.mapped("domain_force"), now[1])
        self.run_script()
        self.run_script(RULES)
        self.assertEqual((register.domain, rules.mapped("domain_force")), now)

    def test_what_was_changed_by_hand(self):
        register = self.env.ref("customer_archive.register_agreement")
        as_system(register).domain = "[('kind', '=', 'sales')]"
        with self.assertLogs(level="WARNING") as logged:
            self.run_script()
        self.assertIn("register_agreement", "".join(logged.output))
        self.assertEqual(register.domain, "[('kind', '=', 'sales')]")

    def test_agreements_of_before(self):
        """Signed without an approval: they stay. Drafts are approved first."""
        with freeze_time("2027-03-01 02:00:00"):
            signed, draft = self.agree(), self.agree()
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE customer_archive_agreement SET state = 'signed',"
                " signed_on = '2027-01-05', approval_round = NULL WHERE id = %s",
                [signed.id],
            )
            self.env.invalidate_all()
            # The rules are those of a later version, which the script leaves alone.
            with mute_logger("post_x"):
                self.run_script()
            self.assertEqual((signed.state, signed.approval_round), ("signed", 0))
            renewal = signed.browse(signed.action_renew()["res_id"])
            signed.action_terminate("x")
            for agreement in (draft, renewal):
                with self.assertRaisesRegex(UserError, "hasn't been approved"):
                    agreement.action_sign()
                self.sign(agreement)
