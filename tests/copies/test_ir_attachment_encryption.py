"""How copies of items come in and go out, and that no plain file stays behind."""

import base64
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import config, mute_logger

from odoo.addons.customer_archive.models.common.internal_job import as_job
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import keyring

from ..encryption.encryption_case import (
    COPY,
    DAMAGED,
    ITEM,
    MARK,
    SCAN,
    TRAINED,
    EncryptionCase,
    identity_number,
    picture,
)
from ..support.clone import cloned_database, scene
from ..support.common import KEYRING, PASSWORD

PDF = b"%PDF-1.4\n" + SCAN


@tagged("post_install", "-at_install")
class TestIrAttachmentEncryption(EncryptionCase, TransactionCase):
    """Requirements G6 and I1."""

    def assert_encrypted(self, copy, content=SCAN):
        """Check that nothing of a content is stored but encrypted."""
        own = copy.sudo()
        self.assertTrue(own.archive_key)
        data = self.stored(copy).read_bytes()
        self.assertEqual(data[:3], b"CAF")
        self.assertNotIn(MARK, data)
        for name in ("db_datas", "index_content"):
            self.assertFalse(self.column(own, name), name)
        self.assertEqual(own.file_size, len(content))
        self.assertEqual(copy.with_user(self.users["sales"]).raw, content)

    def test_ways_in(self):
        """By command, as superuser, as text, as data: all end encrypted."""
        sales = self.env[COPY].with_user(self.users["sales"])
        item = self.item()
        values = {"name": "scan.txt", "res_model": ITEM, "res_id": item.id}
        copies = sales.create(
            [
                {**values, "raw": SCAN},
                {**values, "datas": base64.b64encode(SCAN)},
                {**values, "raw": SCAN.decode()},
                {**values, "raw": SCAN, "res_id": 0},
                {**values, "raw": SCAN, "db_datas": SCAN, "archive_key": "none"},
            ]
        )
        for copy in copies | self.env[COPY].create({**values, "raw": SCAN}):
            self.assert_encrypted(copy)
        # People are refused (test_papers); what the system moves is encrypted, too.
        empty = self.env[COPY].create({**values, "raw": b""})
        self.assertEqual(empty.with_user(self.users["sales"]).raw, b"")
        self.assertTrue(empty.sudo().archive_key)
        self.assert_encrypted(self.add_copy(item))

    def test_attachments_of_others_stay_as_odoo_keeps_them(self):
        partner = self.file.partner_id
        values = {"name": "a.txt", "raw": SCAN, "res_model": "res.partner"}
        plain = self.env[COPY].create({**values, "res_id": partner.id})
        self.assertFalse(plain.archive_key)
        self.assertEqual(self.stored(plain).read_bytes(), SCAN)
        self.assertEqual(plain.copy().raw, SCAN)

    def test_keys_are_shown_to_nobody(self):
        copy = self.add_copy(self.item())
        for role in ("sales", "admin", "auditor", "management"):
            own = copy.with_user(self.users[role])
            with self.assertRaises(AccessError):
                own.read(["archive_key"])
            with self.assertRaises(AccessError):
                own.search([("archive_key", "!=", False)])
            with self.assertRaises(AccessError):
                own.search([], order="archive_key")
            items = self.env[ITEM].with_user(self.users[role])
            with self.assertRaises(AccessError):
                items.search([("attachment_ids.archive_key", "=like", "A%")])
        key = copy.sudo().archive_key
        copy.sudo().write({"archive_key": False})
        self.assertEqual(copy.sudo().archive_key, key)

    def test_adoption(self):
        """A file that was attached elsewhere first is encrypted when it is linked."""
        item, sales = self.item(), self.users["sales"]
        loose = self.env[COPY].with_user(sales).create({"name": "a.txt", "raw": SCAN})
        self.assertFalse(loose.sudo().archive_key)
        item.attachment_ids = [Command.link(loose.id)]
        self.assertEqual((loose.res_model, loose.res_id), (ITEM, item.id))
        self.assert_encrypted(loose)

    def test_upload_is_handed_to_its_file(self):
        """What was uploaded before its item was saved gets the key of the file."""
        item, sales = self.item(), self.users["sales"]
        values = {"name": "a.txt", "raw": SCAN, "res_model": ITEM}
        upload = self.env[COPY].with_user(sales).create(values)
        stored = self.stored(upload)

        def key_id():
            return keyring.key_id_of(base64.b64decode(upload.sudo().archive_key))

        self.assertNotEqual(key_id(), self.file.sudo().key_id)
        item.attachment_ids = [Command.link(upload.id)]
        self.assertEqual(key_id(), self.file.sudo().key_id)
        self.assertEqual(self.stored(upload), stored)
        self.assert_encrypted(upload)

    def test_damaged_upload_is_not_adopted(self):
        values = {"name": "a.txt", "raw": SCAN, "res_model": ITEM}
        upload = self.env[COPY].with_user(self.users["sales"]).create(values)
        self.set_column(upload, "archive_key", "AAAA")
        with self.assertRaisesRegex(UserError, DAMAGED):
            self.item().attachment_ids = [Command.link(upload.id)]

    def test_new_content_with_a_new_place(self):
        """Both in one write, as only the system may."""
        copy = self.add_copy(self.item()).sudo()
        target = self.item(archive=self.other)
        plain = self.env[COPY].create({"name": "b.txt", "raw": b"other"})
        for attachment in (copy, plain):
            values = {"raw": SCAN[:99], "res_model": ITEM, "res_id": target.id}
            with patch.object(type(copy), "_adopting_archive_items", self.no_items):
                as_system(attachment).write(values)
            self.assert_encrypted(attachment, SCAN[:99])

    @staticmethod
    def no_items(attachments):
        return attachments.env[ITEM].sudo()

    def test_copies_are_not_duplicated(self):
        copy = self.add_copy(self.item())
        for own in (copy, copy.sudo()):
            with self.assertRaisesRegex(UserError, "can't be duplicated"):
                own.copy()

    def test_moving_the_filestore_leaves_copies(self):
        copy = self.add_copy(self.item("license"))
        name = copy.sudo().store_fname
        copy.sudo()._migrate()
        self.assertEqual(copy.sudo().store_fname, name)
        self.assert_encrypted(copy)

    def test_type_becomes_sensitive(self):
        """Numbers that are there are encrypted, also of files under review."""
        type_ = self.env.ref("customer_archive.document_type_license")
        archive = self.submitted()
        item = self.item("license", archive)
        number = item.number
        self.assertTrue(number)
        type_.with_user(self.users["admin"]).is_sensitive = True
        self.assertFalse(self.column(item, "number"))
        secret = item.sudo().secret_ids
        self.assertEqual(len(secret), 1)
        own = secret.with_user(self.users["sales"])
        self.assertEqual(own.action_reveal("check"), number)
        self.assertEqual(
            item.with_user(self.users["clerk"]).shown_number[-4:], number[-4:]
        )
        with self.assertRaisesRegex(UserError, "can't decrypt anything"):
            item.attachment_ids.with_user(self.users["admin"]).raw  # noqa: B018

    def test_refused_by_role(self):
        copy = self.add_copy(self.item())
        for role in ("admin", "archivist"):
            with (
                self.subTest(role),
                self.assertRaisesRegex(UserError, "can't decrypt|can't see sensitive"),
            ):
                copy.with_user(self.users[role]).raw  # noqa: B018
        with self.assertRaisesRegex(RedirectWarning, "signed the confidentiality"):
            copy.with_user(self.users["management"]).raw  # noqa: B018
        root = copy.with_user(SUPERUSER_ID)
        with self.assertRaisesRegex(UserError, "opened by users, or by a job"):
            root.raw  # noqa: B018
        with self.assertRaisesRegex(UserError, "can only be opened by users"):
            as_job(root, "storage").raw  # noqa: B018


@tagged("post_install", "-at_install")
class TestPlainFiles(TransactionCase):
    """With real commits: what was plain is gone once that is final, and not before."""

    @mute_logger(KEYRING)
    def test_plain_file_goes_with_the_commit(self):
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case:
                archive = case.archive("sales")
                items = archive.document_ids.ids
                sales = case.users["sales"]
                case.env["customer.archive.undertaking"].with_user(sales).sign(TRAINED)
                uid = sales.id
                own = case.env[COPY].with_user(sales)
                values = [{"name": "a.txt", "raw": SCAN + b"%d" % n} for n in range(3)]
                loose = own.create(values)
                # The same content elsewhere: one file in the filestore for both.
                shared = own.create({"name": "b.txt", "raw": SCAN + b"2"})
                paths = [EncryptionCase.stored(each) for each in loose]
                loose_ids, shared_id = loose.ids, shared.id
            for path in paths:
                self.assertIn(MARK, path.read_bytes())

            def link(env, index):
                item = env[ITEM].browse(items[index])
                item.attachment_ids = [Command.link(loose_ids[index])]
                env.flush_all()
                return env[COPY].browse(loose_ids[index])

            # Rolled back: the plain file is there, and still the content.
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, {})
                link(env, 0)
                cr.rollback()
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, {})
                copy = env[COPY].browse(loose_ids[0])
                self.assertFalse(copy.sudo().archive_key)
                self.assertEqual(copy.raw, SCAN + b"0")
                # Odoo's own collection takes what the rollback left, and that alone.
                copy.sudo()._gc_file_store_unsafe()
                self.assertEqual(copy.raw, SCAN + b"0")
            stored = []
            for index in range(3):
                with registry.cursor() as cr:
                    copy = link(api.Environment(cr, uid, {}), index)
                    stored.append(copy._full_path(copy.sudo().store_fname))
                    self.assertIn(MARK, paths[index].read_bytes())
            for path in paths[:2]:
                self.assertFalse(path.exists())
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, {})
                env[COPY].sudo()._gc_file_store_unsafe()
                for index, id_ in enumerate(loose_ids):
                    self.assertEqual(env[COPY].browse(id_).raw, SCAN + b"%d" % index)
                self.assertEqual(env[COPY].browse(shared_id).raw, SCAN + b"2")
            self.check_filestore(registry.db_name, {paths[2]})

    def check_filestore(self, database, allowed):
        found = {
            path
            for path in Path(config.filestore(database)).rglob("*")
            if path.is_file() and MARK in path.read_bytes()
        }
        self.assertEqual(found, set(allowed))


@tagged("post_install", "-at_install")
class TestIrAttachmentEncryptionHttp(EncryptionCase, HttpCase):
    _registry_readonly_enabled = False

    def setUp(self):
        super().setUp()
        self.authenticate("t_sales", PASSWORD)

    def upload(self, item_id, *files, **data):
        data = {"model": ITEM, "id": item_id, **data}
        data["csrf_token"] = Request.csrf_token(self)
        return self.url_open(
            "/web/binary/upload_attachment",
            data=data,
            files=[("ufile", each) for each in files],
        )

    def test_upload(self):
        """One or many files, of an item that is saved or not yet."""
        item = self.item("legal_id")
        for item_id in (item.id, 0):
            with self.subTest(item_id):
                image = picture()
                answer = self.upload(
                    item_id,
                    ("扫描 1.txt", SCAN, "text/plain"),
                    ("scan.pdf", PDF, "application/octet-stream"),
                    ("scan.png", image, "image/png"),
                ).json()
                contents = (SCAN, PDF, image)
                for told, content in zip(answer, contents, strict=True):
                    copy = self.env[COPY].browse(told["id"])
                    self.assertEqual(told["size"], len(content))
                    self.assertEqual(told["mimetype"], copy.mimetype)
                    self.assertEqual((copy.res_model, copy.res_id), (ITEM, item_id))
                    self.assertNotIn(MARK, self.stored(copy).read_bytes())
                    own = copy.with_user(self.users["sales"])
                    self.assertEqual(own.raw, content)
                self.assertEqual(answer[0]["filename"], "扫描 1.txt")
                self.assertEqual(answer[1]["mimetype"], "application/pdf")

    def test_upload_refused(self):
        """To others' files and locked ones; nothing is left of it."""
        others = self.archive("sales_other").document_ids[:1]
        locked = self.submitted().document_ids.filtered("is_received")[:1]
        before = self.env[COPY].sudo().search_count([("res_model", "=", ITEM)])
        for item in (others, locked):
            [told] = self.upload(item.id, ("a.txt", SCAN, "text/plain")).json()
            self.assertEqual(list(told), ["error"])
            self.assertNotIn("Traceback", told["error"])
        after = self.env[COPY].sudo().search_count([("res_model", "=", ITEM)])
        self.assertEqual(after, before)

    def test_uploads_elsewhere_are_odoos(self):
        [told] = self.upload(
            self.file.partner_id.id, ("a.txt", SCAN, "text/plain"), model="res.partner"
        ).json()
        self.assertFalse(self.env[COPY].browse(told["id"]).sudo().archive_key)

    def test_parts(self):
        copy = self.add_copy(self.item())
        url, size = f"/web/content/{copy.id}", len(SCAN)
        for span, first, end in (
            ("0-9", 0, 10),
            ("262140-262150", 262140, 262151),
            (f"{size - 5}-", size - 5, size),
            (f"{size - 5}-{size + 100}", size - 5, size),
            ("-7", size - 7, size),
            ("0-", 0, size),
        ):
            with self.subTest(span):
                answer = self.url_open(url, headers={"Range": f"bytes={span}"})
                self.assertEqual(answer.status_code, 206)
                self.assertEqual(answer.content, SCAN[first:end])
                self.assertEqual(
                    answer.headers["Content-Range"], f"bytes {first}-{end - 1}/{size}"
                )
                self.assertEqual(answer.headers["Cache-Control"], "private, no-store")
        for span in (f"{size}-", f"{size + 5}-{size + 9}", "-0"):
            with self.subTest(span):
                answer = self.url_open(url, headers={"Range": f"bytes={span}"})
                self.assertEqual(answer.status_code, 416)
                self.assertNotIn(MARK, answer.content)
        # What isn't understood is ignored, as the standard says.
        for span in ("bytes=9-3", "bytes=a-b", "lines=1-2", "bytes=", "nonsense"):
            with self.subTest(span):
                answer = self.url_open(url, headers={"Range": span})
                self.assertIn(answer.status_code, (200, 416))
                if answer.status_code == 200:
                    self.assertEqual(answer.content, SCAN)

    def test_previews(self):
        """As the viewers of the browser ask for them."""
        item, image = self.item("legal_id"), picture()
        pdf = self.add_copy(item, PDF, "scan.pdf")
        photo = self.add_copy(item, image, "photo.png")
        for url, kind, content in (
            (f"/web/content/{pdf.id}", "application/pdf", PDF),
            (f"/web/content/{pdf.id}?filename=a.pdf", "application/pdf", PDF),
            (f"/web/content/{COPY}/{pdf.id}/datas", "application/pdf", PDF),
            (f"/web/image/{photo.id}", "image/png", image),
            (f"/web/image/{photo.id}?unique=1", "image/png", image),
            (f"/web/image/{photo.id}/64x64", "image/png", None),
            (f"/web/image/{photo.id}?width=64&unique=1", "image/png", None),
        ):
            with self.subTest(url):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(answer.headers["Content-Type"], kind)
                self.assertEqual(answer.headers["Cache-Control"], "private, no-store")
                self.assertNotIn("ETag", answer.headers)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("default-src", answer.headers["Content-Security-Policy"])
                self.assertTrue(
                    answer.headers["Content-Disposition"].startswith("inline")
                )
                if content is None:
                    self.assertLess(len(answer.content), len(image) / 4)
                else:
                    self.assertEqual(answer.content, content)
        answer = self.url_open(f"/web/content/{pdf.id}?download=true")
        disposition = answer.headers["Content-Disposition"]
        self.assertTrue(disposition.startswith("attachment"), disposition)
        self.assertEqual(answer.content, PDF)

    def test_head(self):
        copy = self.add_copy(self.item())
        answer = self.opener.head(f"{self.base_url()}/web/content/{copy.id}")
        self.assertEqual(int(answer.headers["Content-Length"]), len(SCAN))
        self.assertEqual(answer.content, b"")

    def test_number_is_encrypted_with_the_upload(self):
        """As the form saves both."""
        number = identity_number(7)
        item = self.item("legal_id")
        [told] = self.upload(0, ("a.txt", SCAN, "text/plain")).json()
        params = {
            "model": ITEM,
            "method": "web_save",
            "args": [
                item.ids,
                {"number": number, "attachment_ids": [[4, told["id"]]]},
            ],
            "kwargs": {"specification": {"number": {}, "shown_number": {}}},
        }
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.url_open(f"/web/dataset/call_kw/{ITEM}/web_save", json=body)
        [row] = answer.json()["result"]
        self.assertEqual(row["shown_number"], "*" * 14 + number[-4:])
        self.assertNotIn(number, answer.text)
