"""Forms over copies and values: what is typed isn't taken for damage."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.copies.ir_attachment import TOLD
from odoo.addons.customer_archive.models.encryption.customer_archive_keyring import (
    KeyProblem,
)

from ..audit.record_case import LOG, RecordedCase

CONTENTS = ("raw", "datas")


@tagged("post_install", "-at_install")
class TestTypedCopies(RecordedCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.copy = self.sensitive_item().sudo().attachment_ids
        self.env.flush_all()
        self.mark()

    def own(self, role="sales"):
        self.env.invalidate_all()
        return self.copy.with_user(self.users[role])

    def settle(self):
        """Let what follows a rollback follow; return the breaks of the record."""
        with self.enter_registry_test_mode(), mute_logger(self.logger):
            self.env.cr.postrollback.run()
        self.env.cr.postcommit.clear()
        self.env[LOG]._seal_rows()
        return self.found(self.company)

    def test_form_over_a_copy(self):
        """Whatever a client says of its place, the stored content is read."""
        for name in CONTENTS:
            for typed in (
                {},
                {"res_model": "res.partner"},
                {"res_id": 1},
                {"store_fname": "00/none"},
            ):
                with self.subTest(name, typed=typed):
                    result = self.own().onchange(typed, [], {name: {}})
                    self.assertIn(name, result["value"])
        self.assertFalse(self.rows("broken"))
        self.assertTrue(self.rows("download"))
        self.assertEqual(set(self.rows("download").mapped("user_id.id")), {self.uid()})
        self.assertEqual(self.settle(), [])

    def uid(self):
        return self.users["sales"].id

    def test_form_over_nothing(self):
        """A client that names no copy reads none."""
        stored = self.copy.store_fname
        typed = {"res_model": self.copy.res_model, "store_fname": stored}
        result = self.own().browse().onchange(typed, [], {"raw": {}, "datas": {}})
        self.assertFalse(any(result["value"].get(name) for name in CONTENTS))
        self.assertEqual((self.settle(), self.rows("broken").ids), ([], []))

    def test_who_may_not_read_it_does_not(self):
        for role in ("admin", "archivist", "employee"):
            with self.subTest(role), self.assertRaises(Exception):  # noqa: B017
                self.own(role).onchange({}, [], {"datas": {}})

    def test_damage_is_recorded_and_vouched_for(self):
        """A copy that was really altered, asked for in a list and in a form."""
        path = self.copy._full_path(self.copy.store_fname)
        with open(path, "r+b") as stored:
            stored.seek(-5, 2)
            stored.write(b"xxxxx")
        calls = (
            lambda own: own.read(["raw"]),
            lambda own: own.onchange({}, [], {"datas": {}}),
        )
        for call in calls:
            self.mark()
            with self.assertRaises(KeyProblem):
                call(self.own())
            self.assertEqual(self.settle(), [])
            row = self.rows("broken")
            self.assertEqual((row.model, row.res_id), ("ir.attachment", self.copy.id))
            self.assertNotIn(row.mac, (False, "-"))

    def test_a_form_is_recorded_as_what_it_shows(self):
        """By whichever way: rows name what is stored, and have their seals."""
        log, item = self.env[LOG], self.copy._bound_archive_items()
        typed = self.env[item._name].new(origin=item)
        log._record("view", typed, "x", "why\0 so")
        log._record_each("download", [typed, typed.browse()], ["one", "two"])
        log._record_once("open", typed)
        log._record_once("open", typed)
        self.assertEqual(
            self.rows().mapped("res_id"), [item.id, item.id, 0, item.id], self.rows()
        )
        self.assertEqual(self.settle(), [])

    def test_form_over_a_value(self):
        secret = self.secret().with_user(self.users["sales"])
        typed = secret.new(origin=secret)
        self.assertTrue(as_system(typed).sudo()._opened())
        self.assertEqual((self.settle(), self.rows("broken").ids), ([], []))

    def test_nothing_is_told_beside_a_copy(self):
        """No plain text, and no other way to open it, neither then nor later."""
        self.assertEqual(TOLD, {"description", "index_content", "mimetype"})
        item = self.copy._bound_archive_items().with_user(self.users["sales"])
        link = {"res_model": item._name, "res_id": item.id, "name": "scan.pdf"}
        before = self.copy.read(sorted(TOLD))
        for name in TOLD:
            told = {name: "text/html"}
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "nothing but its name"),
            ):
                self.own().write(told)
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "nothing but its name"),
            ):
                item.write({"attachment_ids": [Command.update(self.copy.id, told)]})
        self.assertEqual(self.copy.read(sorted(TOLD)), before)
        content = {**link, "raw": b"%PDF-1.4"}
        attachments = self.own().browse()
        with self.assertRaisesRegex(UserError, "nothing but its name"):
            attachments.create({**content, "description": "110101199003077777"})
        other = attachments.create(
            {**content, "mimetype": "text/html", "index_content": "Plain"}
        )
        self.assertEqual(other.mimetype, "application/pdf")
        self.assertFalse(other.sudo().index_content)
