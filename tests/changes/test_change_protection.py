"""What was reviewed is changed by request only, whoever writes."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import RedirectWarning
from odoo.tests import TransactionCase, tagged

from ..support.common import credit_code
from .change_case import ACCOUNT, ACCOUNTS, BANK
from .protection_case import ProtectionCase

PARTNER = "res.partner"


@tagged("post_install", "-at_install")
class TestPartyProtection(ProtectionCase, TransactionCase):
    """Requirement D1."""

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
        self.account.write({"note": "Ask first", "sequence": 3})
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
