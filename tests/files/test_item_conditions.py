"""Which papers a file asks for: conditions are data, and what is asked follows them."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.customer_archive.models.files.item_condition import FIELDS

from ..support.common import ArchiveCase

PARTY = "示例再生资源（上海）有限公司"


@tagged("post_install", "-at_install")
class TestItemConditions(ArchiveCase, TransactionCase):
    """A5, A20, A22, A18: papers by who signs, by the address, by the risk."""

    def setUp(self):
        super().setUp()
        self.types = {
            name: self.env.ref(f"customer_archive.document_type_{name}")
            for name in ("power", "signatory_id", "address_proof", "due_diligence")
        }

    def cooperating(self, **values):
        return self.archive(
            partner=self.partner(PARTY), relation_stage="cooperating", **values
        )

    def asked(self, file):
        """Return the names of the types that may be asked for, and are."""
        required = file._required_types()
        return {name for name, kind in self.types.items() if kind in required}

    def test_legal_representative_signs(self):
        """A20: neither a power of attorney nor a second identity card."""
        file = self.cooperating()
        self.assertEqual(self.asked(file), set())
        file.signatory_id = file.partner_id.legal_representative_id
        self.assertEqual(self.asked(file), set())
        self.collect(file).action_submit()
        self.assertEqual(file.state, "review")

    def test_somebody_else_signs(self):
        """A20: the power of attorney and the identity card of who signs."""
        file = self.cooperating()
        other = file.partner_id.child_ids - file.partner_id.legal_representative_id
        file.signatory_id = other
        self.assertEqual(self.asked(file), {"power", "signatory_id"})
        self.assertIn(self.types["power"], file.missing_type_ids)
        self.collect(file)
        item = file.document_ids.filtered(
            lambda each: each.type_id == self.types["signatory_id"]
        )
        item.with_user(self.users["sales"]).unlink()
        with self.assertRaisesRegex(UserError, "Signatory's identity card"):
            file.action_submit()

    def test_signatory_of_an_agreement(self):
        """A20: who signs an agreement signs for the party, until it ends."""
        file = self.registered(
            partner=self.partner(PARTY), relation_stage="cooperating"
        )
        other = file.partner_id.child_ids - file.partner_id.legal_representative_id
        before = file.document_ids.filtered(
            lambda each: each.type_id == self.types["power"]
        )
        before.sudo().env.cr.execute(
            "UPDATE customer_archive_document SET due_date = '2020-01-01'"
            " WHERE id = %s",
            before.ids,
        )
        before.invalidate_recordset()
        self.env["customer.archive.agreement"].with_user(self.users["sales"]).create(
            {"archive_id": file.id, "their_signatory_id": other.id}
        )
        self.assertEqual(self.asked(file), {"power", "signatory_id"})
        # Not as late as if it had been asked for all the time.
        self.assertGreaterEqual(before.due_date, self.company._archive_today())
        self.assertTrue(before.is_missing)

    def test_whose_contact_signs(self):
        file = self.cooperating()
        stranger = self.partner("另一家公司").child_ids[:1]
        with self.assertRaisesRegex(ValidationError, "isn't a contact of"):
            file.signatory_id = stranger

    def test_another_address(self):
        """A22: a lease, where the business isn't run at the registered address."""
        file = self.cooperating()
        file.partner_id.write(
            {"registered_address": "上海市浦东新区示例路1号", "street": "示例路1号"}
        )
        self.assertEqual(self.asked(file), set())
        file.partner_id.street = "江苏省苏州市样本街8号"
        self.assertEqual(self.asked(file), {"address_proof"})
        self.assertIn(self.types["address_proof"], file.missing_type_ids)

    def test_at_risk(self):
        """A18: a risk assessment of core parties and of categories of high risk."""
        works = self.env.ref("customer_archive.category_works")
        file = self.archive("purchase", works, self.partner(PARTY))
        self.assertEqual("due_diligence" in self.asked(file), works.is_high_risk)
        file.is_core = True
        self.assertIn("due_diligence", self.asked(file))

    def test_completeness_follows(self):
        """What is stored is reckoned anew, whatever a condition goes by changes."""
        file = self.collect(self.cooperating())
        self.assertEqual(file.completeness, 100)
        legal = file.partner_id.legal_representative_id
        file.signatory_id = file.partner_id.child_ids - legal
        self.assertLess(file.completeness, 100)
        self.types["power"].condition = "[('cooperation_term', '=', 'project')]"
        self.types["signatory_id"].condition = False
        self.assertIn("signatory_id", self.asked(file))
        self.assertNotIn("power", self.asked(file))
        file.cooperation_term = "project"
        self.assertIn(self.types["power"], file.missing_type_ids)

    def test_conditions_refused(self):
        """What the system can't follow isn't taken as a condition."""
        admin = self.types["power"].with_user(self.users["admin"])
        for text in (
            "[('partner_id.name', '=', 'x')]",
            "[('create_date', '>', '2026-01-01')]",
            "[('category_id', 'any', [('name', '=', 'x')])]",
            "[('no_such_field', '=', 1)]",
            "not a filter",
            "[('is_core', 'is', True)]",
        ):
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "used"):
                admin.sudo().condition = text

    def test_every_field_is_followed(self):
        """The walk: each field that a condition may ask for moves what is stored."""
        followed = {
            ".".join(field.name for field in path)
            for path in self._triggers_of("completeness")
        }
        self.assertLessEqual(set(FIELDS), followed)

    def _triggers_of(self, name):
        model = self.env["customer.archive"]
        depends = self.env.registry.field_depends[model._fields[name]]
        for path in depends:
            fields, owner = [], model
            for part in path.split("."):
                field = owner._fields[part]
                fields.append(field)
                owner = self.env[field.comodel_name] if field.relational else owner
            yield fields

    def test_asking_less_takes_two(self):
        """A condition on what was asked of all waits for a second person."""
        license_type = self.env.ref("customer_archive.document_type_license")
        kind = license_type.with_user(self.users["admin"])
        kind.condition = "[('is_core', '=', True)]"
        self.assertFalse(license_type.condition)
        self.assertEqual(license_type.lifting_by_id, self.users["admin"])
        with self.assertRaises(UserError):
            kind.action_confirm_lifting(kind.lifting_digest)
        second = license_type.with_user(self.users["management"])
        second.action_confirm_lifting(second.lifting_digest)
        self.assertTrue(license_type.condition)
        # What asks more doesn't wait.
        kind.condition = False
        self.assertFalse(license_type.condition)
        for role in ("sales", "clerk", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                license_type.with_user(self.users[role]).condition = "[]"


@tagged("post_install", "-at_install")
class TestMarks(ArchiveCase, TransactionCase):
    """A3, A5, A11, D3: validity, company seal and the party's words are asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.as_shipped("customer.archive.document.type")
        for kind in cls.env["customer.archive.document.type"].search([]):
            kind.needs_comparison = False

    def item(self, name="license", **values):
        file = self.archive(partner=self.partner(PARTY))
        kind = self.env.ref(f"customer_archive.document_type_{name}")
        item = file.document_ids.filtered(lambda each: each.type_id == kind)
        item.write({"is_paper": True, **values})
        return item

    def test_licence_asks_for_validity(self):
        """The screen shows the date, the submission misses it, 长期 answers it (A5)."""
        item = self.item(form="original")
        item.number = item.partner_id.vat
        with self.assertRaisesRegex(UserError, "expiry date, or “valid indefinitely”"):
            item.archive_id.action_submit()
        self.assertEqual(item.faults, "expiry date, or “valid indefinitely”")
        with Form(
            item.with_user(self.users["sales"]),
            "customer_archive.view_customer_archive_document_form",
        ) as form:
            form.is_endless = True
        self.assertFalse(item.is_faulty)
        with Form(
            item.with_user(self.users["sales"]),
            "customer_archive.view_customer_archive_document_form",
        ) as form:
            form.is_endless = False
            form.valid_until = "2036-03-31"
        self.assertFalse(item.is_faulty)

    def test_licence_in_its_register(self):
        """H7, A5: the licence of a file on record is watched and in the register."""
        file = self.registered(partner=self.partner(PARTY))
        licence = file.document_ids.filtered(
            lambda each: each.type_id.number_format == "credit_code"
        )
        self.assertTrue(licence.validity_date)
        register = self.env.ref("customer_archive.register_validity")
        self.assertIn(licence, register.records([("archive_id", "=", file.id)]))

    def test_seal_and_words(self):
        """A11: a copy needs both, an original neither."""
        item = self.item(is_endless=True)
        for values, faults in (
            ({"form": "copy"}, {"seal", "words"}),
            ({"form": "stamped"}, {"words"}),
            ({"form": "stamped", "has_words": True}, set()),
            ({"form": "copy", "has_words": True}, {"seal"}),
            ({"form": "original", "has_words": False}, set()),
        ):
            with self.subTest(values):
                item.write(values)
                self.assertEqual(set(item._faults()), faults)
                self.assertEqual(item.is_faulty, bool(faults))
                self.assertEqual(item.is_missing, bool(faults))
        item.form = "copy"
        with self.assertRaisesRegex(UserError, "company seal, or the original"):
            item.archive_id.action_submit()

    def test_a_good_one_beside_a_faulty_one(self):
        item = self.item(is_endless=True)
        self.assertTrue(item.is_missing)
        self.env["customer.archive.document"].with_user(self.users["sales"]).create(
            {
                "archive_id": item.archive_id.id,
                "type_id": item.type_id.id,
                "is_paper": True,
                "form": "original",
                "is_endless": True,
            }
        )
        self.assertFalse(item.is_missing)

    def test_comparison_before_approval(self):
        """A11, A12: compliance approves what somebody has compared, who and when."""
        licence = self.env.ref("customer_archive.document_type_license")
        licence.needs_comparison = True
        file = self.submitted(partner=self.partner(PARTY))
        item = file.document_ids.filtered(lambda each: each.type_id == licence)
        self.assertIn("hasn't been compared", file.opening_problems)
        compliance = file.with_user(self.users["compliance"])
        for doubt in file.sudo().doubt_ids:
            doubt.with_user(self.users["compliance"]).action_settle("已电话核实")
        file.with_user(self.users["head"]).action_approve("同意")
        with self.assertRaisesRegex(UserError, "hasn't been compared"):
            compliance.action_approve("同意")
        item.with_user(self.users["compliance"]).action_check_original()
        self.assertEqual(item.checked_by_id, self.users["compliance"])
        self.assertTrue(item.checked_on)
        compliance.action_approve("同意")
        self.assertEqual(file.state, "registering")

    def test_running_rounds_are_not_asked(self):
        licence = self.env.ref("customer_archive.document_type_license")
        licence.needs_comparison = True
        file = self.submitted(partner=self.partner(PARTY))
        # As a round that began before copies were asked to be compared.
        file.sudo().approval_ids.env.cr.execute(
            "UPDATE customer_archive_approval SET checks_papers = NULL "
            "WHERE archive_id = %s",
            [file.id],
        )
        file.invalidate_recordset()
        file.sudo().approval_ids.invalidate_recordset()
        self.assertNotIn("compared", file.opening_problems)

    def test_what_is_shipped(self):
        """A11: which kinds ask for a seal, for words, for a comparison."""
        self.env.invalidate_all()
        named = {"license", "legal_id", "signatory_id", "power", "bank"}
        for name in named:
            kind = self.env.ref(f"customer_archive.document_type_{name}")
            with self.subTest(name):
                self.assertTrue(kind.needs_seal)
        words = {
            name
            for name in named
            if self.env.ref(f"customer_archive.document_type_{name}").needs_words
        }
        self.assertEqual(words, {"license", "legal_id", "signatory_id"})

    def test_lifting_a_mark_takes_two(self):
        kind = self.env.ref("customer_archive.document_type_license")
        kind.with_user(self.users["admin"]).write({"needs_seal": False})
        self.assertTrue(kind.needs_seal)
        self.assertTrue(kind.lifting_by_id)


@tagged("post_install", "-at_install")
class TestRelationStage(ArchiveCase, TransactionCase):
    """A2: stages follow each other, each change dated, tracked and on record."""

    def record_of(self, file):
        rows = (
            self.env["customer.archive.log"]
            .sudo()
            .search(
                [("archive_id", "=", file.id), ("event", "=", "change")], order="id"
            )
        )
        names = ("relation_stage", "cooperation_term")
        return [row.detail for row in rows if row.detail.startswith(names)]

    def test_in_order(self):
        file = self.registered(partner=self.partner(PARTY))
        sales = file.with_user(self.users["sales"])
        self.assertEqual(file.relation_stage, "prospect")
        with self.assertRaisesRegex(UserError, "Next may be: Intended or"):
            sales.relation_stage = "cooperating"
        sales.relation_stage = "intended"
        sales.relation_stage = "cooperating"
        sales.relation_stage = "terminated"
        for stage in ("prospect", "cooperating"):
            with (
                self.subTest(stage),
                self.assertRaisesRegex(UserError, "may be: Intended"),
            ):
                sales.relation_stage = stage
        file.with_user(self.users["clerk"]).relation_stage = "intended"
        self.assertEqual(
            self.record_of(file),
            [
                "relation_stage prospect > intended",
                "relation_stage intended > cooperating",
                "relation_stage cooperating > terminated",
                "relation_stage terminated > intended",
            ],
        )

    def test_while_collecting(self):
        """Until it is submitted, the stage is entered as it is."""
        file = self.archive(partner=self.partner(PARTY))
        file.relation_stage = "cooperating"
        self.assertEqual(file.relation_stage, "cooperating")

    def test_orders_pass_each_stage(self):
        """D6, A2: an order makes a party cooperate; the record has the way there."""
        file = self.registered(partner=self.partner(PARTY))
        product = self.env["product.product"].create({"name": "再生铜"})
        order = self.env["sale.order"].create(
            {
                "partner_id": file.partner_id.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        self.env.flush_all()
        file.invalidate_recordset()
        if file.relation_stage != "cooperating":
            self.env["customer.archive"].sudo().browse(file.id)._become_cooperating()
        self.assertEqual(file.relation_stage, "cooperating")
        self.assertEqual(
            self.record_of(file)[-2:],
            [
                "relation_stage prospect > intended",
                "relation_stage intended > cooperating",
            ],
        )

    def test_term_of_cooperation(self):
        file = self.registered(
            partner=self.partner(PARTY), relation_stage="cooperating"
        )
        self.env.cr.precommit.run()
        file.with_user(self.users["sales"]).cooperation_term = "project"
        self.assertIn("cooperation_term - > project", self.record_of(file))
        words = (
            self.env["customer.archive.log"]
            .sudo()
            .search(
                [("archive_id", "=", file.id), ("detail", "like", "cooperation_term")]
            )
        )
        self.assertIn("Project", words.summary)
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = file.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("cooperation_term", tracked)


@tagged("post_install", "-at_install")
class TestDefaultReviews(ArchiveCase, TransactionCase):
    """A12, D1: who reviews by default, as the regulations say; each is switchable."""

    def steps(self, file):
        return file.sudo().approval_ids.sorted("sequence").mapped("name")

    def test_legal_and_finance(self):
        self.as_shipped("customer.archive.category")
        categories = self.env["customer.archive.category"].search([])
        person = self.env.ref("customer_archive.category_person")
        ours = {
            each
            for each in categories
            if (each.get_external_id()[each.id] or "").startswith("customer_archive.")
        }
        for category in ours:
            with self.subTest(category.name):
                self.assertEqual(category.legal_review, category != person)
                self.assertEqual(
                    category.finance_review,
                    category not in (person, self.prospect),
                )
        self.buyer.registry_check = False
        self.buyer.department_id = self.departments["sales"]
        file = self.submitted(partner=self.partner(PARTY), relation_stage="cooperating")
        self.assertEqual(
            self.steps(file), ["Department head", "Legal", "Finance", "Compliance"]
        )

    def test_switched_off(self):
        self.buyer.write({"legal_review": False, "finance_review": False})
        file = self.submitted(partner=self.partner(PARTY))
        self.assertEqual(self.steps(file), ["Department head", "Compliance"])

    def test_finance_decides(self):
        """RR: finance reviews the financial qualification, and may refuse."""
        self.buyer.finance_review = True
        file = self.submitted(partner=self.partner(PARTY), relation_stage="cooperating")
        file.with_user(self.users["head"]).action_approve("同意")
        for role in ("sales", "legal", "compliance", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                file.with_user(self.users[role]).action_approve("同意")
        file.with_user(self.users["finance"]).action_reject("账户信息与开户证明不符")
        self.assertEqual(file.state, "draft")

    def test_serious_changes(self):
        """D1: serious changes go to management, of core parties and of all others."""
        file = self.registered(partner=self.partner(PARTY))
        self.as_shipped("customer.archive.approval.policy")
        self.assertFalse(file.is_core)
        field = self.env.ref("customer_archive.change_field_party_name")
        line = {"field_id": field.id, "new_text": "示例再生资源（苏州）有限公司"}
        notice = self.env["customer.archive.change"].with_user(self.users["sales"])
        change = notice.create(
            {
                "archive_id": file.id,
                "asked_by": "张三",
                "purpose": "更名",
                "line_ids": [Command.create(line)],
            }
        )
        steps = self.env.ref("customer_archive.policy_change").step_ids
        asked = steps.filtered(lambda step: step._applies_to(change.sudo()))
        self.assertIn("Management", asked.mapped("name"))
