"""What was reviewed is changed by request only, through whatever door."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD, credit_code
from .change_case import ACCOUNT, ACCOUNTS, BANK
from .protection_case import ProtectionCase

PARTNER = "res.partner"


@tagged("post_install", "-at_install")
class TestImportProtection(ProtectionCase, TransactionCase):
    def load(self, model, names, row):
        """Return the messages of an import of one row by the account manager."""
        with self.enter_registry_test_mode():
            records = self.env[model].with_user(self.users["sales"])
            return records.with_context(import_file=True).load(names, [row])

    def test_rows_are_refused_one_by_one(self):
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "the_party",
                "model": PARTNER,
                "res_id": self.party.id,
            }
        )
        known, account = "__import__.the_party", str(self.account.id)
        legal = str(self.legal.id)
        for model, names, row in (
            (PARTNER, [".id", "name"], [str(self.party.id), "B"]),
            (PARTNER, ["id", "vat"], [known, credit_code(70)]),
            (PARTNER, ["id", "child_ids/.id", "child_ids/name"], [known, legal, "B"]),
            (PARTNER, ["id", "bank_ids/acc_number"], [known, ACCOUNTS[0]]),
            (PARTNER, [".id", "name"], [legal, "B"]),
            (BANK, [".id", "acc_number"], [account, ACCOUNTS[0]]),
            (BANK, ["acc_number", "partner_id/id"], [ACCOUNTS[0], known]),
            (BANK, ["acc_number", "partner_id"], [ACCOUNTS[0], self.party.name]),
        ):
            with self.subTest(f"{model} {names}"):
                result = self.load(model, names, row)
                self.assertFalse(result["ids"])
                words = " ".join(each["message"] for each in result["messages"])
                self.assertIn("can't be changed directly", words)
                self.assertNotIn(ACCOUNTS[0], words)
        result = self.load(
            PARTNER, ["id", "name", "phone"], [known, self.party.name, "021-55550008"]
        )
        self.assertEqual(result["ids"], self.party.ids)
        self.assertEqual(self.party.phone, "021-55550008")


@tagged("post_install", "-at_install")
class TestMergeProtection(ProtectionCase, TransactionCase):
    def merge(self, *partners):
        """Merge as an administrator; the last one is the destination."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        ids = [partner.id for partner in partners]
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge(ids, partners[-1])

    def test_merging_changes_nothing_that_is_protected(self):
        other = self.env[PARTNER].create({"name": "Somebody"})
        with_bank = self.env[PARTNER].create({"name": "Rich"})
        self.bank(ACCOUNTS[0], with_bank, active=False)
        of_other = self.env[PARTNER].create({"name": "Sub", "parent_id": other.id})
        self.bank(ACCOUNTS[1], of_other)
        for name, partners in {
            "another legal representative": (self.legal, self.contact),
            "an account out of use": (with_bank, self.party),
            "accounts of contacts": (other, self.party),
            "an account of a contact": (with_bank, self.contact),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                self.merge(*partners)
        away = self.env[PARTNER].create({"name": "Away"})
        self.bank(ACCOUNTS[2], self.contact)
        with self.assertRaises(UserError):
            self.merge(self.contact, away)
        plain = self.env[PARTNER].create({"name": "Twin"})
        self.merge(plain, self.legal)
        self.assertEqual(self.party.legal_representative_id, self.legal)
        plain = self.env[PARTNER].create({"name": "Twin", "is_company": True})
        self.merge(plain, self.party)
        self.assertEqual(self.party.bank_ids.acc_number, ACCOUNT)

    def test_what_is_empty_isn_t_filled_by_a_merge(self):
        fields = self.env["customer.archive.change.field"]
        fields.search([("field_name", "=", "fax")]).is_protected = True
        other = self.env[PARTNER].create({"name": "Twin", "fax": "021-5"})
        with self.assertRaises(UserError):
            self.merge(other, self.party)


@tagged("post_install", "-at_install")
class TestStatementProtection(ProtectionCase, TransactionCase):
    def line(self, number, partner=None):
        journal = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        journal = journal or self.env["account.journal"].create(
            {"name": "Bank", "type": "bank", "code": "BK9"}
        )
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "payment_ref": "paid",
                "amount": 5,
                "partner_id": (partner or self.party).id,
                "account_number": number,
            }
        )

    def test_statements_find_accounts_and_add_none(self):
        spaced = " ".join(ACCOUNT[at : at + 4] for at in range(0, 19, 4))
        for number in (ACCOUNT, spaced):
            found = self.line(number)._find_or_create_bank_account()
            self.assertEqual(found, self.account)
        self.assertFalse(self.line(ACCOUNTS[0])._find_or_create_bank_account())
        contact = self.line(ACCOUNT, self.contact)._find_or_create_bank_account()
        self.assertEqual(contact, self.account)
        free = self.env[PARTNER].create({"name": "Free"})
        created = self.line(ACCOUNTS[0], free)._find_or_create_bank_account()
        self.assertEqual(created.partner_id, free)
        self.assertEqual(self.party.bank_ids, self.account)


@tagged("post_install", "-at_install")
class TestPortalProtection(ProtectionCase, HttpCase):
    def test_customers_don_t_rename_themselves(self):
        """They are told whom to tell, and nothing of a file."""
        user = self.users["portal"]
        user.partner_id = self.party
        self.env.flush_all()
        self.authenticate(user.login, PASSWORD)
        page = self.url_open("/my/account").text
        token = page.split('csrf_token: "')[1].split('"')[0]
        values = {
            "csrf_token": token,
            "partner_id": self.party.id,
            "name": "Stolen",
            "email": self.party.email,
            "phone": self.party.phone,
            "street": "1 Road",
            "city": "Shanghai",
            "zipcode": "200000",
            "country_id": self.party.country_id.id,
            "vat": self.party.vat,
        }
        with mute_logger("odoo.http"):
            answer = self.url_open("/my/address/submit", data=values)
        self.party.invalidate_recordset()
        self.assertNotEqual(self.party.name, "Stolen")
        self.assertNotIn("customer file", answer.text)
        self.assertIn("tell your contact", answer.text)
