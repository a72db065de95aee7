"""What was reviewed is changed by request only, through whatever door."""

import json
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from .change_case import ACCOUNT, ACCOUNTS, BANK, CHANGE, ChangeCase
from .common import PASSWORD, credit_code

PARTNER = "res.partner"


class ProtectionCase(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.legal = cls.party.legal_representative_id
        cls.contact = cls.party.child_ids - cls.legal
        cls.account = cls.bank()
        cls.own = cls.party.with_user(cls.users["sales"])

    def lines_of(self, error):
        """Return the lines that the way to the request is opened with."""
        self.assertIsInstance(error, RedirectWarning)
        _message, action, _button, context = error.args
        self.assertEqual(action["res_model"], CHANGE)
        self.assertEqual(context["default_archive_id"], self.file.id)
        json.dumps(context)
        lines = [values for _0, _0_, values in context["default_line_ids"]]
        # What the dialog is opened with can be saved.
        change = self.env[CHANGE].with_user(self.users["sales"])
        change = change.with_context(**context).create(
            {"asked_by": "Buyer", "purpose": "x"}
        )
        self.assertEqual(len(change.line_ids), len(lines))
        return lines


@tagged("post_install", "-at_install")
class TestPartyProtection(ProtectionCase, TransactionCase):
    def test_doors_to_the_party(self):
        """Client, system, contacts and companies: none of them gets round it."""
        sales, party, legal = self.users["sales"], self.party, self.legal
        other = self.env[PARTNER].create({"name": "Holding", "is_company": True})
        child = Command.update(legal.id, {"name": "Other"})
        doors = {
            "web_save": lambda: self.own.web_save({"name": "B"}, {"name": {}}),
            "write": lambda: self.own.write({"vat": credit_code(77)}),
            "superuser": lambda: party.sudo().write({"name": "B"}),
            "forged mark": lambda: self.own.with_context(
                customer_archive_engine=True
            ).write({"name": "B"}),
            "assignment": lambda: setattr(party, "vat", False),
            "many at once": lambda: (party | other).write({"name": "B"}),
            "legal representative": lambda: self.own.write(
                {"legal_representative_id": self.contact.id}
            ),
            "no legal representative": lambda: self.own.write(
                {"legal_representative_id": False}
            ),
            "name of the legal representative": lambda: legal.with_user(sales).write(
                {"name": "Other"}
            ),
            "legal representative put out of use": legal.action_archive,
            "legal representative deleted": legal.unlink,
            "legal representative moved": lambda: legal.write({"parent_id": other.id}),
            "legal representative taken out": lambda: party.write(
                {"child_ids": [Command.unlink(legal.id)]}
            ),
            "legal representative, from the party": lambda: self.own.write(
                {"child_ids": [child]}
            ),
            "a parent": lambda: party.write({"parent_id": other.id}),
            "a person": lambda: party.write({"is_company": False}),
            "a person, by the form": lambda: party.write({"company_type": "person"}),
            "code of a contact": lambda: self.contact.write({"vat": credit_code(78)}),
        }
        names = ["name", "vat", "is_company", "parent_id", "legal_representative_id"]
        names += ["child_ids", "commercial_partner_id"]
        before = (party | legal | self.contact).read(names)
        for name, door in doors.items():
            with self.subTest(name), self.refused():
                door()
        self.assertEqual((party | legal | self.contact).read(names), before)
        self.assertTrue(legal.active)

    def test_doors_to_its_accounts(self):
        number = ACCOUNTS[0]
        new = {"acc_number": number, "partner_id": self.party.id}
        banks, account = self.env[BANK], self.account
        sales = account.with_user(self.users["sales"])
        loose = self.env[PARTNER].create(
            {"name": "Loose", "bank_ids": [Command.create({"acc_number": number})]}
        )
        doors = {
            "write": lambda: sales.write({"acc_number": number}),
            "without signs": lambda: account.write({"sanitized_acc_number": number}),
            "create": lambda: banks.create(new),
            "create by default": lambda: banks.with_context(
                default_partner_id=self.party.id
            ).create({"acc_number": number}),
            "name_create": lambda: banks.with_context(
                default_partner_id=self.party.id
            ).name_create(number),
            "for a contact": lambda: banks.create(
                {**new, "partner_id": self.contact.id}
            ),
            "from the party": lambda: self.own.write(
                {"bank_ids": [Command.create({"acc_number": number})]}
            ),
            "edited from the party": lambda: self.own.write(
                {"bank_ids": [Command.update(account.id, {"acc_number": number})]}
            ),
            "with a new contact": lambda: self.env[PARTNER].create(
                {
                    "name": "New",
                    "parent_id": self.party.id,
                    "bank_ids": [Command.create({"acc_number": number})],
                }
            ),
            "unlink": account.unlink,
            "unlinked from the party": lambda: self.party.write(
                {"bank_ids": [Command.delete(account.id)]}
            ),
            "out of use": account.action_archive,
            "out of use, its button": account.action_archive_bank,
            "taken away": lambda: account.write({"partner_id": loose.id}),
            "brought": lambda: loose.bank_ids.write({"partner_id": self.party.id}),
            "brought with a contact": lambda: loose.write({"parent_id": self.party.id}),
            "as somebody's contact": lambda: self.party.write(
                {"child_ids": [Command.link(loose.id)]}
            ),
        }
        for name, door in doors.items():
            with self.subTest(name), self.refused() as caught:
                door()
            self.assertNotIn(number, str(caught.exception.args))
            self.assertNotIn(ACCOUNT, str(caught.exception.args))
        self.assertEqual(self.party.bank_ids.mapped("acc_number"), [ACCOUNT])

    def test_accounts_don_t_leave_with_a_contact(self):
        account = self.bank(ACCOUNTS[0], self.contact)
        for values in ({"parent_id": False}, {"is_company": True}):
            with self.subTest(str(values)), self.refused():
                self.contact.write(values)
        self.assertEqual(account.partner_id.commercial_partner_id, self.party)

    def test_the_way_holds_what_was_typed(self):
        cases = [
            (self.own, {"name": "B", "vat": credit_code(7)}, {"new_text"}),
            (self.own, {"legal_representative_id": self.contact.id}, {"new_res_id"}),
            (self.legal, {"name": "Other"}, {"contact_id", "new_text"}),
            (self.account, {"acc_number": ACCOUNTS[0]}, {"bank_id"}),
            (self.account, {"active": False}, {"bank_id", "is_removal"}),
        ]
        for record, values, told in cases:
            record = record.with_user(self.users["sales"])
            with self.subTest(str(values)), self.refused() as caught:
                record.write(values)
            for line in self.lines_of(caught.exception):
                self.assertEqual(set(line) - {"field_id"}, told)
        with self.refused() as caught:
            self.env[BANK].with_user(self.users["sales"]).create(
                {"acc_number": ACCOUNTS[0], "partner_id": self.party.id}
            )
        [line] = self.lines_of(caught.exception)
        self.assertEqual(set(line), {"field_id"})

    def test_who_may_not_ask_is_told_whom_to_ask(self):
        other = self.users["sales_other"]
        with self.refused("Test sales") as caught:
            self.party.with_user(other).write({"name": "B"})
        self.assertNotIsInstance(caught.exception, RedirectWarning)

    def test_what_stays_the_same_passes(self):
        item = self.file.document_ids.filtered("is_received")[0]
        item = item.with_user(self.users["sales"])
        self.party.write({"vat": False} if not self.party.vat else {})
        self.own.write(
            {
                "name": self.party.name,
                "vat": self.party.vat,
                "legal_representative_id": self.legal.id,
                "is_company": True,
                "parent_id": False,
                "bank_ids": [Command.update(self.account.id, {"acc_number": ACCOUNT})],
                "child_ids": [Command.update(self.legal.id, {"name": self.legal.name})],
                "phone": "021-55550009",
            }
        )
        self.account.write({"partner_id": self.party.id, "active": True})
        item.write(
            {
                "number": item.number or "",
                "issuer": "",
                "issue_date": "",
                "valid_until": str(item.valid_until) if item.valid_until else False,
                "form": item.form,
                "note": "seen",
            }
        )
        self.assertEqual((item.note, item.issuer or False), ("seen", False))
        self.file.write(
            {"category_id": self.file.category_id.id, "main_products": "Ingots"}
        )
        self.assertEqual(self.file.main_products, "Ingots")

    def test_what_is_open_is_open(self):
        self.own.write({"phone": "021-55550009", "comment": "x"})
        self.contact.write({"name": "Somebody Else", "parent_id": False})
        self.own.write({"child_ids": [Command.create({"name": "New"})]})
        self.account.write({"acc_holder_name": "Holder"})
        # Odoo's own verb hides the party and alters nothing of it.
        self.party.action_archive()
        self.party.action_unarchive()
        draft = self.archive()
        party = draft.partner_id
        party.write({"name": "Free", "vat": credit_code(99), "is_company": False})
        party.write({"is_company": True})
        account = self.bank(ACCOUNTS[1], party)
        account.write({"acc_number": ACCOUNTS[2]})
        party.legal_representative_id.unlink()
        copied = self.party.copy()
        copied.write({"name": "Another party", "vat": credit_code(98)})
        self.assertFalse(copied.bank_ids)

    def test_under_review_there_is_no_way_but_to_wait(self):
        file = self.submitted()
        with self.refused("under review") as caught:
            file.partner_id.write({"name": "B"})
        self.assertNotIsInstance(caught.exception, RedirectWarning)

    def test_fields_that_an_administrator_frees_are_free(self):
        rows = self.field("party", "name") | self.field("bank", "acc_number")
        rows.is_protected = False
        self.own.write({"name": "Free"})
        self.account.write({"acc_number": ACCOUNTS[0]})
        self.field("contact", "phone").is_protected = True
        with self.refused():
            self.contact.write({"phone": "13900000009"})

    def test_what_is_locked_leads_to_a_request(self):
        item = self.file.document_ids.filtered("is_received")[0]
        item = item.with_user(self.users["sales"])
        with self.refused("is locked") as caught:
            item.write({"valid_until": "2098-01-01", "note": "x"})
        [line] = self.lines_of(caught.exception)
        self.assertEqual(line["new_date"], "2098-01-01")
        self.assertEqual(line["document_id"], item.id)
        with self.refused("is locked") as caught:
            self.file.with_user(self.users["clerk"]).write(
                {"category_id": self.prospect.id}
            )
        with self.refused("is locked"):
            self.file.with_user(self.users["sales"]).write(
                {"document_ids": [Command.update(item.id, {"issuer": "B"})]}
            )
        with self.refused("is locked") as caught:
            item.write({"attachment_ids": [Command.clear()]})
        self.assertNotIsInstance(caught.exception, RedirectWarning)

    def test_sensitive_numbers_are_never_in_the_way(self):
        number = "11010519491231002X"
        file = self.archive()
        item = file.document_ids.filtered("is_sensitive")[:1]
        item.write({"number": number, "is_paper": True, "valid_until": "2099-01-01"})
        self.file = file
        self.collect(file).action_submit()
        for role in ("head", "compliance"):
            file.with_user(self.users[role]).action_approve("fine")
        file.with_user(self.users["clerk"]).action_register()
        typed = "110105194912310038"
        secret = item.secret_ids
        for record, values in (
            (item.with_user(self.users["sales"]), {"number": typed}),
            (secret.with_user(self.users["sales"]), {"value": typed}),
        ):
            with self.subTest(record._name), self.refused("is locked") as caught:
                record.write(values)
            self.assertNotIn(typed, str(caught.exception.args))
            [line] = self.lines_of(caught.exception)
            self.assertEqual(line["secret_id"], secret.id)

    def test_a_hot_path_costs_no_more_than_one_query(self):
        partners = self.env[PARTNER].create([{"name": f"P{n}"} for n in range(50)])
        checked = type(partners)._archive_check_protected

        def count(vals, check):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.patched(check):
                partners.write(vals)
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def nothing(_self, _vals):
            """What it costs without."""

        for vals, most in (({"phone": "021-5555{}"}, 0), ({"name": "Q{}"}, 1)):
            # Once to fill what is kept in memory, and once with other values.
            found = []
            for turn, check in enumerate((checked, checked, nothing)):
                new = {k: v.format(turn) for k, v in vals.items()}
                found.append(count(new, check))
            self.assertLessEqual(found[1] - found[2], most, vals)

    def patched(self, check):
        return patch.object(self.registry[PARTNER], "_archive_check_protected", check)


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
        self.assertIn("contact person", answer.text)
