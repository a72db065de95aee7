"""Configuration that gives power over files takes two people."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase
from ..system.test_migration import run, script

POLICY, STEP = "customer.archive.approval.policy", "customer.archive.approval.step"
CATEGORY, FIELD = "customer.archive.category", "customer.archive.change.field"


class TwoCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["second"] = cls.users["admin"].copy(
            {"login": "t_second", "name": "Test second"}
        )

    def by(self, record, role):
        return record.with_user(self.users[role])

    def confirm(self, record, role):
        """Confirm what waits, as it is shown at this moment."""
        own = self.by(record, role)
        own.action_confirm_lifting(own.lifting_digest)


@tagged("post_install", "-at_install")
class TestPolicies(TwoCase, TransactionCase):
    """Requirement A12."""

    def setUp(self):
        super().setUp()
        self.policy = self.env.ref("customer_archive.policy_consultation")

    def version(self, policy=None, **step):
        """Return a version of a policy in which an administrator decides."""
        policy = self.by(policy or self.policy, "admin")
        action = policy.action_new_version()
        version = policy.browse(action["res_id"])
        if step:
            version.write({"step_ids": [Command.update(version.step_ids[:1].id, step)]})
        return version

    def decided_by(self):
        """Return who decides on a consultation that somebody asks for now."""
        file = self.registered()
        requests = self.by(self.env["customer.archive.consultation"], "reader")
        values = {"partner_id": file.partner_id.id, "purpose": "x", "scope": "file"}
        request = requests.create(values)
        request.action_submit()
        return request.sudo().approver_ids

    def test_no_administrator_alone(self):
        """Finding 12: nobody makes himself the only approver."""
        mine = {"approver": "user", "user_ids": [Command.set(self.users["admin"].ids)]}
        for change in (
            {"step_ids": [Command.update(self.policy.step_ids.id, mine)]},
            {"step_ids": [Command.clear()]},
            {"active": False},
            {"sequence": 1},
            {"domain": "[('id', '=', 0)]"},
            {"company_id": self.company.id},
            {"model": "customer.archive.loan"},
        ):
            with self.subTest(change), self.assertRaisesRegex(UserError, "New Version"):
                self.by(self.policy, "admin").write(change)
        with self.assertRaisesRegex(UserError, "New Version"):
            self.by(self.policy.step_ids, "admin").write(mine)
        with self.assertRaisesRegex(UserError, "New Version"):
            self.by(self.policy, "admin").unlink()
        version = self.version(**mine)
        other = self.by(self.env[POLICY], "admin").create(
            {
                "name": "Mine",
                "model": "customer.archive.consultation",
                "sequence": 0,
                "step_ids": [Command.create({"name": "Me", **mine})],
            }
        )
        self.assertEqual((version + other).mapped("state"), ["draft", "draft"])
        self.assertEqual(self.decided_by(), self.users["head"])
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            version.action_confirm()

    def test_steps_dont_move_into_force(self):
        version = self.version()
        step = version.step_ids[:1]
        with self.assertRaisesRegex(UserError, "New Version"):
            step.write({"policy_id": self.policy.id})
        with self.assertRaisesRegex(UserError, "New Version"):
            self.by(self.env[STEP], "admin").create(
                {
                    "name": "x",
                    "policy_id": self.policy.id,
                    "group_id": self.env.ref("base.group_user").id,
                }
            )
        for name in ("state", "author_ids", "confirmed_by_id", "replaces_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                value = [Command.clear()] if name == "author_ids" else "confirmed"
                version.write({name: value})

    def test_confirmed_by_a_second(self):
        management = self.env.ref("customer_archive.group_management")
        version = self.version(
            approver="group", group_id=management.id, name="Higher up"
        )
        self.assertEqual(self.decided_by(), self.users["head"])
        for role in ("clerk", "auditor", "archivist"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(version, role).action_confirm()
        self.by(version, "compliance").action_confirm()
        self.assertEqual(version.state, "confirmed")
        self.assertEqual(version.confirmed_by_id, self.users["compliance"])
        self.assertEqual((self.policy.state, self.policy.active), ("replaced", False))
        self.assertEqual(self.decided_by(), self.users["management"])
        told = (
            self.env["customer.archive.log"]
            .sudo()
            .search([("model", "=", POLICY), ("res_id", "=", version.id)])
        )
        self.assertIn("confirmed", told.mapped("detail"))
        with self.assertRaisesRegex(UserError, "isn't awaiting"):
            self.by(version, "management").action_confirm()

    def test_not_by_whom_it_names_or_who_wrote(self):
        second = self.users["second"]
        version = self.version(
            approver="user", user_ids=[Command.set(second.ids)], name="Second"
        )
        with self.assertRaisesRegex(AccessError, "named in it"):
            self.by(version, "second").action_confirm()
        version.step_ids.write(
            {"user_ids": [Command.set(self.users["management"].ids)]}
        )
        # Who wrote one word of it has written it.
        self.by(version.step_ids, "second").write({"days": 3})
        for role in ("admin", "second", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(version, role).action_confirm()
        self.by(version, "compliance").action_confirm()
        self.assertEqual(self.decided_by(), self.users["management"])

    def test_ended(self):
        """Taking one out of use takes two as well."""
        version = self.version()
        version.is_ending = True
        self.assertEqual(self.decided_by(), self.users["head"])
        self.by(version, "second").action_confirm()
        self.assertFalse(self.policy.active or version.active)
        with self.assertRaisesRegex(UserError, "No approval policy"):
            self.decided_by()

    def test_two_versions(self):
        """One open version at a time, and none of what was replaced meanwhile."""
        first = self.version()
        self.assertEqual(first, self.version())
        copied = first.copy()
        self.assertFalse(copied.replaces_id)
        self.by(first, "management").action_confirm()
        with self.assertRaisesRegex(UserError, "isn't in force"):
            self.by(self.policy, "admin").action_new_version()

    def test_a_context_takes_nothing_out_of_force(self):
        """What was replaced isn't taken again because a client asks for it."""
        self.by(self.version(), "management").action_confirm()
        file = self.registered()
        requests = self.by(self.env["customer.archive.consultation"], "reader")
        request = requests.with_context(active_test=False).create(
            {"partner_id": file.partner_id.id, "purpose": "x", "scope": "file"}
        )
        policy = self.env[POLICY].with_context(active_test=False)._for_record(request)
        self.assertEqual(policy.replaces_id, self.policy)

    def test_update(self):
        """Policies of before stay in force, whoever made them."""
        policies = self.env[POLICY].with_context(active_test=False).search([])
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_archive_approval_policy SET state='draft'")
        run(script("19.0.6.0.0", "post-rights.py"), self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(set(policies.mapped("state")), {"confirmed"})


@tagged("post_install", "-at_install")
class TestHeads(TwoCase, TransactionCase):
    """Requirement G6."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["officer"] = cls.users["employee"].copy(
            {"login": "t_officer", "name": "Test officer"}
        )
        cls.users["officer"].group_ids += cls.env.ref("hr.group_hr_user")
        cls.users["officer"].group_ids += cls.env.ref("customer_archive.group_user")
        cls.mine = cls.env["hr.employee"].create(
            {"name": "Officer", "user_id": cls.users["officer"].id}
        )

    def test_administrators_write_one_field(self):
        """Finding 12: no more of a department than its code."""
        sales = self.departments["sales"]
        other = self.env["res.company"].create({"name": "Other"})
        for vals in (
            {"company_id": other.id},
            {"name": "Mine"},
            {"manager_id": self.mine.id},
            {"parent_id": self.departments["purchase"].id},
            {"archive_code": "X"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.by(sales, "admin").write(vals)
        self.by(self.buyer, "admin").department_code = "NEW"
        self.assertEqual(sales.archive_code, "NEW")
        told = (
            self.env["customer.archive.log"]
            .sudo()
            .search([("model", "=", "hr.department"), ("res_id", "=", sales.id)])
        )
        self.assertEqual(told.mapped("detail"), ["write archive_code"])
        self.assertEqual(told.user_id, self.users["admin"])

    def test_nobody_makes_himself_head(self):
        sales = self.by(self.departments["sales"], "officer")
        with self.assertRaisesRegex(UserError, "four-eyes"):
            sales.manager_id = self.mine
        # Nor by taking over the head's employee.
        self.mine.user_id = False
        with self.assertRaisesRegex(UserError, "four-eyes"):
            self.by(sales.manager_id, "officer").user_id = self.users["officer"]
        resource = sales.sudo().manager_id.resource_id
        with self.assertRaisesRegex(UserError, "four-eyes"):
            self.by(resource, "officer").user_id = self.users["officer"]

    def test_others_are_appointed_and_recorded(self):
        sales = self.by(self.departments["sales"], "officer")
        sales.manager_id = self.departments["purchase"].manager_id
        told = (
            self.env["customer.archive.log"]
            .sudo()
            .search([("model", "=", "hr.department"), ("res_id", "=", sales.id)])
        )
        self.assertEqual(told.mapped("detail"), ["write manager_id"])
        self.by(sales.manager_id, "officer").user_id = self.users["employee"]
        told = self.env["customer.archive.log"].sudo().search([("id", ">", told.id)])
        self.assertIn("write manager_id.user_id", told.mapped("detail"))
        self.assertEqual(told.user_id, self.users["officer"])

    def test_departments_without_files_are_left_alone(self):
        department = self.by(self.env["hr.department"], "officer").create(
            {"name": "Canteen", "manager_id": self.mine.id}
        )
        self.assertEqual(department.manager_id, self.mine)


@tagged("post_install", "-at_install")
class TestLifting(TwoCase, TransactionCase):
    def test_protection(self):
        """Unticking waits for a second person; ticking doesn't."""
        field = self.env.ref("customer_archive.change_field_party_vat")
        own = self.by(field, "admin")
        for vals in (
            {"is_protected": False},
            {"is_serious": False, "sequence": 7},
            {"active": False},
            {"field_name": "street2"},
        ):
            own.write(vals)
        self.assertEqual(
            (field.is_protected, field.is_serious, field.active, field.field_name),
            (True, True, True, "vat"),
        )
        self.assertEqual(
            (field.sequence, field.lifting_by_id), (7, self.users["admin"])
        )
        self.assertIn("Request Only: no", field.lifting_words)
        with self.assertRaisesRegex(UserError, "protects data"):
            own.unlink()
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            own.action_confirm_lifting()
        with self.assertRaises(AccessError):
            self.by(field, "clerk").action_confirm_lifting()
        with self.assertRaises(UserError):
            own.write({"lifting_by_id": self.users["clerk"].id})
        with self.assertRaisesRegex(UserError, "differs from what you read"):
            self.by(field, "compliance").action_confirm_lifting()
        own.action_drop_lifting()
        self.assertFalse(field.lifting_words)
        own.write({"is_protected": False})
        self.confirm(field, "compliance")
        self.assertFalse(field.is_protected)
        self.assertNotIn("vat", field._protected_names("party"))
        own.write({"is_protected": True})
        self.assertIn("vat", field._protected_names("party"))

    def test_category(self):
        works = self.env.ref("customer_archive.category_works")
        sales, purchase = self.departments["sales"], self.departments["purchase"]
        own = self.by(works, "admin")
        own.write(
            {"department_id": sales.id, "legal_review": False, "minimum_contacts": 1}
        )
        self.assertEqual(
            (works.department_id, works.legal_review, works.minimum_contacts),
            (purchase, True, 1),
        )
        self.assertIn("Test Sales", works.lifting_words)
        self.confirm(works, "second")
        self.assertEqual((works.department_id, works.legal_review), (sales, False))
        # What takes nothing away is written at once.
        own.write({"legal_review": True, "is_high_risk": True})
        self.assertTrue(works.legal_review)
        free = self.by(self.env[CATEGORY], "admin").create({"name": "New"})
        free.department_id = sales
        self.assertEqual(free.department_id, sales)
