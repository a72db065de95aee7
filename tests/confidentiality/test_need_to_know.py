"""What a role doesn't need it doesn't see: values and scans alike (C5)."""

import base64
import io
import zipfile
from datetime import timedelta

from odoo import Command, fields
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.files.need_to_know import SHOWN_ON

from ..audit.record_case import RecordedCase
from ..encryption.encryption_case import picture
from ..rights.rights_rpc import copy_urls
from ..support.common import PASSWORD

# Roles that read the files of others, and the kinds of papers that they open.
OPENED = {
    "clerk": {"identity", "bank", "other"},
    "compliance": {"identity", "bank", "other"},
    "management": {"identity", "bank", "other"},
    "auditor": {"identity", "bank", "other"},
    "sales": {"identity", "bank", "other"},
    "head": {"identity", "bank", "other"},
    "finance": {"bank"},
    "legal": {"identity", "other"},
    "archivist": set(),
    "admin": set(),
}
KINDS = {
    "document_type_legal_id": "identity",
    "document_type_signatory_id": "identity",
    "document_type_person_id": "identity",
    "document_type_bank": "bank",
    "document_type_person_card": "bank",
}


class NeedCase(RecordedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sign(*set(OPENED) - {"sales", "compliance"})
        cls.content = picture()
        cls.file = cls.archive()
        types = cls.env["customer.archive.document.type"]
        cls.types = types.search([("is_sensitive", "=", True)])
        cls.types |= types.create(
            {"name": "Medical report", "is_sensitive": True, "requirement": "optional"}
        )
        items = cls.env["customer.archive.document"]
        data = base64.b64encode(cls.content)
        cls.items = items.create(
            [
                {
                    "archive_id": cls.file.id,
                    "type_id": type_.id,
                    "attachment_ids": [
                        Command.create({"name": "s.png", "datas": data})
                    ],
                }
                for type_ in cls.types
            ]
        )

    def may(self, role, item):
        return item.type_id.sensitive_kind in OPENED[role]


@tagged("post_install", "-at_install")
class TestNeedToKnow(NeedCase, TransactionCase):
    def test_shipped_kinds(self):
        """Each sensitive type that comes with the addon says what it is."""
        shipped = self.types.filtered(lambda type_: type_.get_external_id()[type_.id])
        self.assertEqual(len(shipped), len(KINDS))
        for name, kind in KINDS.items():
            type_ = self.env.ref(f"customer_archive.{name}")
            self.assertEqual(type_.sensitive_kind, kind)
        kinds = self.types._fields["sensitive_kind"].get_values(self.env)
        self.assertEqual(set(kinds), set(SHOWN_ON))
        values = self.env["customer.archive.secret"]._fields["kind"]
        self.assertEqual(
            set().union(*SHOWN_ON.values()), set(values.get_values(self.env))
        )

    def test_each_type_by_each_role(self):
        for role in OPENED:
            for item in self.items:
                copy = item.attachment_ids
                with self.subTest(role, type=item.type_id.name):
                    self.env.invalidate_all()
                    self.mark()
                    own = copy.with_user(self.users[role])
                    if self.may(role, item):
                        [values] = own.read(["datas"])
                        self.assertIn(self.content, base64.b64decode(values["datas"]))
                        self.assertRecorded(role, "download", item)
                    else:
                        self.refuse(own.read, ["datas"])
                        self.assertEqual(self.rows("denied").user_id, self.users[role])
                        self.assertFalse(self.rows("download"))

    def test_numbers_are_of_their_papers_kind(self):
        """What Finance may not open as a scan, it doesn't reveal as a number."""
        for item in self.items:
            number = "110101189912310010"
            item.type_id.number_format = False
            item.with_user(self.users["sales"]).number = number
            kind = item.secret_ids.kind
            self.assertIn(kind, SHOWN_ON[item.type_id.sensitive_kind])

    def test_approved_request(self):
        """Somebody decided that it is needed: it is, while the access lasts."""
        item = self.items.filtered(lambda each: not self.may("finance", each))[:1]
        copy = item.attachment_ids.with_user(self.users["finance"])
        now = fields.Datetime.now()
        grant = as_system(self.env["customer.archive.grant"]).create(
            {
                "user_id": self.users["finance"].id,
                "archive_id": self.file.id,
                "scope": "items",
                "document_ids": [Command.set(item.ids)],
                "include_sensitive": True,
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(hours=1),
                "res_model": "customer.archive.consultation",
                "res_id": 1,
                "request_number": "CY-1",
            }
        )
        self.assertTrue(copy.raw)
        as_system(grant).include_sensitive = False
        self.env.invalidate_all()
        self.refuse(copy.read, ["raw"])

    def test_another_kind_is_recorded(self):
        admin = self.users["admin"]
        type_ = self.env.ref("customer_archive.document_type_legal_id")
        self.mark()
        type_.with_user(admin).sensitive_kind = "bank"
        self.assertEqual(type_.sensitive_kind, "identity")
        row = self.assertRecorded("admin", "configuration", type_)
        self.assertEqual(row.detail, "write lifting lifting_by_id")
        own = type_.with_user(self.users["compliance"])
        self.mark()
        own.action_confirm_lifting(own.lifting_digest)
        rows = self.rows("configuration")
        self.assertIn("confirmed", rows.mapped("detail"))
        self.assertEqual(type_.sensitive_kind, "bank")


@tagged("post_install", "-at_install")
class TestNeedToKnowServed(NeedCase, HttpCase):
    def setUp(self):
        super().setUp()
        # Test cursors can't write beside one that only reads, as real ones do.
        self.set_registry_readonly_mode(False)
        self.addCleanup(self.set_registry_readonly_mode, True)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_binary")
    def test_each_address(self):
        for role in ("finance", "legal"):
            self.authenticate(f"t_{role}", PASSWORD)
            for item in self.items:
                copy = item.attachment_ids
                for operation, url in copy_urls(copy):
                    with self.subTest(role, type=item.type_id.name, by=operation):
                        shown = self.content in self.url_open(url).content
                        if not self.may(role, item):
                            self.assertFalse(shown)
                        elif operation in ("url:content", "url:download"):
                            self.assertTrue(shown)
                url = f"/web/image/{copy.id}/64x64"
                small = self.url_open(url)
                # What is refused is shown as Odoo's placeholder, or not at all.
                self.env.invalidate_all()
                rows = self.rows("view").filtered(
                    lambda row, i=item: row.res_id == i.id
                )
                rows = rows.filtered(lambda row, r=role: row.user_id == self.users[r])
                self.assertEqual(bool(rows), self.may(role, item), small.status_code)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_binary")
    def test_several_in_one_download(self):
        """What a role doesn't need isn't in the archive that Odoo packs either."""
        for role in ("finance", "legal"):
            self.authenticate(f"t_{role}", PASSWORD)
            for item in self.items:
                with self.subTest(role, type=item.type_id.name):
                    self.assertEqual(self.packed(item), self.may(role, item))
            # With one that isn't needed among them there is none at all.
            self.assertFalse(self.packed(self.items))

    def packed(self, items):
        """Whether the scans of some items are in one download."""
        answer = self.url_open(
            "/mail/attachment/zip",
            data={
                "file_ids": ",".join(map(str, items.attachment_ids.ids)),
                "zip_name": "all.zip",
                "csrf_token": Request.csrf_token(self),
            },
        )
        if not answer.ok or not answer.content.startswith(b"PK"):
            self.assertNotIn(self.content, answer.content)
            return False
        with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
            contents = [package.read(name) for name in package.namelist()]
        self.assertTrue(contents)
        shown = [self.content in content for content in contents]
        self.assertEqual(len(set(shown)), 1)
        return all(shown)
