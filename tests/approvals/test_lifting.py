"""What gives power over files isn't weakened by one person, whatever configures it."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, tagged

from .test_two_people import CATEGORY, FIELD, TwoCase

TYPE, CYCLE = "customer.archive.document.type", "customer.archive.review.cycle"
RETENTION = "customer.archive.retention.policy"
# Configuration that is otherwise in two hands, or gives nobody power over files.
OTHERWISE = {
    # Versions of them, see test_two_people.py.
    "customer.archive.approval.policy",
    "customer.archive.approval.step",
    # An export holds what its user may see, however the register is made.
    "customer.archive.register",
    "customer.archive.register.column",
    "customer.archive.register.schedule",
    # Odoo's own: rights are its administrators' to give, see test_res_users.py.
    *("ir.model.access", "ir.rule", "res.groups"),
    # As little is it who alters a scheduled action, which the record says.
    "ir.cron",
    # Where paper lies gives nobody power over it; moves are recorded for good.
    "customer.archive.location",
    # What an inspection looks at gives nobody power over files; what was inspected
    # stays as it was.
    "customer.archive.inspection.point",
    # As little does what a supervisor's check looks at: it keeps what it began with.
    "customer.archive.audit.point",
    # What leaves is encrypted, and the master keys stay: who changes where it goes
    # reads nothing by that, and the record says who did. An export, which is decrypted,
    # goes only where it was approved for: another address ends it.
    "customer.archive.backup.target",
    # Numbers are drawn, and never set back.
    *("ir.sequence", "ir.sequence.date_range"),
}
# Settings of a company: Odoo's administrators alone write them, who are nobody's role
# here, and the record says which. These would open, end or send something sooner:
POWERFUL_SETTINGS = {
    *("archive_grant_days", "archive_loan_days", "archive_sharing_days"),
    *("archive_register_mailing", "archive_waiting_days", "archive_tz"),
    *("archive_undertaking_text", "archive_undertaking_months"),
    "archive_registry_days",
    "archive_training_required",
    # So would these make an incident of less, and run its legal time for longer.
    *("archive_notice_hours", "archive_notice_person_hours"),
    *("archive_incident_loan_days", "archive_incident_refusals"),
}
# These say when something is asked, listed or made, and how numbers look.
OTHER_SETTINGS = {
    *("archive_annual_day", "archive_annual_days", "archive_annual_month"),
    *("archive_clearing_date", "archive_lead_days", "archive_review_days"),
    *("archive_number_format", "archive_number_padding", "archive_register_days"),
    *("archive_unused_months", "archive_acknowledge_days", "archive_fonds"),
    *("archive_fixity_days", "archive_fixity_rate", "archive_stocktake_date"),
    *("archive_inspection_months", "archive_feedback_days"),
    *("archive_assess_months_high", "archive_assess_months_low"),
    "archive_assess_months_middle",
}


@tagged("post_install", "-at_install")
class TestClassified(TwoCase, TransactionCase):
    def test_every_model(self):
        """All configuration is in two hands, or said why not."""
        found = {
            name
            for name in self.env.registry
            if self._inherits(name, "customer.archive.configured")
        }
        lifted = {n for n in found if self._inherits(n, "customer.archive.lifted")}
        self.assertEqual(found - lifted - OTHERWISE, set())
        self.assertLessEqual({CATEGORY, FIELD, TYPE, CYCLE, RETENTION}, lifted)

    def _inherits(self, name, parent):
        model = self.env.registry[name]
        return not model._abstract and issubclass(model, self.env.registry[parent])

    def test_every_setting(self):
        fields = self.env["res.company"]._fields.values()
        found = {
            field.name
            for field in fields
            if field.name.startswith("archive_") and field.store
        }
        self.assertEqual(found, POWERFUL_SETTINGS | OTHER_SETTINGS)

    def test_every_field(self):
        """A new field says whether it gives power."""
        for name in self.env.registry:
            if not self._inherits(name, "customer.archive.lifted"):
                continue
            model = self.env[name]
            written = {
                field.name
                for field in model._fields.values()
                if (field.store and not field.readonly)
                or (field.inverse and not field.related)
            } - {*MAGIC_COLUMNS, "lifting"}
            power, free = set(model._power()), model._powerless()
            with self.subTest(name):
                self.assertEqual(power & free, set())
                self.assertEqual(written, power | free)


@tagged("post_install", "-at_install")
class TestWeakened(TwoCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls.env.ref("customer_archive.document_type_identity", False)
        cls.identity = cls.identity or cls.env[TYPE].search(
            [("is_sensitive", "=", True), ("sensitive_kind", "=", "identity")], limit=1
        )

    def waits(self, record, vals):
        """Write as an administrator; check that nothing of it holds yet."""
        before = {name: record[name] for name in vals}
        self.by(record, "admin").write(vals)
        self.assertEqual({name: record[name] for name in vals}, before)
        self.assertEqual(record.lifting_by_id, self.users["admin"])
        self.assertTrue(record.lifting_words)

    def test_item_types(self):
        """R2: identity papers aren't opened to Finance by one administrator."""
        kind = self.identity
        for vals in (
            {"sensitive_kind": "bank"},
            {"is_sensitive": False},
            {"number_format": "bank_card"},
            {"active": False},
        ):
            with self.subTest(vals):
                self.waits(kind, vals)
        kind.sudo().requirement = "always"
        self.waits(kind, {"requirement": "optional"})
        self.by(kind, "admin").write({"collection_days": 9, "requirement": "always"})
        self.assertEqual(kind.collection_days, 9)
        self.confirm(kind, "second")
        self.assertFalse(kind.is_sensitive)

    def test_checklists(self):
        """Papers leave the checklist of files by two; they are added at once."""
        file = self.registered()
        category = file.category_id.sudo()
        kind = category.document_type_ids[0]
        more = self.env[TYPE].create({"name": "More"})
        self.by(category, "admin").write(
            {"document_type_ids": [Command.unlink(kind.id), Command.link(more.id)]}
        )
        self.assertIn(kind, category.document_type_ids)
        self.assertIn(more, category.document_type_ids)
        self.assertIn(kind.name, category.lifting_words)
        self.by(kind, "admin").category_ids = [Command.clear()]
        self.assertIn(category, kind.category_ids)
        self.confirm(category, "compliance")
        self.assertNotIn(kind, category.document_type_ids)
        own = self.by(self.env[CATEGORY], "admin").create({"name": "Own"})
        own.document_type_ids = more
        own.document_type_ids = False
        self.assertFalse(own.document_type_ids)

    def test_first_department(self):
        """R8: also the first one, once files are of the category."""
        category = self.registered().category_id.sudo()
        category.department_id = False
        self.waits(category, {"department_id": self.departments["purchase"].id})

    def test_all_authors(self):
        """R3: whoever wrote one word of it doesn't confirm it."""
        field = self.env.ref("customer_archive.change_field_party_vat")
        self.by(field, "admin").write({"is_protected": False})
        self.by(field, "second").write({"is_serious": False})
        for role in ("admin", "second"):
            with self.subTest(role), self.assertRaisesRegex(AccessError, "four-eyes"):
                self.confirm(field, role)
        self.confirm(field, "management")
        self.assertFalse(field.is_protected or field.is_serious)
        # With the confirmation it begins anew.
        self.by(field, "second").write({"is_protected": True})
        self.by(field, "second").write({"is_protected": False})
        self.confirm(field, "admin")

    def test_confirmed_is_what_was_seen(self):
        field = self.env.ref("customer_archive.change_field_party_vat")
        self.by(field, "admin").write({"is_protected": False})
        own = self.by(field, "compliance")
        shown = own.lifting_digest
        self.by(field, "admin").write({"is_serious": False})
        for digest in (shown, None, "", False):
            with (
                self.subTest(digest),
                self.assertRaisesRegex(UserError, "differs from what you read"),
            ):
                own.action_confirm_lifting(digest)
        self.assertTrue(field.is_protected and field.is_serious)
        own.with_context(shown_lifting=own.lifting_digest).action_confirm_lifting()
        self.assertFalse(field.is_protected)

    def test_review_cycles(self):
        cycle = self.env.ref("customer_archive.review_cycle_core")
        for vals in ({"months": 120}, {"active": False}, {"domain": "[('id','=',0)]"}):
            with self.subTest(vals):
                self.waits(cycle, vals)
        with self.assertRaises(UserError):
            self.by(cycle, "admin").unlink()
        self.by(cycle, "admin").months = 1
        self.assertEqual(cycle.months, 1)
        new = self.by(self.env[CYCLE], "admin").create(
            {"name": "Never", "months": 120, "sequence": 0}
        )
        self.assertFalse(new.active)
        self.confirm(new.sudo(), "second")
        self.assertTrue(new.active)


@tagged("post_install", "-at_install")
class TestRetention(TwoCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("customer_archive.retention_customer")

    def test_shortening_waits(self):
        """R4: no administrator lets files fall due."""
        own = self.by(self.policy, "admin")
        years = self.policy.years
        own.write({"years": years - 1})
        own.write({"trigger": "fixed", "fixed_date": "2000-01-01"})
        own.write({"action": "anonymise"})
        self.assertEqual(
            (self.policy.years, self.policy.trigger, self.policy.fixed_date),
            (years, "last_business", False),
        )
        self.assertEqual(self.policy.action, "destroy")
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            own.action_confirm()
        with self.assertRaises(AccessError):
            self.confirm(self.policy, "management")
        self.confirm(self.policy, "legal")
        self.assertEqual(self.policy.fixed_date, date(2000, 1, 1))
        self.assertEqual(self.policy.confirmed_by_id, self.users["legal"])

    def test_an_edit_takes_the_confirmation_away(self):
        self.by(self.policy, "compliance").action_confirm()
        self.by(self.policy, "admin").years += 1
        self.assertTrue(self.policy.is_example)
        self.assertFalse(self.policy.confirmed_by_id)
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            self.by(self.policy, "admin").action_confirm()
        self.by(self.policy, "second").action_confirm()
        self.assertEqual(self.policy.confirmed_by_id, self.users["second"])
        with self.assertRaises(UserError):
            self.by(self.policy, "admin").write({"author_ids": [Command.clear()]})

    def test_shorter_policies_of_categories_and_types(self):
        policies = self.by(self.env[RETENTION], "admin")
        short = policies.create({"name": "S", "trigger": "last_business", "years": 1})
        long = policies.create({"name": "L", "trigger": "last_business", "years": 90})
        other = policies.create({"name": "O", "trigger": "closing", "years": 90})
        category = self.registered().category_id.sudo()
        kind = category.document_type_ids[0]
        category.retention_policy_id = kind.retention_policy_id = self.policy
        for record in (category, kind):
            own = self.by(record, "admin")
            for policy in (short, other):
                own.retention_policy_id = policy
                self.assertEqual(record.retention_policy_id, self.policy)
            own.action_drop_lifting()
            own.retention_policy_id = long
            self.assertEqual(record.retention_policy_id, long)
        self.by(kind, "admin").retention_policy_id = False
        self.assertEqual(kind.retention_policy_id, long)
        category.retention_policy_id = False
        self.by(category, "admin").retention_policy_id = long
        self.assertFalse(category.retention_policy_id)
