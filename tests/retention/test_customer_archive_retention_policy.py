from psycopg2 import Error

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ROLES, ArchiveCase

POLICY = "customer.archive.retention.policy"


@tagged("post_install", "-at_install")
class TestRetentionPolicy(ArchiveCase, TransactionCase):
    """Requirement F1."""

    def shipped(self):
        found = self.env["ir.model.data"].search(
            [("module", "=", "customer_archive"), ("model", "=", POLICY)]
        )
        return self.env[POLICY].browse(found.mapped("res_id"))

    def test_shipped_ones_are_examples_with_a_legal_basis(self):
        policies = self.shipped()
        self.assertGreaterEqual(len(policies), 6)
        for policy in policies:
            self.assertTrue(policy.is_example)
            self.assertTrue(policy.legal_basis)
        ref = self.env.ref
        self.assertEqual(ref("customer_archive.retention_accounting").years, 30)
        agreement = ref("customer_archive.retention_agreement")
        self.assertEqual((agreement.trigger, agreement.years), ("agreement_end", 10))
        person = ref("customer_archive.retention_person")
        self.assertEqual((person.trigger, person.years), ("closing", 3))

    def test_every_category_has_one(self):
        categories = self.env["customer.archive.category"].search([])
        self.assertTrue(all(each.retention_policy_id for each in categories))
        person = self.env.ref("customer_archive.category_person")
        self.assertEqual(
            person.retention_policy_id,
            self.env.ref("customer_archive.retention_person"),
        )
        # Who chose another keeps it.
        own = self.env[POLICY].create({"name": "Own", "years": 1})
        person.retention_policy_id = own
        self.env[POLICY]._assign_examples()
        self.assertEqual(person.retention_policy_id, own)

    def test_confirmed_by_role(self):
        allowed = {"compliance", "legal", "admin"}
        for role in sorted(ROLES.keys() - {"portal", "employee"}):
            policy = self.shipped()[0].copy()
            as_system(policy).is_example = True
            own = policy.with_user(self.users[role])
            with self.subTest(role):
                self.assertEqual(own.can_confirm, role in allowed)
                if role in allowed:
                    own.action_confirm()
                    self.assertFalse(policy.is_example)
                    self.assertEqual(policy.confirmed_by_id, self.users[role])
                    self.assertTrue(policy.confirmed_on)
                else:
                    with self.assertRaises(AccessError):
                        own.action_confirm()
                    self.assertTrue(policy.is_example)

    def test_confirmation_is_not_written_by_hand(self):
        policy = self.shipped()[0].with_user(self.users["admin"])
        for name, value in (
            ("is_example", False),
            ("confirmed_by_id", self.env.uid),
            ("confirmed_on", "2026-01-01"),
        ):
            with self.assertRaises(UserError):
                policy.write({name: value})
        own = policy.create(
            {"name": "Own", "confirmed_by_id": self.env.uid, "years": 1}
        )
        self.assertFalse(own.confirmed_by_id)

    def test_period_must_make_sense(self):
        create = self.env[POLICY].create
        for values in (
            {"years": 0},
            {"trigger": "fixed"},
            {"years": 0, "is_permanent": False, "trigger": "closing"},
        ):
            with self.assertRaises(ValidationError):
                create({"name": "Test", **values})
        with mute_logger("odoo.sql_db"), self.assertRaises(Error):
            create({"name": "Test", "years": -1, "months": 13})
        create({"name": "Test", "years": 0, "is_permanent": True})

    def test_changes_are_recorded(self):
        policy = self.shipped()[0]
        policy.with_user(self.users["admin"]).years = 40
        log = self.env["customer.archive.log"].search([], limit=1)
        self.assertEqual((log.event, log.detail), ("configuration", "write years"))
