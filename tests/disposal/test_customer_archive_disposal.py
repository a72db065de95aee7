from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .disposal_case import LINE, LIST, OVER, DisposalCase

METHOD = "Shredded and erased"


@tagged("post_install", "-at_install")
class TestDisposal(DisposalCase, TransactionCase):
    """Requirements F5, F6 and F8: appraisal, decision, waiting, execution, witness."""

    def proposed(self):
        lists = self.env[LIST].search([("kind", "=", "destroy")])
        return lists.filtered("is_proposed")

    # Proposals

    def test_what_is_due_is_listed_unprompted_and_once(self):
        first, other = self.closed(), self.closed("purchase")
        self.over(first, other)
        coming = self.closed()
        as_system(coming.sudo()).retention_date = self.today() + timedelta(days=1)
        self.registered()
        self.run_cron()
        self.run_cron()
        lists = self.proposed()
        self.assertEqual(lists.line_ids.archive_id, (first | other).sudo())
        self.assertEqual(len(lists), 2)
        self.assertEqual(
            set(lists.mapped("department_id")),
            {self.departments["sales"], self.departments["purchase"]},
        )
        for disposal in lists:
            activities = disposal._activities("mail_activity_disposal")
            self.assertEqual(self.roles(activities.user_id), ["archivist"])
            self.assertEqual(len(activities), 1)
            self.assertFalse(disposal.line_ids.verdict)
        # What falls due later joins the list that is being appraised.
        self.over(coming)
        self.run_cron()
        self.assertEqual(self.proposed(), lists)
        self.assertIn(coming.sudo(), lists.line_ids.archive_id)

    def test_what_is_to_be_reviewed_held_or_kept_is_not_proposed(self):
        kept, held = self.closed(), self.closed()
        self.over(kept, held)
        as_system(kept.sudo()).is_kept_permanently = True
        self.by(held, "legal").action_hold("legal", "A claim")
        self.run_cron()
        self.assertFalse(self.proposed())

    def test_the_archivist_appraises_a_proposed_list(self):
        files = self.closed(), self.closed(), self.closed()
        self.over(*files)
        self.run_cron()
        disposal = self.by(self.proposed(), "archivist")
        with self.assertRaisesRegex(UserError, "enter the appraisal"):
            disposal.action_submit()
        lines = disposal.line_ids
        lines[0].action_verdict_keep()
        lines[1].write({"verdict": "extend"})
        disposal.action_destroy_undecided()
        self.assertEqual(lines.mapped("verdict"), ["keep", "extend", "destroy"])
        with self.assertRaisesRegex(UserError, "until which it is kept"):
            disposal.action_submit()
        until = self.today() + timedelta(days=400)
        lines[1].extend_until = until
        disposal.action_submit()
        with self.assertRaisesRegex(UserError, "has been submitted"):
            lines[0].verdict = "destroy"
        self.assertFalse(files[0].is_kept_permanently)
        for role in ("legal", "management"):
            self.by(disposal, role).action_approve("fine")
        self.assertTrue(lines[0].archive_id.is_kept_permanently)
        self.assertEqual(lines[1].archive_id.retention_extended_until, until)
        self.assertEqual(lines.mapped("state"), ["done", "done", "pending"])
        self.assertEqual(disposal.state, "approved")
        self.run_cron()
        self.assertEqual(self.proposed().ids, disposal.ids)

    # Who decides

    def test_legal_and_management_decide(self):
        file = self.closed()
        self.over(file)
        disposal = self.listed(file)
        disposal.action_submit()
        self.assertEqual(self.roles(disposal.sudo().approver_ids), ["legal"])
        with self.assertRaises(AccessError):
            self.by(disposal, "management").action_approve("fine")
        self.by(disposal, "legal").action_approve("fine")
        self.assertEqual(self.roles(disposal.sudo().approver_ids), ["management"])
        self.by(disposal, "management").action_reject("Not started")
        self.assertEqual(disposal.state, "draft")
        self.assertEqual(file.state, "closed")

    def test_archivists_alone_appraise(self):
        file = self.closed()
        self.over(file)
        for role in set(self.users) - {"archivist"}:
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(self.env[LIST], role).create(
                    {
                        "reason": "x",
                        "line_ids": [
                            (0, 0, {"archive_id": file.id, "verdict": "destroy"})
                        ],
                    }
                )

    def test_a_file_is_on_one_list_only(self):
        file = self.closed()
        self.over(file)
        self.listed(file)
        with self.assertRaisesRegex(UserError, "already on another list"):
            self.listed(file)

    def test_nobody_forges_the_certificate_of_a_draft(self):
        """F5: not even whoever may write the list."""
        file = self.closed()
        self.over(file)
        disposal = self.listed(file)
        values = {"res_model": disposal._name, "res_id": disposal.id, "raw": b"x"}
        copies = self.by(self.env["ir.attachment"], "archivist")
        stored = as_system(copies.sudo()).create(
            {**values, "name": "certificate_ZM-1.pdf"}
        )
        own = self.by(copies.browse(stored.id), "archivist")
        for act in (
            lambda: own.write({"raw": b"y"}),
            lambda: own.write({"name": "other.pdf"}),
            own.unlink,
            lambda: copies.create({**values, "name": "certificate_ZM-9999.pdf"}),
            lambda: disposal.write({"certificate_pdf_id": own.id}),
            lambda: disposal.write({"certificate_json_id": own.id}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()
        self.assertEqual((own.name, own.raw), ("certificate_ZM-1.pdf", b"x"))
        self.assertFalse(disposal.certificate_ids)

    def test_nobody_writes_what_is_recorded(self):
        file = self.closed()
        self.over(file)
        disposal = self.listed(file)
        for values in (
            {"state": "running"},
            {"witness_id": self.users["legal"].id},
            {"executor_id": self.env.uid},
            {"certificate": "X"},
            {"certificate_json_digest": "X"},
            {"certificate_pdf_digest": "X"},
            {"wait_until": OVER},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                disposal.write(values)
        for values in ({"state": "done"}, {"partner_name": "x"}):
            with self.subTest(values), self.assertRaises(AccessError):
                disposal.line_ids.write(values)
        for values in ({"destroyed_on": "2020-01-01"}, {"is_kept_permanently": True}):
            # Also for whoever may write other fields of it.
            with self.subTest(values), self.assertRaises(UserError):
                self.by(file, "clerk").write(values)

    # Waiting and stopping

    def test_nothing_happens_in_the_waiting_period(self):
        file = self.closed()
        self.over(file)
        disposal = self.approve(self.listed(file))
        self.assertEqual(disposal.wait_until, self.today() + timedelta(days=7))
        with self.assertRaisesRegex(UserError, "still be stopped for 7 days"):
            disposal.action_execute(METHOD)
        with freeze_time(self.today() + timedelta(days=6)):
            self.run_cron()
            self.assertFalse(disposal.sudo()._activities("mail_activity_disposal"))
        with freeze_time(self.today() + timedelta(days=7)):
            self.run_cron()
            self.run_cron()
            [activity] = disposal.sudo()._activities("mail_activity_disposal")
        self.assertEqual(self.roles(activity.user_id), ["archivist"])
        self.assertEqual(file.state, "closed")

    def test_legal_and_management_stop_it(self):
        file = self.closed()
        self.over(file)
        disposal = self.approve(self.listed(file))
        for role in ("archivist", "clerk", "compliance", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(disposal, role).action_stop("No")
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            self.by(disposal, "legal").action_stop(" ")
        self.by(disposal, "legal").action_stop("A claim has come in")
        self.assertEqual(disposal.state, "stopped")
        self.assertEqual(disposal.line_ids.state, "dropped")
        with freeze_time(self.today() + timedelta(days=8)):
            with self.assertRaisesRegex(UserError, "isn't awaiting"):
                disposal.action_execute(METHOD)
            with self.assertRaisesRegex(UserError, "can't be stopped"):
                self.by(disposal, "management").action_stop("Twice")
        self.assertEqual(file.state, "closed")

    # Execution

    def test_a_named_person_and_a_witness(self):
        file = self.closed()
        self.over(file)
        disposal = self.approve(self.listed(file))
        with freeze_time(self.today() + timedelta(days=7)):
            for role in ("management", "legal", "clerk", "sales"):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.by(disposal, role).action_execute(METHOD)
            with self.assertRaisesRegex(UserError, "Enter how"):
                disposal.action_execute("")
            with self.assertRaisesRegex(UserError, "isn't awaiting a witness"):
                self.by(disposal, "compliance").action_witness()
            disposal.action_execute(METHOD)
            self.run_cron()
            self.assertEqual(file.state, "closed")
            # Who asked for it and carries it out, and roles that witness nothing.
            for role in ("archivist", "clerk", "auditor"):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.by(disposal, role).action_witness()
            self.by(disposal, "compliance").action_witness()
            self.assertEqual(disposal.state, "running")
            self.assertEqual(file.state, "closed")
            self.run_cron()
        self.assertEqual(disposal.state, "done")
        self.assertEqual(file.state, "destroyed")
        self.assertEqual(self.roles(disposal.executor_id), ["archivist"])
        self.assertEqual(self.roles(disposal.witness_id), ["compliance"])
        self.assertEqual(disposal.method, METHOD)
        self.assertTrue(disposal.certificate)
        self.assertEqual(file.certificate, disposal.certificate)
        names = sorted(disposal.sudo().certificate_ids.mapped("mimetype"))
        self.assertIn("application/json", names)

    def test_held_after_the_approval_it_is_not_carried_out(self):
        good, held = self.closed(), self.closed()
        self.over(good, held)
        disposal = self.approve(self.listed(good, held))
        hold = self.by(held, "legal").action_hold("legal", "A claim")
        words = f"(?s){held.name}.*{hold.display_name}"
        with freeze_time(self.today() + timedelta(days=7)):
            with self.assertRaisesRegex(UserError, words) as caught:
                disposal.action_execute(METHOD)
            self.assertNotIn(good.name, str(caught.exception))
            self.assertEqual(disposal.state, "approved")
            self.by(hold, "compliance").action_lift("Settled")
            disposal.action_execute(METHOD)
            # Held again, between the execution and its witness.
            hold = self.by(held, "legal").action_hold("audit", "An audit")
            words = f"(?s){held.name}.*{hold.display_name}"
            with self.assertRaisesRegex(UserError, words):
                self.by(disposal, "compliance").action_witness()
            self.assertEqual(disposal.state, "witness")
            self.by(hold, "compliance").action_lift("Done")
            self.by(disposal, "compliance").action_witness()
            self.assertEqual(disposal.state, "running")

    def test_what_stands_in_the_way_is_told_and_the_rest_goes_on(self):
        good, bad, moved = self.closed(), self.closed(), self.closed()
        self.over(good, bad, moved)
        disposal = self.approve(self.listed(good, bad, moved))
        as_system(moved.sudo()).retention_date = self.today() + timedelta(days=99)
        files = type(self.env["customer.archive"])
        check = files._check_erasable

        def checked(file):
            if file == bad.sudo():
                raise UserError("Invoice X is open")
            return check(file)

        self.witnessed(disposal)
        with patch.object(files, "_check_erasable", checked):
            self.run_cron()
        self.assertEqual(disposal.state, "done")
        lines = disposal.line_ids.sorted("id")
        self.assertEqual(lines.mapped("state"), ["done", "failed", "failed"])
        self.assertEqual(lines[1].problem, "Invoice X is open")
        self.assertIn("retention period has changed", lines[2].problem)
        self.assertEqual((good.state, bad.state), ("destroyed", "closed"))

    def test_an_unexpected_error_is_told_too(self):
        good, bad = self.closed(), self.closed()
        self.over(good, bad)
        disposal = self.witnessed(self.approve(self.listed(bad, good)))
        partners = type(self.env["res.partner"])
        erase = partners._archive_erase

        def broken(partner, file):
            if file == bad.sudo():
                raise ValueError("broken")
            return erase(partner, file)

        execution = "odoo.addons.customer_archive.models.disposal"
        with (
            patch.object(partners, "_archive_erase", broken),
            mute_logger(f"{execution}.customer_archive_disposal_execution"),
        ):
            self.run_cron()
        self.assertEqual(disposal.line_ids.mapped("state"), ["failed", "done"])
        self.assertEqual((good.state, bad.state), ("destroyed", "closed"))
        self.assertTrue(bad.sudo().partner_id.phone)

    # Extension, handing over

    def test_keeping_longer_needs_a_decision(self):
        file = self.closed()
        self.over(file)
        until = self.today() + timedelta(days=500)
        dialog = self.env["customer.archive.dispose"].with_user(self.users["archivist"])
        values = {"kind": "extend", "archive_ids": file.ids, "reason": "A lawsuit"}
        dialog = dialog.create({**values, "extend_until": until})
        disposal = self.env[LIST].browse(dialog.action_apply()["res_id"])
        self.assertFalse(file.retention_extended_until)
        for role in ("legal", "management"):
            self.by(disposal, role).action_approve("fine")
        self.assertEqual(file.retention_extended_until, until)
        self.assertEqual(disposal.state, "done")
        dispositions = self.env["customer.archive.log"].search(
            [("event", "=", "dispose"), ("archive_id", "=", file.id)]
        )
        self.assertIn(f"extend {disposal.name}", dispositions.mapped("detail"))

    def test_handed_over(self):
        file = self.closed()
        self.over(file)
        dialog = self.env["customer.archive.dispose"].with_user(self.users["archivist"])
        values = {"kind": "transfer", "archive_ids": file.ids, "reason": "By law"}
        dialog = dialog.create({**values, "transfer_to": "Municipal Archives"})
        disposal = self.env[LIST].browse(dialog.action_apply()["res_id"])
        for role in ("legal", "management"):
            self.by(disposal, role).action_approve("fine")
        # It waits until two people have handed it over: see tests/transfer/.
        [line] = disposal.line_ids
        self.assertEqual((line.state, disposal.state), ("handover", "handover"))
        self.assertFalse(file.transferred_on)
        with self.assertRaisesRegex(UserError, "already on another list"):
            self.listed(file)
        self.assertEqual(line.transfer_id.transfer_to, "Municipal Archives")
        as_system(line.sudo())._hand_over()
        self.assertEqual(file.transferred_to, "Municipal Archives")
        self.assertEqual((line.state, disposal.state), ("done", "done"))
        self.run_cron()
        self.assertFalse(self.proposed())

    # The clearing list

    def test_unused_files_are_shown_and_listed_once_a_year(self):
        old, used, ordering = self.registered(), self.registered(), self.registered()
        files = old | used | ordering
        later = self.today() + timedelta(days=800)
        # Filed, and looked at, long ago.
        unused = [("is_unused", "=", True), ("id", "in", files.ids)]
        model = self.env["customer.archive"]
        self.assertFalse(model.search(unused))
        with freeze_time(later):
            self.env["sale.order"].create(
                {"partner_id": ordering.sudo().partner_id.child_ids[0].id}
            ).action_confirm()
            self.env["customer.archive.log"]._record("view", used)
            self.assertEqual(model.search(unused), old.sudo())
            self.assertTrue(old.sudo().is_unused)
            self.assertFalse(used.sudo().is_unused)
            self.company.archive_clearing_date = later
            self.run_cron()
            self.run_cron()
        lists = self.env[LIST].search([("kind", "=", "close")])
        disposal = lists.filtered(lambda each: old.sudo() in each.line_ids.archive_id)
        self.assertEqual(len(disposal), 1)
        self.assertNotIn(used.sudo(), disposal.line_ids.archive_id)
        self.assertTrue(disposal.is_proposed)
        [activity] = disposal._activities("mail_activity_disposal")
        self.assertEqual(self.roles(activity.user_id), ["clerk"])
        self.assertGreater(self.company.archive_clearing_date, later)
        clerk = self.by(disposal, "clerk")
        clerk.action_submit()
        self.assertEqual(clerk.state, "review")

    def test_killed_in_the_middle_nothing_is_listed_twice(self):
        files = [self.closed() for _number in range(3)]
        self.over(*files)

        class Killed(BaseException):
            pass

        with (
            patch.object(
                type(self.env[LIST]), "_ask_for_appraisal", side_effect=Killed
            ),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            self.assertRaises(Killed),
            self.env.cr.savepoint(),
        ):
            self.env[LIST]._propose_due()
        self.env.invalidate_all()
        self.assertFalse(self.proposed())
        self.run_cron()
        self.assertEqual(len(self.proposed().line_ids), 3)
        self.assertEqual(len(self.env[LINE].search([("state", "=", "pending")])), 3)
