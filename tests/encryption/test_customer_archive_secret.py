"""Sensitive values: what is shown of them, to whom, and what is not."""

import json

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD
from .encryption_case import ITEM, SECRET, EncryptionCase, identity_number

VALUE = "6222021234123412344"
REVEALS = ("sales", "compliance", "finance")
EXCLUDED = ("admin", "archivist", "sales_other", "purchase", "employee", "portal")
READS = ("clerk", "legal", "management", "auditor")


@tagged("post_install", "-at_install")
class TestCustomerArchiveSecret(EncryptionCase, TransactionCase):
    """Requirements C5, G5, G6 and I1."""

    def own(self, role="sales"):
        return self.env[SECRET].with_user(self.users[role])

    # What is shown

    def test_masking(self):
        """Each kind shows its last four signs, never its length's worth of digits."""
        for kind, typed, shown, kept in (
            ("identity_number", identity_number(1).lower(), identity_number(1), None),
            ("bank_card", "6222 0212 3412 3412 344", None, None),
            ("bank_account", " 3100 1234-5678 ", "310012345678", "3100 1234-5678"),
            ("passport", "E 1234 5678", "E12345678", "E 1234 5678"),
            ("other", "护照 12345678", None, "护照 12345678"),
        ):
            with self.subTest(kind):
                if kind == "bank_card":
                    typed = "4000 0012 3456 7899"
                secret = self.add_value(typed, kind=kind)
                value = secret.action_reveal("check")
                if kept:
                    self.assertEqual(value, kept)
                self.assertRegex(secret.masked, r"^\*+.{4}$")
                end = "".join((shown or value).split())[-4:]
                self.assertEqual(secret.masked[-4:], end)
                self.assertFalse(secret.value)
                self.assertNotIn(value[:-4], secret.display_name)
                self.assertEqual(secret.read()[0]["value"], False)
        for short in ("1", "1234"):
            secret = self.add_value(short)
            self.assertEqual(secret.masked, "*" * len(short))

    def test_value_is_stored_nowhere_plain(self):
        secret = self.add_value(VALUE)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(s)::text FROM customer_archive_secret s WHERE id = %s",
            [secret.id],
        )
        [row] = self.env.cr.fetchone()
        self.assertNotIn(VALUE[:-4], row)
        for name in ("ciphertext", "blind_index"):
            with self.assertRaises(AccessError):
                secret.read([name])
            with self.assertRaises(AccessError):
                secret.search([(name, "!=", False)])
            with self.assertRaises(AccessError):
                secret.write({name: "forged"})
        with self.assertRaisesRegex(AccessError, "can't be entered manually"):
            secret.masked = "forged"

    def test_blank_values_are_refused(self):
        for blank in ("", " ", "--", False, None):
            with self.subTest(blank), self.assertRaisesRegex(UserError, "Enter the"):
                self.add_value(blank)
        secret = self.add_value(VALUE)
        with self.assertRaisesRegex(ValidationError, "Enter the value"):
            secret.value = " - "
        secret.value = False
        self.assertEqual(secret.action_reveal("check"), VALUE)

    # Who sees it

    def test_roles(self):
        secret = self.add_value(VALUE)
        for role in REVEALS:
            self.assertEqual(
                secret.with_user(self.users[role]).action_reveal("x"), VALUE
            )
        for role in READS:
            own = secret.with_user(self.users[role])
            own.read()
            with self.subTest(role), self.assertRaises(RedirectWarning):
                own.action_reveal("check")
        for role in EXCLUDED:
            own = secret.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                own.action_reveal("check")
            with self.subTest(role), self.assertRaises(AccessError):
                own.read(["masked"])

    def test_role_beside_another(self):
        """An administrator who is also an account manager still sees none."""
        for group in ("group_admin", "group_archivist"):
            self.users["sales"].group_ids = [
                Command.link(self.env.ref(f"customer_archive.{group}").id)
            ]
            secret = self.add_value(VALUE)
            with self.subTest(group):
                with self.assertRaisesRegex(AccessError, "can't see sensitive data"):
                    secret.action_reveal("check")
                with self.assertRaisesRegex(AccessError, "can't see sensitive data"):
                    secret.search([("value", "=", VALUE)])
            self.users["sales"].group_ids = [
                Command.unlink(self.env.ref(f"customer_archive.{group}").id)
            ]

    def test_without_undertaking(self):
        """One is led to where it is signed; afterwards the value is shown."""
        secret = self.add_value(VALUE).with_user(self.users["clerk"])
        with self.assertRaises(RedirectWarning) as caught:
            secret.action_reveal("check")
        action = self.env.ref("customer_archive.action_customer_archive_sign")
        self.assertEqual(caught.exception.args[1], action.id)
        self.env["customer.archive.undertaking"].with_user(self.users["clerk"]).sign(
            "2026-03-01"
        )
        self.assertEqual(secret.action_reveal("check"), VALUE)

    def test_kinds_that_a_role_needs(self):
        """Finance pays, legal checks who somebody is; neither sees the other's."""
        shown = {
            "bank_account": {"finance"},
            "bank_card": {"finance"},
            "passport": {"legal"},
            "other": {"legal"},
        }
        for role in ("finance", "legal"):
            user = self.users[role]
            self.env["customer.archive.undertaking"].with_user(user).sign("2026-03-01")
            for kind, roles in shown.items():
                secret = self.add_value("6222020200112233446", kind=kind)
                secret = secret.with_user(user)
                with self.subTest(role=role, kind=kind):
                    if role in roles:
                        self.assertTrue(secret.action_reveal("check"))
                    else:
                        with self.assertRaisesRegex(AccessError, "doesn't need"):
                            secret.action_reveal("check")

    def test_purpose(self):
        secret = self.add_value(VALUE)
        for purpose in ("", "  ", "\n\t", None, False, 7, ["x"], {}):
            with (
                self.subTest(purpose),
                self.assertRaisesRegex(UserError, "Enter the purpose"),
            ):
                secret.action_reveal(purpose)
        self.assertEqual(secret.action_reveal(" x "), VALUE)
        row = self.events("reveal")[:1]
        self.assertEqual((row.note, row.user_id), ("x", self.users["sales"]))
        self.assertEqual((row.model, row.res_id), (SECRET, secret.id))
        self.assertEqual(row.archive_id, self.file)
        self.assertNotIn(VALUE, json.dumps(row.read(), default=str))

    # Search and duplicates

    def test_search(self):
        secret, second = self.add_value(VALUE), self.add_value("310012345678")
        for typed in (VALUE, "6222 0212-3412 3412 344", f" {VALUE}"):
            before = len(self.events("search"))
            self.assertEqual(self.own().search([("value", "=", typed)]), secret)
            row = self.events("search")
            self.assertEqual(len(row), before + 1)
            self.assertNotIn(VALUE, json.dumps(row[:1].read(), default=str))
        # Odoo asks for each of several values by itself: each is recorded.
        before = len(self.events("search"))
        found = self.own().search([("value", "in", [VALUE, "310012345678"])])
        self.assertEqual(found, secret | second)
        self.assertEqual(len(self.events("search")), before + 2)
        found = self.own().search([("value", "in", ["310012345678"])])
        self.assertEqual(found, second)
        self.assertFalse(self.own().search([("value", "=", VALUE[:-1])]))
        for operator, value in (
            ("ilike", VALUE),
            ("like", VALUE[:8]),
            ("=like", "6%"),
            ("!=", VALUE),
            ("=", False),
            ("=", ""),
            (">", "1"),
        ):
            with self.subTest(operator, value=value), self.assertRaises(UserError):
                self.own().search([("value", operator, value)])

    def test_search_shows_own_files_alone(self):
        self.add_value(VALUE)
        undertakings = self.env["customer.archive.undertaking"]
        undertakings.with_user(self.users["sales_other"]).sign("2026-03-01")
        self.assertFalse(self.own("sales_other").search([("value", "=", VALUE)]))
        self.assertTrue(self.own("compliance").search([("value", "=", VALUE)]))

    # When it may change

    def test_locks(self):
        collected = self.collect(self.archive("sales"))
        secret = self.add_value(VALUE, collected)
        secret.value = "310012345678"
        self.assertEqual(secret.action_reveal("check"), "310012345678")
        collected.action_submit()
        for change in (
            lambda: secret.write({"value": VALUE}),
            lambda: secret.write({"label": "x"}),
            secret.unlink,
            lambda: self.add_value(VALUE, collected),
        ):
            with self.assertRaisesRegex(UserError, "is locked"):
                change()
        with self.assertRaisesRegex(UserError, "can't be moved"):
            self.add_value(VALUE).write({"archive_id": self.other.id})
        with self.assertRaisesRegex(UserError, "can't be duplicated"):
            self.add_value(VALUE).copy()
        self.assertEqual(secret.action_reveal("check"), "310012345678")

    def test_clerks_add_to_registered_files(self):
        archive = self.registered()
        clerk = self.own("clerk")
        values = {"archive_id": archive.id, "kind": "bank_account", "value": VALUE}
        secret = clerk.create(values)
        for change in (lambda: secret.write({"value": "1"}), secret.unlink):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(AccessError):
            clerk.create({**values, "archive_id": self.file.id})

    # Messages

    def test_messages_never_tell_the_number(self):
        wrong = identity_number(1)[:-2] + "00"
        for kind, typed in (
            ("identity_number", wrong),
            ("identity_number", "31010118991331001X"),
            ("identity_number", "12345"),
            ("bank_card", "4000001234567890"),
            ("bank_card", "40000012345678901234"),
            ("bank_card", "abcd"),
        ):
            with (
                self.subTest(typed),
                self.assertNoLogs("odoo", "WARNING"),
                self.assertRaises(ValidationError) as caught,
            ):
                self.add_value(typed, kind=kind)
            chain, error = [], caught.exception
            while error:
                chain.append(str(error))
                error = error.__cause__
            self.assertNotIn(typed, " ".join(chain))
            self.assertIn("Test Bank", chain[0])

    def test_foreign_parties_have_numbers_of_their_own(self):
        self.file.partner_id.country_id = self.env.ref("base.de")
        secret = self.add_value("L01X00T47", kind="identity_number")
        self.assertEqual(secret.action_reveal("check"), "L01X00T47")


@tagged("post_install", "-at_install")
class TestCustomerArchiveSecretHttp(EncryptionCase, HttpCase):
    _registry_readonly_enabled = False

    def rpc(self, model, method, *args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.url_open(f"/web/dataset/call_kw/{model}/{method}", json=body)

    @mute_logger("odoo.http")
    def test_errors_dont_repeat_it(self):
        """Not in the message, nor in the traceback that Odoo sends along."""
        self.authenticate("t_sales", PASSWORD)
        wrong = identity_number(1)[:-2] + "00"
        values = {"archive_id": self.file.id, "kind": "identity_number", "value": wrong}
        item = self.item("legal_id")
        for model, method, *args in (
            (SECRET, "create", values),
            (SECRET, "web_save", [], values, {"value": {}}),
            (ITEM, "write", item.ids, {"number": wrong}),
            (ITEM, "web_save", item.ids, {"number": wrong}, {"number": {}}),
        ):
            with self.subTest(model, method=method):
                answer = self.rpc(model, method, *args)
                self.assertIn("error", answer.json())
                self.assertNotIn(wrong, answer.text)
