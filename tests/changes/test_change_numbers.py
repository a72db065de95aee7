"""Numbers and people in change requests: encrypted, masked, and whose they are."""

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .change_case import ACCOUNT, ACCOUNTS, LOG, ChangeCase


@tagged("post_install", "-at_install")
class TestChangeNumbers(ChangeCase, TransactionCase):
    """Requirement D1."""

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
        self.assertEqual(remove.line_ids.shown_new, "Deactivated")
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
        with self.assertRaisesRegex(UserError, "Enter the purpose"):
            own.with_user(self.users["head"]).action_reveal(" ")
        with self.assertRaises(AccessError):
            own.with_user(self.users["archivist"]).action_reveal("curious")
        with self.assertRaisesRegex(UserError, "No value is stored"):
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
        as_system(self.party).is_company = False
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
