"""Change requests from being asked to being written, or not."""

import base64
import contextlib
import io

import openpyxl
import psycopg2

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .change_case import ACCOUNT, ACCOUNTS, LOG, NAME, PHONE, SCAN, ChangeCase


@tagged("post_install", "-at_install")
class TestChangeWalk(ChangeCase, TransactionCase):
    """Requirement D1."""

    def steps(self, change):
        rows = change.approval_ids.filtered(
            lambda row: row.round == change.approval_round
        )
        return rows.sorted("sequence").mapped("name")

    # Steps

    def test_refused_mended_withdrawn_submitted_again(self):
        change = self.submit(NAME)
        head = change.with_user(self.users["head"])
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            head.action_reject(" ")
        head.action_reject("The licence is missing")
        self.assertEqual(change.state, "draft")
        self.assertIn("The licence is missing", change.message_ids[0].body)
        change.line_ids.write({"new_text": "Better Name Ltd"})
        change.action_submit()
        with self.assertRaises(AccessError):
            head.action_withdraw()
        change.action_withdraw()
        change.write({"purpose": "It was renamed in May"})
        change.action_submit()
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            change.write({"purpose": "x"})
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            change.line_ids.write({"new_text": "x"})
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            change.line_ids.unlink()
        self.decide(change, "head", "compliance")
        self.assertEqual(self.party.name, "Better Name Ltd")
        self.assertEqual(change.approval_round, 3)
        rows = [
            (row.round, row.state) for row in change.approval_ids.sorted("id") if row
        ]
        self.assertEqual(
            rows,
            [
                (1, "rejected"),
                (1, "cancelled"),
                (2, "cancelled"),
                (2, "cancelled"),
                (3, "approved"),
                (3, "approved"),
            ],
        )
        log = self.env[LOG].search([("model", "=", change._name)], order="id")
        moves = log.filtered(lambda row: row.event == "state").mapped("detail")
        self.assertEqual(
            moves,
            [
                "draft > review",
                "review > draft",
                "draft > review",
                "review > draft",
                "draft > review",
                "review > done",
            ],
        )
        [row] = log.filtered(lambda row: row.event == "change")
        self.assertEqual(row.detail, f"{change.name}: party.name")
        self.assertEqual(row.note, "It was renamed in May")
        self.assertEqual(row.archive_id, self.file)

    def test_steps_follow_what_is_at_stake(self):
        change = self.submit(PHONE, evidence=False)
        self.assertEqual(self.steps(change), ["Verification by the department head"])
        change.action_withdraw()
        change = self.submit(NAME)
        self.assertEqual(self.steps(change)[1:], ["Compliance"])
        change.action_withdraw()
        legal = self.party.legal_representative_id
        named = {"contact_id": legal.id, "new_text": "Another"}
        change = self.submit(("contact", "name", named))
        self.assertEqual(self.steps(change)[1:], ["Compliance"])
        change.action_withdraw()
        as_system(self.file.sudo()).is_core = True
        change = self.submit(NAME)
        self.assertEqual(self.steps(change)[1:], ["Compliance", "Management"])
        self.decide(change, "head", "compliance")
        self.assertEqual(change.state, "review")
        self.decide(change, "management")
        self.assertEqual(self.party.name, "New Name Ltd")

    def test_four_eyes(self):
        self.users["clerk"].group_ids += self.env.ref(
            "customer_archive.group_compliance"
        )
        change = self.submit(NAME, role="clerk")
        self.decide(change, "head")
        with self.assertRaises(AccessError):
            change.with_user(self.users["clerk"]).action_approve("mine")
        with self.assertRaises(AccessError):
            change.with_user(self.users["sales"]).action_approve("not mine")
        self.decide(change, "compliance")
        self.assertEqual(change.state, "done")

    def test_who_sees_it(self):
        change = self.ask(NAME)
        for role, seen in {
            "sales": True,
            "head": True,
            "clerk": True,
            "auditor": True,
            "sales_other": False,
            "purchase": False,
        }.items():
            own = change.with_user(self.users[role])
            self.assertEqual(own.has_access("read"), seen, role)
            self.assertEqual(own.line_ids.has_access("read"), seen, role)

    # Evidence

    def test_evidence_is_filed_encrypted_and_closed_on_submission(self):
        with self.assertRaisesRegex(UserError, "needs evidence"):
            self.ask(NAME, evidence=False).action_submit()
        change = self.submit(NAME)
        paper = change.evidence_ids
        self.assertIn(paper, self.file.document_ids)
        copy = paper.attachment_ids
        stored = copy.sudo()._full_path(copy.sudo().store_fname)
        with open(stored, "rb") as content:
            self.assertNotIn(base64.b64decode(SCAN), content.read())
        self.assertEqual(copy.raw, base64.b64decode(SCAN))
        for values in (
            {"change_id": False},
            {"attachment_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError):
                paper.write(values)
        for call in (paper.unlink, copy.unlink):
            with self.assertRaises(UserError):
                call()
        new = {"type_id": paper.type_id.id, "archive_id": self.file.id}
        items = paper.browse().with_user(self.users["sales"])
        with self.assertRaisesRegex(ValidationError, "can't receive more evidence"):
            items.create({**new, "change_id": change.id})
        other = self.registered()
        draft = self.ask(PHONE)
        with self.assertRaisesRegex(ValidationError, "another file"):
            items.create(
                {**new, "archive_id": other.id, "change_id": draft.id},
            )
        with self.assertRaisesRegex(ValidationError, "belongs to another user"):
            items.with_user(self.users["clerk"]).create({**new, "change_id": draft.id})

    # People leave

    def test_users_under_a_running_request_stay(self):
        change = self.submit(NAME)
        for role in ("sales", "head"):
            # Whatever it is that refers to them: the database holds on to it.
            with (
                self.subTest(role),
                mute_logger("odoo.sql_db"),
                contextlib.suppress(UserError, psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.users[role].unlink()
                self.env.flush_all()
                self.fail("deleted")
        self.users["sales"].active = False
        change.with_user(self.users["head"]).action_approve("still correct")
        self.decide(change, "compliance")
        self.assertEqual(self.party.name, "New Name Ltd")

    # Screens

    def test_the_form_from_the_file(self):
        action = self.file.with_user(self.users["sales"]).action_new_change()
        change = self.env[action["res_model"]].with_user(self.users["sales"])
        form = Form(change.with_context(**action["context"]))
        form.asked_by = "Buyer"
        form.purpose = "Moved"
        with form.line_ids.new() as line:
            line.field_id = self.field("party", "phone")
            line.new_text = "021-55550111"
        with form.line_ids.new() as line:
            line.field_id = self.field("bank", "acc_number")
            line.value = ACCOUNTS[0]
        with form.line_ids.new() as line:
            line.field_id = self.field("file", "security_level")
            line.new_choice = "confidential"
            line.field_id = self.field("party", "fax")
            self.assertFalse(line.new_choice)
            line.new_text = "021-55550112"
        saved = form.save()
        self.assertEqual(
            saved.line_ids.mapped("shown_new")[1], "***" and saved.line_ids[1].masked
        )
        self.assertEqual(saved.archive_id, self.file)

    # Register

    def test_change_register(self):
        """H5, cell by cell."""
        account = self.bank()
        old = self.party.name
        change = self.submit(
            NAME,
            ("bank", "acc_number", {"bank_id": account.id, "value": ACCOUNTS[0]}),
            purpose="=renamed",
        )
        self.decide(change, "head", "compliance")
        waiting = self.submit(PHONE, evidence=False)
        self.ask(("party", "fax", {"new_text": "1"}))
        register = self.env.ref("customer_archive.register_change")
        register = register.with_user(self.users["auditor"])
        stream = io.BytesIO()
        register.write_xlsx(stream, register.records())
        stream.seek(0)
        sheet = openpyxl.load_workbook(stream).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        self.assertEqual(
            rows[0],
            [
                "No.",
                "Number",
                "Requested on",
                "Customer/Supplier",
                "File Number",
                "Subject",
                "Old",
                "New",
                "Proposed by",
                "Reason",
                "Requester",
                "Approved by",
                "Executed on",
                "Status",
            ],
        )
        today = fields.Date.context_today(change)
        done = fields.Datetime.context_timestamp(register, change.done_on)
        people = "Test head, Test compliance"
        ends = ["Buyer, by letter", "=renamed", "Test sales", people]
        found = rows[1:4]
        for row in found:
            row[2] = str(row[2])[:10]
            row[12] = row[12] and str(row[12])[:16]
        start = ["New Name Ltd", self.file.name]
        on = done.strftime("%Y-%m-%d %H:%M")
        bank = change.line_ids[1]
        self.assertEqual(
            found,
            [
                [1, change.name, str(today), *start, "Name", old, "New Name Ltd"]
                + [*ends, on, "Executed"],
                [2, change.name, str(today), *start, bank.what]
                + [account._archive_masked() and bank.old_text, bank.masked]
                + [*ends, on, "Executed"],
                [3, waiting.name, str(today), *start, "Phone", "021-55550001"]
                + ["021-55550111", "Buyer, by letter", "It was renamed"]
                + ["Test sales", None, None, "Awaiting Approval"],
            ],
        )
        self.assertNotIn(ACCOUNT, str(rows))
        self.assertNotIn(ACCOUNTS[0], str(rows))
