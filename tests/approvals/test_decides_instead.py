"""Who decides where all of a role are kept from it, and who is told to set somebody."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.customer_archive.models.common.roles import DECIDES_INSTEAD

from ..loans.loan_case import LoanCase

GROUP = "customer_archive.group_"


@tagged("post_install", "-at_install")
class TestDecidesInstead(LoanCase, TransactionCase):
    """Requirement C3: nobody decides on their own, and somebody else does."""

    def take(self, *roles):
        """Take roles from whoever has them here."""
        for role in roles:
            group = self.env.ref(f"{GROUP}{role}")
            group.user_ids = [Command.unlink(self.users[role].id)]
        self.env.flush_all()

    def abroad(self, role):
        """Return somebody who has a role in another company only."""
        company = self.env["res.company"].create({"name": f"Other {role} Ltd"})
        return new_test_user(
            self.env,
            f"t_abroad_{role}",
            groups=f"{GROUP}{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def words(self, loan):
        with self.assertRaises(UserError) as caught:
            loan.action_submit()
        self.assertEqual(loan.state, "draft")
        return str(caught.exception)

    def test_the_next_roles(self):
        """Every role of the table is one that reads all, and not the one it is for."""
        for role, others in DECIDES_INSTEAD.items():
            self.assertNotIn(role, others)
            for each in (role, *others):
                self.assertTrue(self.env.ref(each).user_ids, each)

    def test_of_the_company_alone(self):
        """Somebody of another company isn't asked, but the next role is."""
        abroad = self.abroad("compliance")
        self.take("compliance")
        loan = self.ask("management")
        loan.action_submit()
        self.assertEqual(loan.sudo().approver_ids, self.users["auditor"])
        self.assertNotIn(abroad, loan.sudo().approver_ids)
        self.by(loan, "auditor").action_approve("fine")
        self.assertEqual(loan.state, "approved")

    def test_nobody_is_left(self):
        self.abroad("auditor")
        self.take("compliance", "auditor")
        words = self.words(self.ask("management"))
        self.assertIn("No one but you could approve step “Management”", words)
        self.assertIn("Management, Compliance, Auditor", words)
        self.assertIn(self.company.name, words)
        self.assertIn("Settings › Users", words)

    def test_a_role_that_nobody_has(self):
        """That is no reason for others to decide: somebody is given the role."""
        self.abroad("management")
        self.take("management")
        words = self.words(self.ask())
        self.assertIn("step “Management”", words)
        self.assertIn("Settings › Users", words)

    def test_another_manager_comes_first(self):
        second = new_test_user(self.env, "t_second", groups=f"{GROUP}management")
        loan = self.ask("management")
        loan.action_submit()
        self.assertEqual(loan.sudo().approver_ids, second)

    def test_nobody_decides_twice(self):
        """Who decides another step of it isn't asked instead of management, too."""
        step = self.env.ref("customer_archive.step_loan_management")
        step.copy(
            {
                "policy_id": step.policy_id.id,
                "name": "Second look",
                "sequence": 1,
                "group_id": self.env.ref(f"{GROUP}compliance").id,
            }
        )
        loan = self.ask("management")
        loan.action_submit()
        steps = loan.sudo().approval_ids.sorted("sequence")
        asked = [each.approver_ids for each in steps]
        self.assertEqual(asked, [self.users["compliance"], self.users["auditor"]])

    # Who sets somebody

    def test_no_head(self):
        """Of a department without a head, human resources are named."""
        step = self.env.ref("customer_archive.step_loan_management")
        step.write(
            {
                "approver": "path",
                "path": "archive_id.department_id.manager_id.user_id",
                "group_id": False,
            }
        )
        self.departments["sales"].manager_id = False
        words = self.words(self.ask())
        self.assertIn("head of department “Test Sales”", words)
        self.assertIn("Employees › Departments", words)
        self.assertNotIn("Settings › Users", words)
        # With a role that decides otherwise, that is said as well.
        step.fallback_group_id = self.env.ref(f"{GROUP}legal")
        self.take("legal")
        words = self.words(self.ask("sales"))
        self.assertIn("Employees › Departments", words)
        self.assertIn("Legal", words)
        self.assertIn("Settings › Users", words)

    def test_nobody_on_the_record(self):
        step = self.env.ref("customer_archive.step_loan_management")
        step.write({"approver": "path", "path": "archive_id.custodian_id"})
        self.file.sudo().custodian_id = False
        self.assertIn("archive_id.custodian_id", self.words(self.ask()))

    def test_people_of_the_policy(self):
        """Named people who can't: an administrator of the files names others."""
        step = self.env.ref("customer_archive.step_loan_management")
        step.write(
            {"approver": "user", "user_ids": [Command.set(self.users["legal"].ids)]}
        )
        self.users["legal"].active = False
        words = self.words(self.ask())
        self.assertIn("new version of the policy", words)
        self.assertIn(step.policy_id.name, words)
