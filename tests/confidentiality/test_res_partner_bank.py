"""Bank accounts of parties with a file: whole for those who need them, else masked."""

import json

from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.confidentiality.res_partner_bank import (
    NUMBERS,
    AccountNumber,
)

from ..audit.record_case import RecordedCase
from ..rights.rights_rpc import export_request
from ..support.common import PASSWORD

BANK = "res.partner.bank"
NUMBER, OTHERS, OURS = "310012345678900", "440098765432100", "990011112222333"
SHOWN = ("finance", "compliance", "clerk", "sales", "biller", "bookkeeper")
MASKED = (
    "employee",
    "reader",
    "admin",
    "archivist",
    "sales_other",
    "purchase",
    "head",
    "legal",
    "management",
    "auditor",
)


class BankCase(RecordedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, group in (("biller", "invoice"), ("bookkeeper", "manager")):
            groups = f"account.group_account_{group},base.group_partner_manager"
            cls.users[name] = new_test_user(cls.env, f"t_{name}", groups, name=name)
        export = cls.env.ref("base.group_allow_export")
        for user in cls.users.values():
            if not user.share:
                user.group_ids += export
        cls.file = cls.archive(partner=cls.partner("杭州示例贸易有限公司"))
        cls.party = cls.file.partner_id
        cls.unfiled = cls.partner("宁波无档商行")
        cls.bank_name = cls.env["res.bank"].create({"name": "工商银行"})
        banks = as_system(cls.env[BANK])
        cls.bank = banks.create(cls.account(cls.party, NUMBER))
        cls.contacts = banks.create(cls.account(cls.party.child_ids[0], NUMBER[::-1]))
        cls.free = banks.create(cls.account(cls.unfiled, OTHERS))
        cls.ours = banks.create(cls.account(cls.company.partner_id, OURS))
        cls.all = cls.bank | cls.contacts | cls.free | cls.ours
        cls.env.flush_all()

    @classmethod
    def account(cls, partner, number):
        return {
            "partner_id": partner.id,
            "acc_number": number,
            "bank_id": cls.bank_name.id,
        }

    def own(self, role, records=None):
        self.env.invalidate_all()
        records = self.bank if records is None else records
        return records.with_user(self.users[role])

    def assertHidden(self, shown, number=NUMBER):
        """Check that nothing of a number comes out but its end."""
        text = json.dumps(shown, default=str, ensure_ascii=False)
        self.assertNotIn(number[:-4], text)
        self.assertNotIn(number, text)


@tagged("post_install", "-at_install")
class TestResPartnerBank(BankCase, TransactionCase):
    """Requirement C5."""

    def ways(self, number=NUMBER):
        """Return calls that show accounts, by name."""
        names = ["acc_number", "sanitized_acc_number", "display_name", "partner_id"]
        spec = {name: {} for name in names}
        return {
            "read": lambda own: own.read(names),
            "search_read": lambda own: own.search_read([("id", "in", own.ids)], names),
            "web_read": lambda own: own.web_read(spec),
            "web_search_read": lambda own: own.web_search_read(
                [("id", "in", own.ids)], spec
            ),
            "export_data": lambda own: own.export_data(names),
            "name_search": lambda own: own.name_search(
                "", [("id", "in", own.ids)], limit=None
            ),
            "web_name_search": lambda own: own.web_name_search(
                "", {"display_name": {}, "acc_number": {}}, [("id", "in", own.ids)]
            ),
            "from its party": lambda own: own.partner_id.web_read(
                {"bank_ids": {"fields": spec}}
            ),
            "names in its party": lambda own: own.partner_id.web_read(
                {"bank_ids": {"fields": {"display_name": {}}}}
            ),
            "exported with its party": lambda own: own.partner_id.with_context(
                import_compat=False
            ).export_data(["bank_ids", "bank_ids/acc_number"]),
            "trusted or not": lambda own: own.with_context(
                display_account_trust=True
            ).read(["display_name"]),
        }

    def test_each_role_by_each_way(self):
        for role in (*SHOWN, *MASKED):
            for way, call in self.ways().items():
                with self.subTest(role, by=way):
                    shown = call(self.own(role))
                    if role in SHOWN:
                        self.assertIn(NUMBER, json.dumps(shown, default=str))
                    else:
                        self.assertHidden(shown)
                        self.assertIn(NUMBER[-4:], json.dumps(shown, default=str))
                        self.assertIn("***", json.dumps(shown, default=str))

    def test_contacts_of_the_party(self):
        for way, call in self.ways().items():
            with self.subTest(way):
                shown = call(self.own("employee", self.contacts))
                self.assertHidden(shown, NUMBER[::-1])

    def test_names_elsewhere(self):
        """Names of what refers to it are given as superuser."""
        move = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.party.id,
                "partner_bank_id": self.bank.id,
            }
        )
        for role in ("purchase", "biller"):
            own = self.own(role, move)
            own = own.sudo() if role == "purchase" else own
            shown = own.read(["partner_bank_id"])
            shown += own.web_read({"partner_bank_id": {"fields": {"display_name": {}}}})
            with self.subTest(role):
                if role == "purchase":
                    self.assertHidden(shown)
                else:
                    self.assertIn(NUMBER, json.dumps(shown, default=str))

    def test_others_are_untouched(self):
        """Parties without a file, and our own accounts."""
        employee = self.own("employee", self.free | self.ours)
        self.assertEqual(employee.mapped("display_name")[0], f"{OTHERS} - 工商银行")
        numbers = [each["acc_number"] for each in employee.read(["acc_number"])]
        self.assertEqual(numbers, [OTHERS, OURS])
        found = employee.search([("acc_number", "ilike", OTHERS[:6])])
        self.assertEqual(found, employee[0])
        # Also if we have a file on ourselves.
        self.archive(partner=self.company.partner_id)
        employee = self.own("employee", self.ours)
        self.assertEqual(employee.read(["acc_number"])[0]["acc_number"], OURS)

    def test_ended_files(self):
        """They stay hidden from others until they are destroyed."""
        as_system(self.file).state = "closed"
        self.assertHidden(self.own("employee").read(list(NUMBERS)))
        self.assertHidden(self.own("sales").read(list(NUMBERS)))

    def test_code_has_the_number(self):
        """Payments, prints and comparisons work with it, whoever runs them."""
        for role in MASKED:
            own = self.own(role)
            self.assertEqual(own.acc_number, NUMBER)
            self.assertEqual(own.sanitized_acc_number, NUMBER)
            self.assertEqual(own.sudo().search([("acc_number", "=", NUMBER)]), own)

    # Not to be found out

    def test_search(self):
        domains = [
            [(name, operator, value)]
            for name in ("acc_number", "sanitized_acc_number")
            for operator, value in (
                ("=", NUMBER),
                ("in", [NUMBER, OTHERS]),
                ("ilike", NUMBER[:5]),
                ("=like", f"{NUMBER[:5]}%"),
                ("!=", OTHERS),
                ("not in", [OTHERS]),
                ("not ilike", OTHERS),
                ("!=", False),
                (">", "0"),
            )
        ]
        domains += [["!", *domain] for domain in domains]
        domains += [[("display_name", "ilike", NUMBER[:5])]]
        partners = [
            [("bank_ids.acc_number", "=", NUMBER)],
            [("bank_ids.sanitized_acc_number", "ilike", NUMBER[:5])],
            [("bank_ids", "ilike", NUMBER[:5])],
            [("bank_ids", "any", [("acc_number", "=", NUMBER)])],
        ]
        for domain in domains:
            with self.subTest(domain):
                for role in ("employee", "auditor"):
                    self.assertNotIn(self.bank, self.own(role).search(domain))
        for domain in partners:
            with self.subTest(domain):
                self.assertFalse(self.own("employee", self.party).search(domain))
                self.assertTrue(self.own("finance", self.party).search(domain))
        own = self.own("employee")
        self.assertFalse(own.name_search(NUMBER))
        self.assertFalse(own.name_search(NUMBER[:6]))
        self.assertTrue(self.own("finance").name_search(NUMBER))
        self.assertIn(self.bank, self.own("sales").search(domains[0]))

    def test_order(self):
        """Where a number comes among others tells nothing."""
        banks = self.own("employee", self.all)
        for order in ("acc_number", "sanitized_acc_number desc"):
            found = banks.search([("id", "in", banks.ids)], order=order)
            self.assertEqual(sorted(found.ids), sorted(banks.ids))
            self.assertIn(found.ids, (sorted(banks.ids), sorted(banks.ids)[::-1]))

    def test_groups(self):
        for name in NUMBERS:
            for groupby, aggregates in (
                ([name], ["__count"]),
                (["partner_id"], [f"{name}:array_agg"]),
                ([], [f"{name}:max"]),
                ([], [f"{name}:count_distinct"]),
            ):
                with self.subTest(name, by=groupby, of=aggregates):
                    arguments = ([("id", "=", self.bank.id)], groupby, aggregates)
                    with self.assertRaises(AccessError):
                        self.own("employee").formatted_read_group(*arguments)
                    shown = self.own("finance").formatted_read_group(*arguments)
                    self.assertTrue(shown)

    def test_who_has_the_same(self):
        """Odoo says who else has an account that is typed; not of a hidden one."""
        same = self.env[BANK].create(self.account(self.unfiled, NUMBER))
        own = self.own("sales_other", same)
        self.assertFalse(own.duplicate_bank_partner_ids)
        own = self.own("finance", same)
        self.assertEqual(own.duplicate_bank_partner_ids, self.party)

    def test_no_answer_to_guesses(self):
        """Another account of the party, be it there already or not: one answer."""
        answers = set()
        for number in (NUMBER, "123456789"):
            own = self.own("sales_other")
            with self.assertRaises(AccessError) as caught:
                own.create(self.account(self.party, number))
            answers.add(str(caught.exception))
        self.assertEqual(len(answers), 1)
        self.assertFalse([answer for answer in answers if NUMBER in answer])

    # Not to be taken along

    def test_ways_round(self):
        mine = self.own("sales_other", self.unfiled)
        tries = {
            "copy": lambda own: own.copy({"partner_id": mine.id}),
            "copy_data": lambda own: own.copy_data(),
            "move": lambda own: own.write({"partner_id": mine.id}),
            "number": lambda own: own.write({"acc_number": "1"}),
            "sanitized": lambda own: own.write({"sanitized_acc_number": "1"}),
            "by its party": lambda own: own.partner_id.write(
                {"bank_ids": [Command.update(own.id, {"partner_id": mine.id})]}
            ),
            "adopted": lambda own: mine.write({"bank_ids": [Command.link(own.id)]}),
        }
        for name, call in tries.items():
            with self.subTest(name):
                self.refuse(call, self.own("sales_other"))
                self.assertEqual(self.bank.partner_id, self.party)
                self.assertEqual(self.bank.acc_number, NUMBER)
        contact = self.contacts.partner_id
        for vals in ({"parent_id": mine.id}, {"is_company": True}, {"parent_id": 0}):
            with self.subTest(vals):
                own = self.own("sales_other", contact)
                self.refuse(own.write, vals)
        shown = self.own("sales_other", self.contacts).read(list(NUMBERS))
        self.assertHidden(shown, NUMBER[::-1])

    def test_forms_being_filled_in(self):
        """A form that moves the account to another party shows no more of it."""
        spec = {"acc_number": {}, "sanitized_acc_number": {}, "display_name": {}}
        for values in ({}, {"partner_id": self.unfiled.id}):
            own = self.own("sales_other")
            names = list(values)
            self.assertHidden(own.onchange(values, names, {**spec, "partner_id": {}}))
        own = self.own("sales_other", self.party)
        spec = {"bank_ids": {"fields": spec}, "name": {}}
        self.assertHidden(own.onchange({"name": "x"}, ["name"], spec))

    def test_masks_are_never_kept(self):
        for vals in (
            {"acc_number": self.bank._archive_masked()},
            {"sanitized_acc_number": "***********8900"},
            {"acc_number": " **** 8900"},
        ):
            for role in ("bookkeeper", "sales"):
                with self.subTest(role, vals=vals), self.assertRaises(UserError):
                    self.own(role).write(vals)
        with self.assertRaisesRegex(UserError, "whole number"):
            self.env[BANK].create(self.account(self.unfiled, "****1234"))
        # Who is shown a mask saves the rest of the form.
        own = self.own("sales_other")
        own.web_save({"acc_holder_name": "杭州示例"}, {"acc_number": {}})
        self.assertEqual(self.bank.acc_number, NUMBER)
        self.assertEqual(self.bank.acc_holder_name, "杭州示例")

    def test_those_who_need_it_edit_it(self):
        for role, number in (("bookkeeper", "111222333444"), ("sales", "555666777")):
            own = self.own(role)
            own.acc_number = number
            self.assertEqual(own.sanitized_acc_number, number)
            self.assertTrue(self.own(role).create(self.account(self.party, role)))

    # What is said about it

    def test_messages(self):
        """Neither what it was nor what was taken out of use is told in messages."""
        own = self.own("bookkeeper")
        own.acc_number = "111222333444"
        self.env.cr.flush()
        own.unlink()
        self.env.cr.flush()
        self.assertFalse(self.bank.active)
        for number in (NUMBER, "111222333444"):
            for records in (self.party, self.bank):
                messages = records.message_ids
                self.assertNotIn(number, str(messages.mapped("body")))
                tracked = messages.sudo().tracking_value_ids
                shown = tracked._filter_has_field_access(self.own("auditor").env)
                text = str(shown._tracking_value_format())
                self.assertNotIn(number, text)
                free = tracked._filter_free_field_access()
                self.assertNotIn(number, str(free._tracking_value_format()))
        values = self.party.message_ids.sudo().tracking_value_ids
        shown = values._filter_has_field_access(self.own("finance").env)
        self.assertIn(NUMBER, str(shown._tracking_value_format()))

    # Walks

    def test_every_field_that_shows_it(self):
        """A field of any model that shows an account's number masks it, or says why."""
        ours = {"account.journal.bank_acc_number": "accounts of our own companies"}
        found = {
            str(field): field
            for name in self.env.registry
            for field in self.env[name]._fields.values()
            if field.name in NUMBERS
            and name == BANK
            or field.related
            and field.related.split(".")[-1] in NUMBERS
        }
        self.assertGreater(len(found), 3)
        for name, field in found.items():
            if name not in ours:
                self.assertIsInstance(field, AccountNumber, name)

    def test_wages_dialog(self):
        self.users["employee"].group_ids += self.env.ref("hr.group_hr_user")
        wizards = self.env["hr.bank.account.allocation.wizard"]
        employee = self.env["hr.employee"].create({"name": "王工"})
        wizard = wizards.create({"employee_id": employee.id})
        line = self.env["hr.bank.account.allocation.wizard.line"].create(
            {"wizard_id": wizard.id, "bank_account_id": self.bank.id}
        )
        own = self.own("employee", line).sudo()
        self.assertHidden(own.read(["acc_number", "bank_account_id"]))

    def test_cost(self):
        """A list costs two queries more, however long it is."""
        parties = self.env["res.partner"].union(*(self.partner() for _i in range(5)))
        for party in parties[:3]:
            self.archive(partner=party)
        numbers = [self.account(party, f"77700{party.id}") for party in parties]
        more = as_system(self.env[BANK]).create(numbers)

        def cost(banks):
            own = self.own("employee", banks)
            own.env.user.has_group("base.group_user")
            before = self.env.cr.sql_log_count
            own.read(["acc_number"])
            return self.env.cr.sql_log_count - before

        cost(more)
        self.assertEqual(cost(more), cost(self.bank))


@tagged("post_install", "-at_install")
class TestResPartnerBankServed(BankCase, HttpCase):
    @mute_logger("odoo.http")
    def test_exports(self):
        for role in ("sales_other", "finance"):
            self.authenticate(f"t_{role}", PASSWORD)
            for model, ids, path in (
                (BANK, self.bank.ids, "acc_number"),
                (BANK, self.bank.ids, "display_name"),
                ("res.partner", self.party.ids, "bank_ids/acc_number"),
            ):
                form = {
                    "data": export_request(model, ids, [path]),
                    "csrf_token": http.Request.csrf_token(self),
                }
                with self.subTest(role, path=path):
                    text = self.url_open("/web/export/csv", data=form).text
                    self.assertEqual(NUMBER in text, role == "finance")
                    self.assertIn(NUMBER[-4:], text)
