"""Without their keys nothing is shown and nothing kept; both suites work."""

import base64
import os
import shutil
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.tools import keyring

from ..support.common import KEYRING, PASSWORD
from .encryption_case import (
    COPY,
    DAMAGED,
    ITEM,
    KEYS,
    LOG,
    MARK,
    SCAN,
    SEALING,
    SECRET,
    EncryptionCase,
    flipped_text,
    identity_number,
)

VALUE = "6222021234123412344"
OTHER_VALUE = "6222021234123419999"


class WithoutKeys(EncryptionCase):
    """How to lose the keys, each with what the user is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls.add_value(VALUE)
        cls.copy = cls.add_copy(cls.item())

    def losses(self):
        """Yield (name, function of the folder, words of the message)."""

        def each_master(change):
            return lambda folder: [
                change(path) for path in (folder / "master").iterdir()
            ]

        other = "ab" * 32 + "\n"
        yield "no master key", each_master(os.unlink), "master key .* is missing"
        yield (
            "wrong master key",
            each_master(lambda path: path.write_text(other)),
            "master key doesn't belong",
        )
        yield (
            "no master key in its file",
            each_master(lambda path: path.write_text("lost")),
            "isn't a master key",
        )
        yield "no keystore", shutil.rmtree, "keystore .* is missing"
        yield (
            "empty keystore",
            lambda folder: (folder / "keystore.sqlite").write_bytes(b""),
            "keystore .* is missing",
        )
        yield (
            "no database",
            lambda folder: (folder / "keystore.sqlite").write_bytes(b"lost" * 999),
            "is damaged",
        )
        yield (
            "open to others",
            lambda folder: (folder / "keystore.sqlite").chmod(0o644),
            "Users other than the server",
        )
        yield (
            "master key open to others",
            each_master(lambda path: path.chmod(0o640)),
            "Users other than the server",
        )
        yield (
            "a folder in the way",
            lambda folder: (
                (folder / "keystore.sqlite").unlink(),
                (folder / "keystore.sqlite").mkdir(0o700),
            ),
            "keystore",
        )
        yield "another database's", self._foreign, "belongs to another database"

    def _foreign(self, folder):
        shutil.rmtree(folder)
        master = keyring.MasterKeys.from_folder(folder / "master")
        store = keyring.Keystore.create(folder, master)
        for name in ("record", "blind-index", "upload", "database another"):
            store.named_key(name)

    @contextmanager
    def lost(self, name, lose):
        self.env.flush_all()
        with (
            self.subTest(name),
            self.keystore_put_back() as folder,
            self.undone_after(),
        ):
            lose(folder)
            self.forget_keys()
            self.env.invalidate_all()
            yield

    @contextmanager
    def undone_after(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self._forget_callbacks()


@tagged("post_install", "-at_install")
class TestWithoutKeys(WithoutKeys, TransactionCase):
    """Requirement I2."""

    def stored_files(self):
        root = self.stored(self.copy).parents[1]
        return {
            path
            for path in root.rglob("*")
            if path.is_file() and "checklist" not in path.parts
        }

    def test_use_is_refused(self):
        """Reveal, open, enter and upload: nothing is shown, nothing is kept plain."""
        sales = self.users["sales"]
        item = self.item("legal_id")
        for name, lose, words in self.losses():
            with self.lost(name, lose):
                files, counts = self.stored_files(), self.counts()
                for use in (
                    lambda: self.secret.action_reveal("check"),
                    lambda: self.copy.raw,
                    lambda: self.secret.write({"value": OTHER_VALUE}),
                    lambda: self.add_value(OTHER_VALUE),
                    lambda: item.write({"number": identity_number(1)}),
                    lambda: self.add_copy(item),
                    lambda: (
                        self.env[COPY]
                        .with_user(sales)
                        .create({"name": "a", "raw": SCAN, "res_model": ITEM})
                    ),
                    lambda: (
                        self.env[SECRET]
                        .with_user(sales)
                        .search([("value", "=", VALUE)])
                    ),
                ):
                    with self.assertRaisesRegex(UserError, words):
                        use()
                    self.env.invalidate_all()
                self.assertEqual(self.counts(), counts)
                self.assertEqual(self.stored_files(), files)
                self.assertFalse(item.number)
                keys = self.env["customer.archive.keyring"]
                self.assertFalse(keys._health()["ok"])
                self.assertRegex(keys._health()["words"], words)
        self.assertEqual(self.secret.action_reveal("check"), VALUE)

    def counts(self):
        return [
            self.env[model].sudo().search_count([("res_model", "=", ITEM)])
            if model == COPY
            else self.env[model].sudo().search_count([])
            for model in (SECRET, COPY)
        ]

    def test_the_rest_works(self):
        """Files open and change their state, orders are confirmed; it is recorded."""
        product = self.env["product.product"].create(
            {"name": "Test", "type": "service", "invoice_policy": "order"}
        )
        partner = self.file.partner_id
        for archive in (self.file, self.other):
            self.collect(archive)
        for name, lose, _words in self.losses():
            with self.lost(name, lose):
                self.file.read()
                self.file.document_ids.read()
                self.secret.read()
                self.file.document_ids[:1].note = "goes on"
                plain = self.env[COPY].create({"name": "plain", "raw": b"plain"})
                self.assertEqual(plain.raw, b"plain")
                order = self.env["sale.order"].create(
                    {
                        "partner_id": partner.id,
                        "order_line": [(0, 0, {"product_id": product.id})],
                    }
                )
                order.action_confirm()
                self.assertEqual(order.state, "sale")
                invoice = order._create_invoices()
                invoice.action_post()
                self.assertEqual(invoice.state, "posted")
                before = self.events("state")
                self.other.action_submit()
                self.assertEqual(self.other.state, "review")
                row = self.events("state") - before
                self.assertEqual(len(row), 1)
                self.assertFalse(row.mac)

    def test_unvouched_rows_are_reported(self):
        """What was recorded without its key is there, and says so."""
        log = self.env["customer.archive.log"]
        while log._seal_rows():
            pass
        self.assertEqual(log._verify(self.company)[1], [])
        with self.keystore_put_back() as folder:
            shutil.rmtree(folder)
            self.forget_keys()
            log._record("open", self.file)
            self.env.flush_all()
        while log._seal_rows():
            pass
        kinds = {found.kind for found in log._verify(self.company)[1]}
        self.assertEqual(kinds, {"forged"})

    def test_rights_of_the_files_are_those_of_the_owner(self):
        folder = self.folder
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        for path in (folder / "keystore.sqlite", *(folder / "master").iterdir()):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_a_key_that_was_destroyed(self):
        keys = self.env["customer.archive.keyring"]
        with self.keystore_put_back():
            keys._keystore().destroy(self.file.sudo().key_id)
            with self.assertRaisesRegex(UserError, "was destroyed"):
                self.secret.action_reveal("check")
            with self.assertRaisesRegex(UserError, "was destroyed"):
                self.copy.raw  # noqa: B018 -- reads it
            with self.assertRaisesRegex(UserError, "was destroyed"):
                self.add_value(OTHER_VALUE)


@tagged("post_install", "-at_install")
class TestWithoutKeysHttp(WithoutKeys, HttpCase):
    _registry_readonly_enabled = False

    def test_uploads_and_downloads(self):
        self.authenticate("t_sales", PASSWORD)
        item = self.item("legal_id")
        with self.keystore_put_back() as folder:
            shutil.rmtree(folder)
            self.forget_keys()
            answer = self.url_open(f"/web/content/{self.copy.id}")
            self.assertEqual(answer.status_code, 422)
            self.assertIn("is missing", answer.text)
            self.assertNotIn(MARK, answer.content)
            before = self.env[COPY].sudo().search_count([("res_model", "=", ITEM)])
            answer = self.upload(item)
            self.assertIn("is missing", answer.json()[0]["error"])
            self.assertEqual(
                self.env[COPY].sudo().search_count([("res_model", "=", ITEM)]), before
            )
        answer = self.upload(item)
        self.assertGreater(answer.json()[0]["id"], 0)

    def upload(self, item):
        data = {
            "model": ITEM,
            "id": item.id,
            "csrf_token": Request.csrf_token(self),
        }
        files = {"ufile": ("scan.txt", SCAN, "text/plain")}
        return self.url_open("/web/binary/upload_attachment", data=data, files=files)


@tagged("post_install", "-at_install")
class TestSuites(EncryptionCase, TransactionCase):
    """Requirement I2."""

    def set_suite(self, name):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_archive.suite", name)

    def test_side_by_side(self):
        """Each file keeps the algorithms that it began with; both are read."""
        made = {}
        for suite in ("aes", "sm", "nonsense"):
            self.set_suite(suite)
            archive = self.archive("sales")
            secret = self.add_value(VALUE, archive)
            copy = self.add_copy(self.item(archive=archive))
            made[suite] = (archive, secret, copy)
        keys = self.env["customer.archive.keyring"]
        for suite, (archive, secret, copy) in made.items():
            with self.subTest(suite):
                number = keyring.SUITES["sm" if suite == "sm" else "aes"].number
                key = keys._key(archive.sudo().key_id)
                self.assertEqual(key.suite.number, number)
                envelope = base64.b64decode(self.column(secret, "ciphertext"))
                self.assertEqual(envelope[1], number)
                self.assertEqual(self.stored(copy).read_bytes()[4], number)
                self.assertEqual(secret.action_reveal("check"), VALUE)
                self.assertEqual(copy.raw, SCAN)
                # A file goes on with its own key.
                self.assertEqual(
                    self.add_value(OTHER_VALUE, archive).action_reveal("check"),
                    OTHER_VALUE,
                )
        secrets = self.env[SECRET].with_user(self.users["sales"])
        found = secrets.search([("value", "=", VALUE)])
        self.assertEqual(len(found & secrets.concat(*[m[1] for m in made.values()])), 3)

    @mute_logger(KEYRING, LOG, SEALING)
    def test_a_database_of_sm_alone(self):
        """Keystore, blind index, uploads and access record, too."""
        log, keys = self.env["customer.archive.log"], self.env[KEYS]
        while log._seal_rows():
            pass
        head = log._head(self.company.id, log._keyed_chain())
        with self.keystore_put_back() as folder:
            shutil.rmtree(folder)
            self.forget_keys()
            self.set_suite("sm")
            self.sql("UPDATE customer_archive SET key_id = NULL")
            # What was recorded in this test's database doesn't count.
            self.startPatcher(patch.object(type(keys), "_in_use", return_value=False))
            secret, copy = self.add_value(VALUE), self.add_copy(self.item())
            self.assertEqual(keys._health()["suite"], "sm")
            self.assertEqual(keys._record_key()[1], "sm3")
            self.assertEqual(secret.action_reveal("check"), VALUE)
            self.assertEqual(copy.raw, SCAN)
            self.assertIn(secret, secret.search([("value", "=", VALUE)]))
            master = keys._health()["current_master"]
            keys._rotate_master_key()
            keys._keystore().rotate(1000)
            keys._retire_master_key(master)
            self.assertEqual(secret.action_reveal("check"), VALUE)
            while log._seal_rows():
                pass
            # A database whose users were there before has no earlier rows.
            after = head if head[0] else None
            rows, breaks = log._verify(self.company, after=after)
            self.assertGreater(rows, 3)
            self.assertEqual(breaks, [])
            text = self.column(secret, "ciphertext")
            self.set_column(secret, "ciphertext", flipped_text(text, -1))
            with self.assertRaisesRegex(UserError, DAMAGED):
                secret.action_reveal("check")
