import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .grant_case import ARCHIVE, CONSULTATION, ConsultationCase


class Regret(Exception):
    """Ends a transaction where it is."""


@tagged("post_install", "-at_install")
class TestConsultation(ConsultationCase, TransactionCase):
    """Requirements C1 and H4."""

    def test_approved_by_the_head_it_opens_the_file_until_it_ends(self):
        ask = self.asked()
        self.assertEqual(ask.approval_ids.mapped("name"), ["Department head"])
        self.assertEqual(ask.approver_ids, self.head)
        self.assertFalse(self.opens())
        ask.with_user(self.head).action_approve("fine")
        self.assertTrue(self.opens())
        self.assertEqual(ask.state, "approved")
        self.assertTrue(ask.is_open)
        self.assertFalse(self.opens("reader"))
        ask.action_end()
        self.assertEqual(ask.state, "ended")
        self.assertFalse(ask.is_open)
        self.assertFalse(self.opens())

    def test_who_when_why_and_what_are_recorded(self):
        ask = self.approved(purpose="Preparing the offer of May")
        ask.action_end()
        rows = self.env["customer.archive.log"].search(
            [("model", "in", (CONSULTATION, ask.grant_ids._name))], order="id"
        )
        told = [(row.user_id, row.event, row.detail or "") for row in rows]
        applicant = self.users["sales_other"]
        self.assertIn((applicant, "state", "draft > review"), told)
        self.assertIn((self.head, "state", "review > approved"), told)
        self.assertIn((applicant, "state", "approved > ended"), told)
        self.assertIn((applicant, "grant", "revoked"), told)
        given = [row for row in rows if row.event == "grant" and "user" in row.detail]
        self.assertEqual(given[0].archive_id, self.file)
        self.assertIn(ask.name, given[0].detail)
        self.assertIn(str(applicant.id), given[0].detail)
        self.assertEqual(ask.purpose, "Preparing the offer of May")

    def test_items_asked_for_by_kind_are_those_that_the_file_holds(self):
        kinds = self.item.type_id
        ask = self.approved("reader", scope="items", type_ids=[Command.set(kinds.ids)])
        self.assertEqual(ask.grant_ids.document_ids, self.item)
        self.assertFalse(self.opens("reader"))
        self.assertTrue(self.item.with_user(self.users["reader"]).has_access("read"))

    # Submission

    def test_without_a_file_there_is_nothing_to_ask_for(self):
        with self.assertRaisesRegex(UserError, "has no registered file"):
            self.ask(partner_id=self.partner().id)
        draft = self.archive("sales")
        with self.assertRaisesRegex(UserError, "has no registered file"):
            self.ask(partner_id=draft.partner_id.id)
        with self.assertRaisesRegex(UserError, "belongs to another party"):
            self.ask(archive_id=self.other_file.id)
        with self.assertRaises(AccessError):
            self.ask(partner_id=False, archive_id=self.other_file.id)

    def test_files_of_other_companies_arent_asked_for(self):
        """Nor does a forged company say whether there is one."""
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        user = self.users["sales_other"]
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRaisesRegex(UserError, "has no registered file"):
            self.ask()
        model = self.env[CONSULTATION].with_user(user)
        forged = model.with_context(allowed_company_ids=self.company.ids)
        for party in (self.file.partner_id, self.partner()):
            with self.assertRaises(AccessError):
                forged.create({"partner_id": party.id, "purpose": "x"})

    def test_the_period_is_checked(self):
        days = self.company.archive_grant_days
        for values, message in (
            ({"date_to": self.now - self.hour}, "the period has passed"),
            (
                {
                    "date_from": self.now + 2 * self.hour,
                    "date_to": self.now + self.hour,
                },
                "ends before it begins",
            ),
            ({"date_to": self.now + timedelta(days=days, minutes=5)}, "at most"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.ask(**values).action_submit()
        # However far ahead it begins.
        start = self.now + timedelta(days=days)
        self.asked(date_from=start, date_to=start + timedelta(days=days - 1))

    def test_what_is_sensitive_is_asked_for_outright(self):
        type_ids = [Command.set(self.sensitive.type_id.ids)]
        kinds = {"scope": "items", "type_ids": type_ids}
        with self.assertRaisesRegex(UserError, "tick “Include Sensitive Items”"):
            self.ask(**kinds).action_submit()
        ask = self.approved("reader", include_sensitive=True, **kinds)
        own = self.sensitive.with_user(self.users["reader"])
        self.assertTrue(own.has_access("read"))
        self.assertEqual(ask.grant_ids.document_ids, self.sensitive)

    def test_what_the_file_doesnt_hold_isnt_asked_for(self):
        missing = self.missing.type_id
        with self.assertRaisesRegex(UserError, f"contains no “{missing.name}”"):
            self.ask(scope="items", type_ids=[Command.set(missing.ids)]).action_submit()
        with self.assertRaisesRegex(UserError, "Select the items"):
            self.ask(scope="items").action_submit()

    def test_items_are_named_by_who_sees_them(self):
        items = {"scope": "items", "document_ids": [Command.set(self.item.ids)]}
        with self.assertRaises(AccessError):
            self.ask(**items)
        foreign = self.ordinary(self.other_file)
        with self.assertRaisesRegex(UserError, "only items of the requested file"):
            self.ask("sales", **{**items, "document_ids": [Command.set(foreign.ids)]})
        ask = self.ask("sales", **items)
        self.assertEqual(ask.item_ids, self.item)

    def test_a_purpose_is_needed(self):
        with self.assertRaisesRegex(UserError, "Enter the purpose"):
            self.ask(purpose="  ").action_submit()

    def test_only_the_applicant_submits(self):
        ask = self.ask()
        for role in ("sales", "head", "clerk", "reader"):
            with self.assertRaises(AccessError):
                ask.with_user(self.users[role]).action_submit()
        self.assertEqual(ask.state, "draft")

    def test_auditors_apply_for_nothing(self):
        with self.assertRaisesRegex(AccessError, "Auditors can't make requests"):
            self.ask("auditor")
        # Nor who became one meanwhile.
        ask = self.ask()
        user = self.users["sales_other"]
        user.group_ids = self.env.ref("customer_archive.group_auditor")
        with self.assertRaisesRegex(AccessError, "Auditors can't make requests"):
            ask.action_submit()

    def test_a_closed_file_isnt_consulted(self):
        ask = self.ask()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", self.file.ids
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "is no longer on record"):
            ask.action_submit()

    def test_what_was_submitted_stays(self):
        ask = self.asked()
        for values in ({"include_sensitive": True}, {"scope": "items"}):
            with self.assertRaisesRegex(UserError, "can't be changed now"):
                ask.write(values)
        with self.assertRaisesRegex(UserError, "can't be moved to another file"):
            self.ask().write({"archive_id": self.other_file.id})
        with self.assertRaisesRegex(UserError, "has been submitted"):
            ask.unlink()
        with self.assertRaisesRegex(UserError, "already been submitted"):
            ask.action_submit()
        self.ask().unlink()

    # Decisions

    def test_refusal_comes_back_and_is_asked_again(self):
        ask = self.asked()
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            ask.with_user(self.head).action_reject(" ")
        ask.with_user(self.head).action_reject("One paper is enough")
        self.assertEqual(ask.state, "draft")
        self.assertIn("One paper is enough", ask.message_ids[0].body)
        self.assertFalse(ask.grant_ids)
        ask.write({"scope": "items", "type_ids": [Command.set(self.item.type_id.ids)]})
        ask.action_submit()
        ask.with_user(self.head).action_approve("fine")
        rounds = ask.approval_ids.sorted("round")
        self.assertEqual(rounds.mapped("round"), [1, 2])
        self.assertEqual(rounds.mapped("state"), ["rejected", "approved"])
        self.assertEqual(ask.grant_ids.document_ids, self.item)

    def test_withdrawal(self):
        ask = self.asked()
        for role in ("sales", "head", "management"):
            with self.assertRaisesRegex(AccessError, "Only Test sales_other"):
                ask.with_user(self.users[role]).action_withdraw()
        ask.action_withdraw()
        self.assertEqual(ask.state, "draft")
        with self.assertRaisesRegex(UserError, "isn't under review"):
            ask.with_user(self.head).action_approve()
        ask.action_submit()
        self.assertEqual(ask.approval_round, 2)

    def test_what_is_asked_for_is_found_by_number_and_party(self):
        ask = self.asked()
        steps = self.env["customer.archive.approval"]
        for text in (ask.name, ask.partner_id.name):
            for role in ("sales_other", "head"):
                rows = steps.with_user(self.users[role])
                found = rows.search([("record_name", "ilike", text)])
                self.assertLessEqual(
                    ask.sudo().approval_ids, found.sudo(), (text, role)
                )
        other = steps.with_user(self.users["purchase"])
        self.assertFalse(other.search([("record_name", "ilike", ask.name)]))
        self.assertFalse(steps.search([("record_name", "ilike", "no such request")]))

    def test_four_eyes(self):
        """The head asks for himself: management decides."""
        ask = self.asked("head")
        self.assertNotIn(self.head, ask.sudo().approver_ids)
        self.assertIn(self.users["management"], ask.sudo().approver_ids)
        with self.assertRaisesRegex(AccessError, "four-eyes"):
            ask.action_approve("fine")
        for role in ("sales", "clerk", "compliance"):
            with self.assertRaises(AccessError):
                ask.with_user(self.users[role]).action_approve("fine")
        ask.with_user(self.users["management"]).action_approve("fine")
        self.assertEqual(ask.state, "approved")

    def test_a_head_without_a_user(self):
        self.departments["sales"].manager_id.user_id = False
        ask = self.asked()
        self.assertIn(self.users["management"], ask.sudo().approver_ids)
        self.assertNotIn(self.head, ask.sudo().approver_ids)

    def test_approved_too_late(self):
        ask = self.asked(date_to=self.now + self.hour)
        self.env.cr.execute(
            "UPDATE customer_archive_consultation SET date_to = %s WHERE id = %s",
            [self.now, ask.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "the requested period has passed"):
            ask.with_user(self.head).action_approve("fine")
        self.assertFalse(ask.grant_ids)
        self.assertEqual(ask.state, "review")
        ask.with_user(self.head).action_reject("Too late")
        ask.date_to = self.now + 2 * self.hour
        ask.action_submit()
        ask.with_user(self.head).action_approve("fine")
        self.assertTrue(self.opens())

    def test_approved_before_its_begin(self):
        ask = self.approved(
            date_from=self.now + self.hour, date_to=self.now + 2 * self.hour
        )
        self.assertEqual(ask.grant_ids.state, "coming")
        self.assertFalse(ask.is_open)
        self.assertFalse(self.opens())
        self.assertFalse(ask.search([("is_open", "=", True), ("id", "=", ask.id)]))

    # The end

    def test_only_the_applicant_ends_it(self):
        ask = self.approved()
        for role in ("head", "sales", "archivist", "management"):
            with self.assertRaisesRegex(AccessError, "Only the requester can end it"):
                ask.with_user(self.users[role]).action_end()
        ask.action_end()
        with self.assertRaisesRegex(UserError, "isn't active"):
            ask.action_end()
        with self.assertRaisesRegex(UserError, "has already ended"):
            ask.grant_ids.with_user(self.head).action_revoke("enough")

    def test_time_closes_it_and_the_cron_only_says_so(self):
        ask, later = self.approved(), self.approved("reader")
        self.env.cr.execute(
            "UPDATE customer_archive_consultation SET date_to = %s WHERE id = %s",
            [self.now, ask.id],
        )
        self.env.cr.execute(
            "UPDATE customer_archive_grant SET date_to = %s WHERE res_id = %s",
            [self.now, ask.id],
        )
        self.assertFalse(self.opens())
        self.assertEqual(ask.state, "approved")
        cron = type(self.env["ir.cron"])
        # Killed before it could say so: the next one does.
        with (
            self.assertRaises(Regret),
            patch.object(cron, "_commit_progress", side_effect=Regret),
        ):
            self.env[CONSULTATION]._cron_end()
        self.assertEqual(ask.state, "approved")
        with patch.object(cron, "_commit_progress") as progress:
            self.env[CONSULTATION]._cron_end()
        progress.assert_called_once_with(1, remaining=0)
        self.assertEqual(ask.state, "ended")
        self.assertEqual(later.state, "approved")
        rows = self.env["customer.archive.log"].search(
            [("model", "=", CONSULTATION), ("res_id", "=", ask.id)]
        )
        self.assertEqual(rows.mapped("detail").count("approved > ended"), 1)
        self.assertTrue(self.opens("reader"))

    # Screens

    def test_what_it_leads_to(self):
        ask = self.approved()
        self.assertEqual(ask.action_open_file()["res_model"], ARCHIVE)
        ask.action_end()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            ask.action_open_file()
        with self.assertRaises(AccessError):
            ask.with_user(self.users["finance"]).action_open_decision()

    def test_register(self):
        ask = self.approved()
        ask.sudo().grant_ids.with_user(self.head).action_revoke("enough")
        draft = self.ask()
        register = self.env.ref("customer_archive.register_consultation")
        register = register.with_user(self.users["auditor"])
        self.assertEqual(register.code, "H4")
        stream = io.BytesIO()
        register.write_xlsx(stream, register.records([("id", "in", (ask + draft).ids)]))
        rows = [
            [cell.value for cell in row]
            for row in openpyxl.load_workbook(stream).active
        ]
        start = next(i for i, row in enumerate(rows) if row[0] == "No.")
        shown = dict(zip(rows[start], rows[start + 1], strict=True))
        for heading, value in (
            ("Number", ask.name),
            ("Requester", "Test sales_other"),
            ("Customer/Supplier", self.file.partner_id.name),
            ("File Number", self.file.name),
            ("Purpose", ask.purpose),
            ("Approved by", "Test head"),
            ("Status", "Ended"),
        ):
            self.assertEqual(shown[heading], value)
        self.assertTrue(shown["Ended Early"])
        self.assertNotIn(draft.name, [row[1] for row in rows])
