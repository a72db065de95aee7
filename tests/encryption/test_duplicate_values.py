"""The same value in two files is found, and tells nobody what he types."""

import json
import re
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.files import (
    customer_archive_secret_duplicates as customer_archive_twins,
)

from .encryption_case import SECRET, TRAINED, EncryptionCase

TARGET = "customer.archive.backup.target"
VALUE, OTHER = "6222021234123412344", "3100998877665544"
TWINS = "odoo.addons.customer_archive.models.files.customer_archive_secret_duplicates"


@tagged("post_install", "-at_install")
class TestDuplicateValues(EncryptionCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("sales_other", "clerk"):
            undertakings = cls.env["customer.archive.undertaking"]
            undertakings.with_user(cls.users[role]).sign(TRAINED)

    def submitted_with(self, value=VALUE, role="sales", **values):
        """Return a value of a file that was submitted with it."""
        file = self.collect(self.archive(role, **values))
        secret = file.secret_ids.with_user(self.users[role]).create(
            {"archive_id": file.id, "kind": "bank_account", "value": value}
        )
        file.action_submit()
        return secret

    def warned(self, secret, role):
        self.env.invalidate_all()
        return secret.with_user(self.users[role]).duplicate_warning

    # What is shown

    def test_own_files(self):
        """Once it is submitted one's own other file is named."""
        first = self.submitted_with()
        second = self.submitted_with(" 6222 0212 3412 3412 344")
        for secret, other in ((first, second), (second, first)):
            self.assertEqual(
                self.warned(secret, "sales"),
                f"The same value is in: {other.archive_id.display_name}",
            )
        third = self.submitted_with(OTHER)
        self.assertFalse(self.warned(third, "sales"))

    def test_hidden_files(self):
        """Whoever types learns nothing of them; compliance is told."""
        hidden = self.submitted_with(role="sales_other")
        secret = self.submitted_with()
        self.assertFalse(self.warned(secret, "sales"))
        self.assertFalse(self.warned(hidden, "sales_other"))
        name = hidden.archive_id.display_name
        self.assertIn(name, self.warned(secret, "compliance"))
        listed = self.env[SECRET].with_user(self.users["compliance"])
        listed = listed.search([("has_twin", "=", True)])
        self.assertEqual(listed, hidden | secret)
        with self.assertRaises(AccessError):
            self.env[SECRET].with_user(self.users["sales"]).search(
                [("has_twin", "=", True)]
            )
        with self.assertRaises(AccessError):
            secret.with_user(self.users["sales"]).read(["has_twin"])

    def test_without_an_undertaking(self):
        self.submitted_with()
        second = self.submitted_with()
        self.assertTrue(self.warned(second, "clerk"))
        for role in ("head", "management", "auditor"):
            self.assertFalse(self.warned(second, role))

    def test_each_company_by_itself(self):
        first, second = self.submitted_with(), self.submitted_with()
        company = self.env["res.company"].create({"name": "Other Ltd"})
        self.users["sales"].company_ids = [Command.link(company.id)]
        self.set_column(second, "company_id", company.id)
        self.assertFalse(self.warned(first, "sales"))

    # No answer to guesses

    def test_guesses_while_collecting(self):
        """As the attack did it: one value after the other in a draft of one's own."""
        hidden = self.submitted_with(role="sales_other")
        visible = self.submitted_with(OTHER)
        guess = self.add_value("1")
        for typed in (VALUE, OTHER, "310012345678"):
            guess.value = typed
            shown = guess.read(["duplicate_warning", "masked"])[0]
            self.assertFalse(shown["duplicate_warning"])
            # Nor where it would be found: in the other file.
            self.assertFalse(self.warned(visible, "sales"))
            spec = {"duplicate_warning": {}, "masked": {}}
            for role in ("sales", "compliance"):
                self.assertFalse(self.warned(guess, role))
            answer = guess.onchange({"value": typed}, ["value"], spec)
            self.assertFalse(answer["value"].get("duplicate_warning"))
        self.assertFalse(self.warned(hidden, "compliance"))
        fresh = self.env[SECRET].with_user(self.users["sales"])
        values = {"archive_id": self.file.id, "value": VALUE, "kind": "other"}
        answer = fresh.onchange(values, ["value"], {"duplicate_warning": {}})
        self.assertFalse(answer["value"].get("duplicate_warning"))

    def test_withdrawn_files(self):
        """Taken back, changed, not submitted again: nothing is said."""
        self.submitted_with()
        second = self.submitted_with(OTHER)
        second.archive_id.action_withdraw()
        second.value = VALUE
        self.assertFalse(self.warned(second, "sales"))
        self.assertFalse(second.is_compared)

    def test_recorded(self):
        before = self.events("search")
        secret = self.add_value()
        self.assertEqual(self.events("search"), before)
        secret = self.submitted_with()
        row = self.events("search") - before
        self.assertEqual((row.model, row.res_id), (SECRET, secret.id))
        self.assertEqual((row.user_id, row.detail), (self.users["sales"], "compared"))
        # What is added to a registered file can't be taken out any more.
        file = self.registered()
        before = self.events("search")
        clerk = self.env[SECRET].with_user(self.users["clerk"])
        added = clerk.create({"archive_id": file.id, "kind": "other", "value": VALUE})
        row = self.events("search") - before
        self.assertEqual((row.user_id, row.res_id), (self.users["clerk"], added.id))
        self.assertIn(secret.archive_id.display_name, self.warned(added, "clerk"))

    def test_attempts(self):
        """Beyond what people type, the typist is told nothing for an hour."""
        with patch.object(customer_archive_twins, "ATTEMPTS", 2):
            with freeze_time("2026-03-02 08:00:00"):
                first, second, third = (self.submitted_with() for _each in range(3))
                self.assertTrue(self.warned(second, "sales"))
                self.assertFalse(self.warned(third, "sales"))
                self.assertTrue(self.warned(third, "compliance"))
                own = self.env[SECRET].with_user(self.users["sales"])
                with self.assertRaisesRegex(AccessError, "within an hour"):
                    own.search([("value", "=", VALUE)])
            with freeze_time("2026-03-02 09:00:01"):
                self.assertTrue(own.search([("value", "=", VALUE)]))
                self.assertTrue(self.warned(self.submitted_with(), "sales"))
        self.assertTrue(first)

    # Other answers

    @mute_logger("odoo.sql_db")
    def test_errors_name_nothing_hidden(self):
        """What is typed again is refused, or isn't, without naming what is hidden."""
        hidden = self.registered("sales_other", partner=self.partner("隐名商行"))
        party = hidden.partner_id
        own = lambda model: self.env[model].with_user(self.users["sales"])
        tries = {
            "file of the same party": lambda: own("customer.archive").create(
                {"partner_id": party.id, "category_id": self.buyer.id}
            ),
            "the same credit code": lambda: self.archive(
                partner=self.partner("别家", vat=party.vat)
            ),
            "the file's number": lambda: own("customer.archive").create(
                {
                    "partner_id": self.partner().id,
                    "category_id": self.buyer.id,
                    "name": hidden.name,
                }
            ),
            "an item in it": lambda: own("customer.archive.document").create(
                {
                    "archive_id": hidden.id,
                    "type_id": hidden.document_ids[:1].type_id.id,
                }
            ),
            "a value in it": lambda: own(SECRET).create(
                {"archive_id": hidden.id, "kind": "other", "value": VALUE}
            ),
            "by its name": lambda: own("customer.archive").name_create("隐名商行"),
        }
        for name, call in tries.items():
            with self.subTest(name):
                try:
                    with self.env.cr.savepoint():
                        call()
                        self.env.flush_all()
                except (AccessError, UserError, ValidationError) as error:
                    text = str(error)
                except Exception as error:  # noqa: BLE001
                    text = re.sub(r"DETAIL.*", "", str(error), flags=re.DOTALL)
                else:
                    text = ""
                self.assertNotIn(hidden.name, text)
                for secret in (hidden.note, hidden.user_id.name, VALUE):
                    if secret:
                        self.assertNotIn(secret, text)
        self.assertFalse(own("customer.archive").name_search("隐名商行"))

    def test_every_field_that_compares(self):
        """A field that is worked out of hashes of values is known here."""
        hashes = {"blind_index", "ciphertext", "old_ciphertext"}
        found = {
            str(field)
            for name in self.env.registry
            if name.startswith("customer.archive")
            for field in self.env[name]._fields.values()
            if field.compute
            and hashes & set(json.dumps(self.dependencies(name, field)).split('"'))
        }
        # The second says that there is a value, and compares none.
        known = {f"{SECRET}.duplicate_warning", f"{TARGET}.has_options"}
        self.assertEqual(found, known)

    def dependencies(self, model, field):
        depends, _context = field.get_depends(self.env[model])
        return list(depends)
