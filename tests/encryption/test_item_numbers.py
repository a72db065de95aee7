"""Numbers of sensitive items are kept as sensitive values, and nowhere else."""

import json
from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged

from .encryption_case import ITEM, EncryptionCase, identity_number

ID_TYPE = "customer_archive.document_type_legal_id"


@tagged("post_install", "-at_install")
class TestItemNumbers(EncryptionCase, TransactionCase):
    """Numbers of sensitive papers are sensitive values, however they arrive.

    Requirement I1.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper = cls.item("legal_id")
        cls.number = identity_number(3)

    def assert_kept(self, item, number=None):
        self.env.flush_all()
        self.assertFalse(self.column(item, "number"))
        secret = item.sudo().secret_ids
        self.assertEqual(len(secret), 1)
        self.assertEqual(secret.kind, "identity_number")
        own = secret.with_user(self.users["sales"])
        self.assertEqual(own.action_reveal("check"), number or self.number)
        self.assertEqual(item.shown_number, "*" * 14 + (number or self.number)[-4:])

    def values(self, **values):
        type_ = self.env.ref(ID_TYPE)
        return {"archive_id": self.file.id, "type_id": type_.id, **values}

    def items(self):
        return self.env[ITEM].with_user(self.users["sales"])

    def test_write(self):
        self.paper.number = self.number
        self.assert_kept(self.paper)
        second = identity_number(4)
        self.paper.write({"number": second, "note": "changed"})
        self.assert_kept(self.paper, second)
        self.assertEqual(self.paper.note, "changed")

    def test_write_on_many(self):
        plain = self.item("license")
        code = self.file.partner_id.vat
        with self.assertRaises(ValidationError):
            (self.paper | plain).write({"number": code})
        permit = self.item("power")
        (self.paper | permit).write({"number": self.number})
        self.assert_kept(self.paper)
        self.assertEqual(permit.number, self.number)

    def test_create(self):
        self.assert_kept(self.items().create(self.values(number=self.number)))

    def test_defaults(self):
        """Of the context; those that would be stored in plain are refused."""
        items = self.items().with_context(default_number=self.number)
        self.assert_kept(items.create(self.values()).with_context(default_number=None))
        defaults = self.env["ir.default"]
        with self.assertRaisesRegex(UserError, "can't be a default"):
            defaults.set(ITEM, "number", self.number, user_id=self.users["sales"].id)

    def test_form(self):
        with Form(self.paper) as form:
            form.number = self.number
        self.assert_kept(self.paper)

    def test_command(self):
        """From the file's form."""
        self.file.document_ids = [
            Command.update(self.paper.id, {"number": self.number})
        ]
        self.assert_kept(self.paper)

    def test_new_type(self):
        """A number that was an ordinary paper's, before it became an identity card."""
        item = self.items().create(
            self.values(
                type_id=self.env.ref("customer_archive.document_type_power").id,
                number=self.number,
            )
        )
        self.assertEqual(self.column(item, "number"), self.number)
        item.type_id = self.env.ref(ID_TYPE)
        self.assert_kept(item)

    def test_never_echoed(self):
        for method, args in (
            ("web_save", [{"number": self.number}]),
            (
                "onchange",
                [{"number": self.number, "id": self.paper.id}, ["number"]],
            ),
        ):
            specification = {"number": {}, "shown_number": {}, "display_name": {}}
            answer = getattr(self.paper, method)(*args, specification)
            if method == "web_save":
                self.assertNotIn(self.number, json.dumps(answer, default=str))
        secret = self.paper.secret_ids.with_user(self.users["sales"])
        specification = {"value": {}, "masked": {}, "display_name": {}}
        answer = secret.web_save({"value": identity_number(4)}, specification)
        self.assertNotIn(identity_number(4), json.dumps(answer, default=str))
        self.assertFalse(answer[0]["value"])
        self.assertFalse(secret.value)

    def test_wrong_number(self):
        """Nothing is kept, and the message doesn't repeat it."""
        wrong = self.number[:-2] + "00"
        for use in (
            lambda: self.paper.write({"number": wrong}),
            lambda: self.items().create(self.values(number=wrong)),
        ):
            with self.assertRaises(ValidationError) as caught:
                use()
            self.assertNotIn(wrong, str(caught.exception))
        self.assertFalse(self.paper.sudo().secret_ids)

    def test_history_holds_nothing(self):
        """Neither messages nor tracking know the number."""
        self.paper.number = self.number
        self.env.flush_all()
        for table in ("mail_message", "mail_tracking_value", "customer_archive_log"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",
                [f"%{self.number}%"],
            )
            self.assertEqual(self.env.cr.fetchone(), (0,), table)

    def test_locked(self):
        archive = self.collect(self.archive("sales"))
        item = self.item("legal_id", archive)
        item.write({"number": self.number, "valid_until": date(2099, 1, 1)})
        archive.action_submit()
        with self.assertRaisesRegex(UserError, "is locked"):
            item.number = identity_number(4)
        self.assert_kept(item)
