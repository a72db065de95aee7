"""Files whose policy wants somebody to look: nobody overlooks them (row F1)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .disposal_case import LINE, LIST, DisposalCase

POLICY = "customer.archive.retention.policy"


@tagged("post_install", "-at_install")
class TestManualReview(DisposalCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.policy = self.env[POLICY].create(
            {"name": "人工复核", "trigger": "closing", "years": 1, "action": "review"}
        )
        self.buyer.retention_policy_id = self.policy

    def file(self, name="合肥示例制造有限公司"):
        file = self.closed(partner=self.partner(name))
        self.over(file)
        return file

    def proposed(self, kind="review"):
        lists = self.env[LIST].search([("kind", "=", kind)])
        return lists.filtered("is_proposed")

    def activities(self, disposal, kind="mail_activity_disposal"):
        return disposal.sudo()._activities(kind)

    def test_archivists_are_told_once(self):
        first, second = self.file(), self.file("芜湖示例贸易有限公司")
        self.run_cron()
        self.run_cron()
        [disposal] = self.proposed()
        self.assertEqual(disposal.line_ids.archive_id, (first | second).sudo())
        self.assertFalse(any(disposal.line_ids.mapped("verdict")))
        [activity] = self.activities(disposal)
        self.assertEqual(self.roles(activity.user_id), ["archivist"])
        self.assertIn("by hand", activity.summary)
        self.assertFalse(self.proposed("destroy"))
        # The screen that lists them.
        action = self.env.ref(
            "customer_archive.action_customer_archive_disposal_review"
        )
        domain = [("kind", "=", "review"), ("state", "not in", ("done", "stopped"))]
        self.assertEqual(action._get_action_dict()["domain"], str(domain))

    def test_an_item_that_is_to_be_looked_at_counts(self):
        self.buyer.retention_policy_id = self.env.ref(
            "customer_archive.retention_customer"
        )
        file = self.file()
        item = file.sudo().document_ids.filtered("is_received")[0]
        item.type_id.sudo().retention_policy_id = self.policy
        self.over(file)
        self.run_cron()
        self.assertEqual(self.proposed().line_ids.archive_id, file.sudo())
        self.assertFalse(self.proposed("destroy"))

    def test_each_file_is_decided_with_a_reason(self):
        files = [self.file(f"示例{index}有限公司") for index in range(4)]
        self.run_cron()
        disposal = self.by(self.proposed(), "archivist")
        until = self.today() + timedelta(days=800)
        verdicts = (
            {"verdict": "extend", "extend_until": until},
            {"verdict": "keep"},
            {"verdict": "destroy"},
            {"verdict": "anonymise"},
        )
        with self.assertRaisesRegex(UserError, "enter the appraisal"):
            disposal.action_submit()
        with self.assertRaisesRegex(UserError, "isn't in appraisal"):
            disposal.action_destroy_undecided()
        for line, values in zip(disposal.line_ids, verdicts, strict=True):
            line.write(values)
        with self.assertRaisesRegex(UserError, "decided by itself"):
            disposal.action_submit()
        disposal.line_ids.write({"verdict_reason": "尚有质保期"})
        self.approve(disposal)
        self.assertEqual(files[0].retention_extended_until, until)
        self.assertTrue(files[1].is_kept_permanently)
        lines = disposal.line_ids
        self.assertEqual(lines.mapped("state"), ["done", "done", "pending", "pending"])
        self.assertEqual(set(lines.mapped("verdict_reason")), {"尚有质保期"})
        self.assertFalse(self.activities(disposal))
        self.assertEqual(disposal.state, "approved")
        self.witnessed(disposal)
        self.run_cron()
        self.assertEqual(disposal.state, "done")
        self.assertEqual(
            [file.state for file in files], ["closed"] * 2 + ["destroyed"] * 2
        )
        self.assertEqual([file.is_anonymised for file in files], [False] * 3 + [True])
        # What was extended or kept isn't asked about again.
        self.run_cron()
        self.assertEqual(self.proposed(), disposal.sudo())

    def test_only_archivists_decide(self):
        self.file()
        self.run_cron()
        line = self.proposed().line_ids
        for role in set(self.users) - {"archivist"}:
            with self.subTest(role), self.assertRaises(UserError):
                self.by(line, role).write({"verdict": "keep", "verdict_reason": "x"})
            with self.subTest(role), self.assertRaises(UserError):
                self.by(line, role).action_verdict_anonymise()
        with self.assertRaises(AccessError):
            self.by(self.env[LIST], "sales").create({"kind": "review", "reason": "x"})
        self.assertFalse(line.verdict)

    def test_goes_up_to_the_head_and_to_management(self):
        self.file()
        self.run_cron()
        [disposal] = self.proposed()
        notice = "mail_activity_disposal_overdue"
        day = disposal.due_date
        with freeze_time(day - timedelta(days=1)):
            self.run_cron()
            self.assertFalse(self.activities(disposal, notice))
        with freeze_time(day):
            self.run_cron()
            self.run_cron()
            found = self.activities(disposal, notice)
            self.assertEqual(self.roles(found.user_id), ["head"])
            self.assertEqual(len(found), 1)
        with freeze_time(disposal.due_date):
            self.run_cron()
            self.run_cron()
            found = self.activities(disposal, notice)
            self.assertEqual(self.roles(found.user_id), ["head", "management"])
            self.assertEqual(len(found), 2)
        self.assertFalse(disposal.due_date)
        # More files begin it anew; what was submitted is overdue no more.
        self.file("安庆示例有限公司")
        self.run_cron()
        self.assertTrue(disposal.due_date)
        own = self.by(disposal, "archivist")
        own.line_ids.write({"verdict": "keep", "verdict_reason": "有保存价值"})
        own.action_submit()
        self.assertFalse(self.activities(disposal, notice))
        self.assertFalse(disposal.due_date)
        # Refused, it waits for its review again.
        self.by(disposal, "legal").action_reject("理由不足")
        self.assertTrue(disposal.due_date)
        self.assertEqual(self.roles(self.activities(disposal).user_id), ["archivist"])

    def test_taken_off_the_list_it_comes_back(self):
        file = self.file()
        self.run_cron()
        [disposal] = self.proposed()
        self.by(disposal, "archivist").unlink()
        self.assertFalse(self.env[LINE].search([("disposal_id.kind", "=", "review")]))
        self.run_cron()
        self.assertEqual(self.proposed().line_ids.archive_id, file.sudo())

    def test_filters_of_the_catalogue_have_names_of_their_own(self):
        view = self.env.ref("customer_archive.view_customer_archive_search")
        arch = self.env["customer.archive"].get_view(view.id, "search")["arch"]
        self.assertEqual(arch.count('name="retention_over"'), 1)
        self.assertEqual(arch.count('name="closed_retention_over"'), 1)
