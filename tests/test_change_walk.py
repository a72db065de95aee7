"""Change requests from being asked to being written, or not."""

import base64
import contextlib
import io

import openpyxl
import psycopg2

from odoo import Command, fields
from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.engine import as_engine

from .change_case import ACCOUNT, ACCOUNTS, LOG, SCAN, ChangeCase

PHONE = ("party", "phone", {"new_text": "021-55550111"})
NAME = ("party", "name", {"new_text": "New Name Ltd"})


@tagged("post_install", "-at_install")
class TestChangeWalk(ChangeCase, TransactionCase):
    def submit(self, *lines, **values):
        change = self.ask(*lines, **values)
        change.action_submit()
        return change

    def steps(self, change):
        rows = change.approval_ids.filtered(
            lambda row: row.round == change.approval_round
        )
        return rows.sorted("sequence").mapped("name")

    # Steps

    def test_refused_mended_withdrawn_submitted_again(self):
        change = self.submit(NAME)
        head = change.with_user(self.users["head"])
        with self.assertRaisesRegex(UserError, "Say why"):
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
        as_engine(self.file.sudo()).is_core = True
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
        with self.assertRaisesRegex(ValidationError, "takes no more evidence"):
            items.create({**new, "change_id": change.id})
        other = self.registered()
        draft = self.ask(PHONE)
        with self.assertRaisesRegex(ValidationError, "another file"):
            items.create(
                {**new, "archive_id": other.id, "change_id": draft.id},
            )
        with self.assertRaisesRegex(ValidationError, "somebody else's"):
            items.with_user(self.users["clerk"]).create({**new, "change_id": draft.id})

    # What has changed meanwhile

    def stale(self, line, meanwhile, *roles, words="isn't there any more"):
        change = self.submit(line)
        self.decide(change, *roles)
        meanwhile()
        change.invalidate_recordset()
        self.assertTrue(change.has_stale or self.env.context)
        last = "compliance" if roles else "head"
        self.decide(change, last)
        self.assertEqual(change.state, "draft", line)
        self.assertIn(words, change.message_ids[0].body)
        self.assertFalse(change.approver_ids)
        waiting = change.approval_ids.filtered(
            lambda row: row.state in ("pending", "waiting")
        )
        self.assertFalse(waiting)
        return change

    def test_stale_party_in_each_step(self):
        for roles in ((), ("head",)):
            name = f"Renamed {len(roles)}"
            change = self.stale(
                NAME,
                lambda name=name: as_engine(self.party).write({"name": name}),
                *roles,
                words=name,
            )
            change.action_submit()
            self.assertEqual(change.line_ids.old_text, name)
            change.action_withdraw()
        change.action_submit()
        self.decide(change, "head", "compliance")
        self.assertEqual(self.party.name, "New Name Ltd")

    def test_stale_contact(self):
        contact = self.party.child_ids - self.party.legal_representative_id
        line = ("contact", "email", {"contact_id": contact.id, "new_text": "a@b.cn"})
        change = self.stale(line, contact.unlink)
        with self.assertRaisesRegex(UserError, "say of which one"):
            change.action_submit()
        other = self.party.legal_representative_id
        change.line_ids.write({"contact_id": other.id})
        change.action_submit()
        self.decide(change, "head")
        self.assertEqual(other.email, "a@b.cn")

    def test_stale_choice(self):
        """Who was to be the legal representative has left, or is gone."""
        field = ("party", "legal_representative_id")
        for leave in ("unlink", "action_archive"):
            contact = self.env["res.partner"].create(
                {"name": "Next", "parent_id": self.party.id}
            )
            line = (*field, {"new_res_id": contact.id})
            change = self.stale(
                line, getattr(contact, leave), "head", words="can't be chosen"
            )
            with self.assertRaisesRegex(UserError, "can't be chosen"):
                change.action_submit()

    def test_stale_account(self):
        account = self.bank()
        line = ("bank", "acc_number", {"bank_id": account.id, "value": ACCOUNTS[0]})
        change = self.stale(
            line,
            lambda: as_engine(account).write({"acc_number": ACCOUNTS[1]}),
            words=ACCOUNTS[1][-4:],
        )
        body = change.message_ids[0].body
        for number in (ACCOUNT, *ACCOUNTS):
            self.assertNotIn(number, body)
        change.action_submit()
        self.decide(change, "head", "compliance")
        self.assertEqual(account.acc_number, ACCOUNTS[0])
        new = ("bank", "acc_number", {"value": ACCOUNTS[2]})
        self.stale(new, lambda: self.bank(ACCOUNTS[2]), words="there already")

    def test_stale_file_item_and_value(self):
        item = self.file.document_ids.filtered("is_received")[0]
        secret = (
            self.env["customer.archive.secret"]
            .with_user(self.users["sales"])
            .create(
                {
                    "archive_id": self.file.id,
                    "kind": "passport",
                    "label": "Buyer",
                    "value": "EQ7755331",
                }
            )
        )
        file = self.file.sudo()
        for line, record, values, words in (
            (
                ("file", "security_level", {"new_choice": "secret"}),
                file,
                {"security_level": "confidential"},
                "Confidential",
            ),
            (
                ("item", "issuer", {"document_id": item.id, "new_text": "Bureau"}),
                item,
                {"issuer": "Office"},
                "Office",
            ),
            (
                ("secret", "value", {"secret_id": secret.id, "value": "EQ7755332"}),
                secret,
                {"value": "EQ7755333"},
                "5333",
            ),
        ):
            with self.subTest(line):
                self.stale(
                    line,
                    lambda record=record, values=values: as_engine(record).write(
                        values
                    ),
                    words=words,
                )

    # All or nothing

    def test_all_lines_or_none(self):
        future = {"new_date": "2999-01-01"}
        change = self.submit(PHONE, ("party", "founding_date", future))
        before = self.party.phone
        with self.assertRaisesRegex(UserError, "can't be carried out.*in the future"):
            self.decide(change, "head")
        self.env.invalidate_all()
        self.assertEqual((change.state, self.party.phone), ("review", before))
        change.with_user(self.users["head"]).action_reject("The date is in the future")
        change.line_ids[1].new_date = "2020-01-01"
        change.action_submit()
        self.decide(change, "head")
        self.assertEqual(self.party.phone, "021-55550111")
        self.assertEqual(str(self.party.founding_date), "2020-01-01")

    def test_the_last_line_undoes_the_first(self):
        """Lines of several records: an item can't end before it was issued."""
        item = self.file.document_ids.filtered("is_received")[0]
        as_engine(item).issue_date = "2020-01-01"
        change = self.submit(
            NAME,
            (
                "item",
                "valid_until",
                {"document_id": item.id, "new_date": "2019-01-01"},
            ),
        )
        self.decide(change, "head")
        name = self.party.name
        with self.assertRaisesRegex(UserError, "nothing was changed"):
            self.decide(change, "compliance")
        self.env.invalidate_all()
        self.assertEqual(self.party.name, name)
        self.assertEqual(change.approver_ids, self.users["compliance"])

    def test_what_can_t_be_asked(self):
        account = self.bank()
        other = self.partner("Other party")
        cases = [
            ("say of which one", [("contact", "email", {"new_text": "a@b.cn"})]),
            (
                "another customer",
                [
                    (
                        "contact",
                        "email",
                        {"contact_id": other.child_ids[0].id, "new_text": "a@b.cn"},
                    )
                ],
            ),
            (
                "isn't a contact of",
                [
                    (
                        "party",
                        "legal_representative_id",
                        {"new_res_id": other.child_ids[0].id},
                    )
                ],
            ),
            ("typed where", [("bank", "acc_number", {"new_text": ACCOUNTS[0]})]),
            ("isn't used", [("bank", "acc_number", {"is_removal": True})]),
            ("one of the values", [("file", "security_level", {"new_choice": "no"})]),
        ]
        for words, lines in cases:
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.ask(*lines)
        number = {"bank_id": account.id}
        cases = [
            ("old one", [("party", "name", {"new_text": self.party.name})]),
            ("old one", [("party", "fax", {"new_text": " "})]),
            ("can't be empty", [("party", "name", {"new_text": " "})]),
            ("can't be empty", [("file", "category_id", {})]),
            ("enter the new", [("bank", "acc_number", {})]),
            ("old one", [("bank", "acc_number", {**number, "value": ACCOUNT})]),
            ("old one", [("bank", "acc_number", {"value": ACCOUNT})]),
            ("twice", [PHONE, ("party", "phone", {"new_text": "021-55550112"})]),
            ("Say what is", []),
        ]
        for words, lines in cases:
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.ask(*lines).action_submit()
        change = self.ask(PHONE, evidence=False, asked_by=" ")
        with self.assertRaisesRegex(UserError, "who asked"):
            change.action_submit()

    # Numbers

    def test_accounts_added_replaced_and_taken_out_of_use(self):
        add = self.submit(("bank", "acc_number", {"value": ACCOUNTS[0]}))
        self.decide(add, "head", "compliance")
        account = self.party.bank_ids
        self.assertEqual(account.acc_number, ACCOUNTS[0])
        self.assertEqual(add.line_ids.bank_id, account)
        self.env.cr.execute(
            "UPDATE res_partner_bank SET allow_out_payment = TRUE WHERE id = %s",
            [account.id],
        )
        account.invalidate_recordset()
        replace = self.submit(
            ("bank", "acc_number", {"bank_id": account.id, "value": ACCOUNTS[1]})
        )
        self.decide(replace, "head", "compliance")
        self.assertEqual(account.acc_number, ACCOUNTS[1])
        self.assertFalse(account.allow_out_payment)
        remove = self.submit(
            ("bank", "acc_number", {"bank_id": account.id, "is_removal": True})
        )
        self.assertEqual(remove.line_ids.shown_new, "Taken out of use")
        self.decide(remove, "head", "compliance")
        self.assertFalse(account.active)
        again = self.submit(("bank", "acc_number", {"value": ACCOUNTS[1]}))
        self.decide(again, "head", "compliance")
        self.assertTrue(account.active)
        self.assertEqual(self.party.bank_ids, account)
        for change in (add | replace | remove | again).sudo():
            spec = {name: {} for name in change.line_ids._fields}
            spec["bank_id"] = {
                "fields": {"display_name": {}},
                "context": {"archive_masked": True},
            }
            told = str(change.line_ids.web_read(spec))
            told += str(change.message_ids.mapped("body"))
            for number in ACCOUNTS:
                self.assertNotIn(number, told)

    def test_numbers_are_revealed_to_who_decides_for_a_purpose(self):
        account = self.bank()
        line = ("bank", "acc_number", {"bank_id": account.id, "value": ACCOUNTS[0]})
        change = self.submit(line)
        own = change.line_ids
        with self.assertRaises(RedirectWarning):
            own.with_user(self.users["head"]).action_reveal("To ring the bank")
        self.sign("head", "compliance", "auditor", "archivist")
        self.env["customer.archive.undertaking"]
        with self.assertRaisesRegex(UserError, "what you need"):
            own.with_user(self.users["head"]).action_reveal(" ")
        with self.assertRaises(AccessError):
            own.with_user(self.users["archivist"]).action_reveal("curious")
        with self.assertRaisesRegex(UserError, "No value is kept"):
            own.with_user(self.users["head"]).action_reveal_old("early")
        shown = own.with_user(self.users["head"]).action_reveal("To ring the bank")
        self.assertEqual(shown, ACCOUNTS[0])
        self.decide(change, "head", "compliance")
        old = own.with_user(self.users["auditor"]).action_reveal_old("To audit")
        self.assertEqual(old, ACCOUNT)
        with self.assertRaises(AccessError):
            own.with_user(self.users["archivist"]).action_reveal_old("curious")
        rows = self.env[LOG].search([("event", "=", "reveal")], order="id")
        rows = rows.filtered(lambda row: row.res_id == own.id)
        self.assertEqual(rows.mapped("note"), ["To ring the bank", "To audit"])
        self.assertEqual(rows.user_id, self.users["head"] | self.users["auditor"])
        with self.assertRaises(AccessError):
            own.with_user(self.users["auditor"]).read(["old_ciphertext"])

    def test_numbers_of_persons_are_checked_when_typed(self):
        self.party.sudo().with_context({})
        as_engine(self.party).is_company = False
        with self.assertRaisesRegex(ValidationError, "mistyped|digit"):
            self.ask(("bank", "acc_number", {"value": "6222021001116245703"}))
        change = self.ask(("bank", "acc_number", {"value": ACCOUNT}))
        self.assertEqual(change.line_ids.kind, "bank_card")

    def test_a_number_doesn_t_follow_to_another_field(self):
        change = self.ask(("bank", "acc_number", {"value": ACCOUNTS[0]}))
        line = change.line_ids
        line.write({"label": "The bank"})
        self.assertTrue(line.masked)
        line.write({"field_id": self.field("party", "phone").id, "new_text": "021-5"})
        self.assertFalse(line.masked or line.sudo().ciphertext)

    def test_number_of_a_sensitive_item(self):
        kind = self.env.ref("customer_archive.document_type_legal_id")
        number = "11010519491231002X"
        item = (
            self.env["customer.archive.document"]
            .with_user(self.users["sales"])
            .create({"archive_id": self.file.id, "type_id": kind.id, "number": number})
        )
        with self.assertRaisesRegex(ValidationError, "is sensitive"):
            self.ask(("item", "number", {"document_id": item.id, "new_text": "x"}))
        secret = item.secret_ids
        with self.assertRaisesRegex(ValidationError, "has 18 characters"):
            self.ask(("secret", "value", {"secret_id": secret.id, "value": "1101"}))
        new = "110105194912310054"
        change = self.ask(("secret", "value", {"secret_id": secret.id, "value": new}))
        self.assertEqual(change.line_ids.kind, "identity_number")
        change.action_submit()
        self.decide(change, "head", "compliance")
        self.sign("sales", "compliance")
        revealed = secret.with_user(self.users["sales"]).action_reveal("To check")
        self.assertEqual(revealed, new)
        line = change.line_ids.with_user(self.users["compliance"])
        self.assertEqual(line.action_reveal_old("To compare"), number)

    def test_legal_representative(self):
        contact = self.party.child_ids - self.party.legal_representative_id
        change = self.submit(
            ("party", "legal_representative_id", {"new_res_id": contact.id})
        )
        self.assertEqual(change.line_ids.shown_new, contact.display_name)
        self.decide(change, "head", "compliance")
        self.assertEqual(self.party.legal_representative_id, contact)

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
        change.with_user(self.users["head"]).action_approve("still right")
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
                "Applied on",
                "Customer/Supplier",
                "File Number",
                "What",
                "Old",
                "New",
                "Asked for by",
                "Reason",
                "Applicant",
                "Approved by",
                "Carried out on",
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
                + [*ends, on, "Carried Out"],
                [2, change.name, str(today), *start, bank.what]
                + [account._archive_masked() and bank.old_text, bank.masked]
                + [*ends, on, "Carried Out"],
                [3, waiting.name, str(today), *start, "Phone", "021-55550001"]
                + ["021-55550111", "Buyer, by letter", "It was renamed"]
                + ["Test sales", None, None, "To Decide"],
            ],
        )
        self.assertNotIn(ACCOUNT, str(rows))
        self.assertNotIn(ACCOUNTS[0], str(rows))
