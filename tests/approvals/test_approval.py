from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestApproval(ArchiveCase, TransactionCase):
    """Requirements A12, A13 and A18."""

    def _rows(self, archive, number=None):
        rows = archive.sudo().approval_ids.sorted("id")
        return rows.filtered(lambda row: row.round == number) if number else rows

    def _activities(self, archive):
        return self.env["mail.activity"].search(
            [("res_model", "=", archive._name), ("res_id", "=", archive.id)]
        )

    def test_ordinary_file_is_reviewed_twice(self):
        archive = self.submitted()
        self.assertEqual(
            self._rows(archive).mapped("name"), ["Department head", "Compliance"]
        )
        self.assertEqual(self._rows(archive).mapped("state"), ["pending", "waiting"])
        self.assertEqual(self._rows(archive).mapped("days"), [2, 1])

    def test_core_and_high_risk_files_also_go_to_management(self):
        self.assertEqual(
            self._rows(self.submitted(is_core=True)).mapped("name"),
            ["Department head", "Compliance", "Management"],
        )
        works = self.env.ref("customer_archive.category_works")
        archive = self.submitted("purchase", category=works)
        self.assertEqual(
            self._rows(archive).mapped("name"),
            ["Department head", "Legal", "Compliance", "Management"],
        )

    def test_refusal_goes_back_with_its_reason_and_keeps_the_round(self):
        archive = self.submitted()
        head, compliance = self.users["head"], self.users["compliance"]
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            archive.with_user(head).action_reject("  ")
        archive.with_user(head).action_reject("The licence is unreadable")
        self.assertEqual(archive.state, "draft")
        self.assertEqual(archive.refusal, "Department head: The licence is unreadable")
        self.assertEqual(self._rows(archive).mapped("state"), ["rejected", "cancelled"])
        self.assertIn("The licence is unreadable", archive.message_ids[0].body)
        self.assertIn(
            self.users["sales"].partner_id, archive.message_ids[0].notified_partner_ids
        )
        archive.action_submit()
        self.assertFalse(archive.refusal)
        self.assertEqual(self._rows(archive, 2).mapped("state"), ["pending", "waiting"])
        archive.with_user(head).action_approve()
        archive.with_user(compliance).action_approve("fine")
        self.assertEqual(archive.state, "registering")
        first = self._rows(archive, 1)[0]
        self.assertEqual(
            (first.decided_by_id, first.comment), (head, "The licence is unreadable")
        )
        self.assertEqual(len(self._rows(archive)), 5)

    def test_withdrawal(self):
        archive = self.submitted()
        with self.assertRaises(AccessError):
            archive.with_user(self.users["head"]).action_withdraw()
        archive.action_withdraw()
        self.assertEqual(archive.state, "draft")
        self.assertFalse(self._activities(archive))
        with self.assertRaisesRegex(UserError, "Nothing to withdraw"):
            archive.action_withdraw()

    def test_activities_follow_the_steps(self):
        second = self.users["legal"]
        second.group_ids += self.env.ref("customer_archive.group_compliance")
        archive = self.submitted()
        self.assertEqual(self._activities(archive).user_id, self.users["head"])
        archive.with_user(self.users["head"]).action_approve("ok")
        self.assertEqual(
            self._activities(archive).user_id, self.users["compliance"] + second
        )
        self.assertEqual(
            set(self._activities(archive).mapped("date_deadline")),
            {archive.approval_deadline},
        )
        archive.with_user(second).action_approve("ok")
        self.assertEqual(self._activities(archive).user_id, self.users["clerk"])
        archive.with_user(self.users["clerk"]).action_register()
        self.assertFalse(self._activities(archive))

    def test_a_client_cannot_switch_activities_off(self):
        archive = self.collect(self.archive())
        archive.with_context(
            mail_activity_automation_skip=True, mail_activity_quick_update=True
        ).action_submit()
        self.assertEqual(self._activities(archive).user_id, self.users["head"])

    def test_four_eyes_head_who_asks_is_replaced(self):
        archive = self.submitted("head")
        self.assertEqual(archive.sudo().approver_ids, self.users["management"])
        with self.assertRaises(AccessError):
            archive.with_user(self.users["head"]).action_approve()

    def test_head_without_access_is_replaced(self):
        self.departments["sales"].manager_id.user_id = self.users["employee"]
        archive = self.submitted()
        self.assertEqual(archive.sudo().approver_ids, self.users["management"])

    def test_no_other_approver_is_said_at_submission(self):
        self.users["compliance"].group_ids -= self.env.ref(
            "customer_archive.group_compliance"
        )
        archive = self.collect(self.archive())
        with self.assertRaisesRegex(
            UserError, "No one but you could approve step “Compliance”"
        ):
            archive.action_submit()
        self.assertEqual(archive.state, "draft")

    def test_policy_changes_leave_running_rounds_alone(self):
        archive = self.submitted()
        policy = self.env.ref("customer_archive.policy_archive")
        policy.step_ids.unlink()
        self.assertEqual(
            self._rows(archive).mapped("name"), ["Department head", "Compliance"]
        )
        archive.with_user(self.users["head"]).action_approve()
        archive.with_user(self.users["compliance"]).action_approve()
        self.assertEqual(archive.state, "registering")
        with self.assertRaisesRegex(UserError, "No approval policy matches"):
            self.submitted()

    def test_everybody_reads_the_steps_in_their_own_language(self):
        self.users["head"].lang = "zh_CN"
        archive = self.submitted()
        rows = self._rows(archive)
        self.assertEqual(rows.mapped("name"), ["Department head", "Compliance"])
        chinese = rows.with_context(lang="zh_CN").mapped("name")
        self.assertEqual(chinese, ["部门负责人", "合规"])
        self.assertEqual(self._activities(archive).summary, "部门负责人")

    def test_first_fitting_policy_is_taken(self):
        legal = self.env.ref("customer_archive.group_legal")
        self.env["customer.archive.approval.policy"].create(
            {
                "name": "Secret files",
                "model": "customer.archive",
                "domain": "[('security_level', '=', 'secret')]",
                "sequence": 1,
                "step_ids": [
                    Command.create(
                        {
                            "name": "Legal",
                            "approver": "group",
                            "group_id": legal.id,
                            "days": 1,
                        }
                    )
                ],
            }
        )
        secret = self.env.ref("customer_archive.group_clearance_secret")
        for role in ("legal", "clerk"):
            self.users[role].group_ids += secret
        self.assertEqual(
            self._rows(self.submitted(security_level="secret")).mapped("name"),
            ["Legal"],
        )
        self.assertEqual(len(self._rows(self.submitted())), 2)

    def test_who_wrote_a_policy_is_no_change_of_it(self):
        """One edit is one row of the access record, by what was edited."""
        log = self.env["customer.archive.log"]
        legal = self.env.ref("customer_archive.group_legal")
        domain = [("model", "=", "customer.archive.approval.policy")]
        policies = self.env["customer.archive.approval.policy"]
        policy = policies.with_user(self.users["admin"]).create(
            {
                "name": "Twice",
                "model": "customer.archive.consultation",
                "step_ids": [Command.create({"name": "Legal", "group_id": legal.id})],
            }
        )
        before = log.search_count(domain)
        policy.write({"name": "Once"})
        policy.invalidate_recordset()
        self.assertEqual(policy.sudo().author_ids, self.users["admin"])
        rows = log.search(domain, order="id")[before:]
        self.assertEqual(rows.mapped("detail"), ["write name"])
        self.assertFalse(log.search([*domain, ("detail", "like", "author_ids")]))

    def test_broken_configuration_is_refused(self):
        policy = self.env.ref("customer_archive.policy_archive")
        for domain in ("[('nowhere', '=', 1)]", "nonsense(", "[('state'"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                policy.domain = domain
        step = policy.step_ids[0]
        for path in ("partner_id", "department_id.nowhere", "name", "display_name"):
            with self.subTest(path), self.assertRaises(ValidationError):
                step.path = path
        with self.assertRaises(ValidationError):
            step.write({"approver": "group", "group_id": False})

    def test_deadlines_count_working_days_and_holidays(self):
        """A12: two working days after a Thursday is Monday.

        A holiday on Monday moves it to Tuesday.
        """
        with freeze_time("2026-03-05 02:00:00"):  # a Thursday morning in Shanghai
            archive = self.submitted()
            self.assertEqual(archive.approval_deadline, date(2026, 3, 9))
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "company_id": self.company.id,
                    "calendar_id": self.company.resource_calendar_id.id,
                    "date_from": "2026-03-08 16:00:00",
                    "date_to": "2026-03-09 15:59:59",
                }
            )
            self.assertEqual(self.submitted().approval_deadline, date(2026, 3, 10))

    def test_overdue_steps_escalate_to_the_head_then_to_management_once_each(self):
        archive = self.submitted()
        archive.with_user(self.users["head"]).action_approve()
        row = archive.sudo().approval_ids.filtered(lambda each: each.state == "pending")
        cron = self.env.ref("customer_archive.cron_approval")
        seen = []
        day = row.deadline
        for _count in range(6):
            day += timedelta(days=1)
            with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
                for _twice in range(2):
                    cron.method_direct_trigger()
            overdue = self._activities(archive).filtered(
                lambda each: (
                    each.activity_type_id
                    == self.env.ref("customer_archive.mail_activity_overdue")
                )
            )
            seen.append(sorted(overdue.user_id.mapped("login")))
        head, management = ["t_head"], ["t_head", "t_management"]
        self.assertEqual(seen[0], head)
        self.assertEqual(seen[-1], management)
        self.assertEqual(len(overdue), 2)
        archive.with_user(self.users["compliance"]).action_approve()
        self.assertFalse(self._activities(archive) & overdue)

    def test_one_person_decides_one_step(self):
        head, compliance = (
            self.users["head"],
            self.env.ref("customer_archive.group_compliance"),
        )
        head.group_ids += compliance
        archive = self.submitted()
        archive.with_user(head).action_approve()
        with self.assertRaisesRegex(AccessError, "decided an earlier step"):
            archive.with_user(head).action_approve()
        archive.with_user(self.users["compliance"]).action_approve()
        self.assertEqual(archive.state, "registering")

    def test_requester_decides_nothing_however_he_became_an_approver(self):
        archive = self.submitted()
        sales = self.users["sales"]
        pending = self._rows(archive).filtered(lambda row: row.state == "pending")
        as_system(pending).approver_ids = [Command.link(sales.id)]
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            archive.with_user(sales).action_approve()
        self.assertEqual(pending.state, "pending")

    def test_file_of_somebody_who_left_goes_on(self):
        archive = self.submitted()
        clerk = self.users["clerk"]
        with self.assertRaises(AccessError):
            archive.with_user(clerk).action_withdraw()
        self.users["sales"].active = False
        archive.with_user(clerk).action_withdraw()
        with self.assertRaisesRegex(UserError, "is locked"):
            archive.with_user(clerk).note = "not the clerk's to write"
        archive.with_user(clerk).user_id = self.users["sales_other"]
        archive.with_user(self.users["sales_other"]).action_submit()
        self.assertEqual(archive.state, "review")

    def test_refusal_is_not_sent_to_the_party(self):
        archive = self.submitted()
        self.assertFalse(archive._message_get_suggested_recipients())
        archive.sudo().message_subscribe(archive.partner_id.ids)
        archive.with_user(self.users["head"]).action_reject("bad credit")
        told = archive.sudo().message_ids[0].notified_partner_ids
        self.assertEqual(told, self.users["sales"].partner_id)

    def test_clerk_returns_a_file_with_a_mistake(self):
        archive = self.approved()
        with self.assertRaisesRegex(AccessError, "registered by a records clerk"):
            archive.with_user(self.users["head"]).action_reject("no")
        archive.with_user(self.users["clerk"]).action_reject("The name has a typo")
        self.assertEqual(archive.state, "draft")
        self.assertIn("The name has a typo", archive.message_ids[0].body)
        self.assertFalse(self._activities(archive))
        archive.action_submit()
        self.assertEqual(archive.sudo().approver_ids, self.users["head"])

    def test_registration_has_three_working_days(self):
        archive = self.approved()
        row = archive.sudo().approval_ids.filtered(lambda each: each.kind == "task")
        self.assertEqual(
            (row.days, row.approver_ids, row.state), (3, self.users["clerk"], "pending")
        )
        self.assertGreater(
            archive.approval_deadline,
            self.env.company._archive_today() + timedelta(days=2),
        )
        with self.assertRaises(UserError):
            archive.with_user(self.users["clerk"]).action_approve()

    def test_registrations_that_are_late_escalate(self):
        """A13: the head hears of it after the three days, then management."""
        archive = self.approved()
        row = self._rows(archive).filtered(lambda each: each.kind == "task")
        overdue, found = self.env.ref("customer_archive.mail_activity_overdue"), []
        for days in range(7):
            day = row.deadline + timedelta(days=days)
            with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
                cron = self.env.ref("customer_archive.cron_approval")
                cron.method_direct_trigger()
            told = self._activities(archive).filtered(
                lambda each: each.activity_type_id == overdue
            )
            found.append(sorted(told.user_id.mapped("login")))
        self.assertEqual(found[0], [])
        self.assertEqual(found[1], ["t_head"])
        self.assertEqual(found[-1], ["t_head", "t_management"])

    def test_compliance_sees_every_review(self):
        """EN-42: all rounds with their comments; others those of their own files."""
        files = self.submitted(), self.submitted("purchase")
        files[0].with_user(self.users["head"]).action_reject("执照模糊")
        steps = self.env["customer.archive.approval"]
        ids = [file.id for file in files]
        domain = [("res_model", "=", "customer.archive"), ("res_id", "in", ids)]
        rows = steps.search(domain)
        self.assertEqual(len(rows), 4)
        seen = steps.with_user(self.users["compliance"]).search(domain)
        self.assertEqual(seen.sudo(), rows)
        self.assertIn("执照模糊", seen.mapped("comment"))
        own = steps.with_user(self.users["sales"]).search(domain)
        self.assertEqual(set(own.mapped("res_id")), {files[0].id})
