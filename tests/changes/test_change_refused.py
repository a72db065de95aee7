"""Change requests that can't be carried out as they were asked."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .change_case import ACCOUNT, ACCOUNTS, NAME, PHONE, ChangeCase


@tagged("post_install", "-at_install")
class TestChangeMeanwhile(ChangeCase, TransactionCase):
    """What has changed between asking and deciding."""

    def stale(self, line, meanwhile, *roles, words="no longer exists"):
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
                lambda name=name: as_system(self.party).write({"name": name}),
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
        with self.assertRaisesRegex(UserError, "select the record to change"):
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
                line, getattr(contact, leave), "head", words="can no longer be chosen"
            )
            with self.assertRaisesRegex(UserError, "can no longer be chosen"):
                change.action_submit()

    def test_stale_account(self):
        account = self.bank()
        line = ("bank", "acc_number", {"bank_id": account.id, "value": ACCOUNTS[0]})
        change = self.stale(
            line,
            lambda: as_system(account).write({"acc_number": ACCOUNTS[1]}),
            words=ACCOUNTS[1][-4:],
        )
        body = change.message_ids[0].body
        for number in (ACCOUNT, *ACCOUNTS):
            self.assertNotIn(number, body)
        change.action_submit()
        self.decide(change, "head", "compliance")
        self.assertEqual(account.acc_number, ACCOUNTS[0])
        new = ("bank", "acc_number", {"value": ACCOUNTS[2]})
        self.stale(new, lambda: self.bank(ACCOUNTS[2]), words="already exists")

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
                    lambda record=record, values=values: as_system(record).write(
                        values
                    ),
                    words=words,
                )


@tagged("post_install", "-at_install")
class TestChangeRefused(ChangeCase, TransactionCase):
    """All lines of a request are carried out, or none. Requirement D1."""

    def test_all_lines_or_none(self):
        future = {"new_date": "2999-01-01"}
        change = self.submit(PHONE, ("party", "founding_date", future))
        before = self.party.phone
        with self.assertRaisesRegex(UserError, "can't be executed.*in the future"):
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
        as_system(item).issue_date = "2020-01-01"
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
            (
                "select the record to change",
                [("contact", "email", {"new_text": "a@b.cn"})],
            ),
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
            (
                "must be entered in the encrypted",
                [("bank", "acc_number", {"new_text": ACCOUNTS[0]})],
            ),
            ("no longer used", [("bank", "acc_number", {"is_removal": True})]),
            (
                "one of the available values",
                [("file", "security_level", {"new_choice": "no"})],
            ),
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
            ("Enter the changes", []),
        ]
        for words, lines in cases:
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.ask(*lines).action_submit()
        change = self.ask(PHONE, evidence=False, asked_by=" ")
        with self.assertRaisesRegex(UserError, "who proposed"):
            change.action_submit()
