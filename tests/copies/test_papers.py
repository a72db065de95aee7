"""What comes in as a copy is a paper; what isn't one is said to be none."""

import base64
import io
import json

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..encryption.encryption_case import COPY, ITEM, EncryptionCase
from ..support.common import PASSWORD
from .paper_case import NONE, PAPERS, PDF, UNREADABLE, packed
from .viewing_case import scan
from .watermark_case import locked_pdf, pdf, texts

WORDS = {"empty": "is empty", "program": "is a program or a web page"}


def all_of(table):
    return [
        (code, name, content) for code, rows in table.items() for name, content in rows
    ]


class PaperCase(EncryptionCase):
    def setUp(self):
        super().setUp()
        self.sales = self.users["sales"]
        self.license = self.item("license")

    def upload(self, name, content, **values):
        """Return a new upload of sales, as over RPC."""
        copies = self.env[COPY].with_user(self.sales)
        data = base64.b64encode(content)
        return copies.create({"name": name, "datas": data, **values})

    def ways(self):
        """Return functions of (name, content), each a way for a copy to come in."""
        item, archive = self.license, self.file

        def command(name, content):
            values = {"name": name, "datas": base64.b64encode(content)}
            return [Command.create(values)]

        def renamed(name, content):
            copy = self.upload("a.bin", content)
            copy.name = name
            return item.write({"attachment_ids": [Command.link(copy.id)]})

        def changed(name, content):
            copy = self.upload("a.txt", b"first", res_model=ITEM)
            copy.write({"raw": content, "name": name})
            return item.write({"attachment_ids": [Command.link(copy.id)]})

        def linked(command):
            def way(name, content):
                copy = self.upload(name, content)
                return item.write({"attachment_ids": [command(copy.id)]})

            return way

        return {
            "created": lambda *file: self.upload(*file, res_model=ITEM),
            "created on the item": lambda *file: self.upload(
                *file, res_model=ITEM, res_id=item.id
            ),
            "raw": lambda name, content: (
                self.env[COPY]
                .with_user(self.sales)
                .create({"name": name, "raw": content, "res_model": ITEM})
            ),
            "streamed": lambda name, content: (
                self.env[COPY]
                .with_user(self.sales)
                ._archive_upload(name, io.BytesIO(content), item.id)
            ),
            "with the item": lambda *file: (
                self.env[ITEM]
                .with_user(self.sales)
                .create(
                    {
                        "archive_id": archive.id,
                        "type_id": item.type_id.id,
                        "attachment_ids": command(*file),
                    }
                )
            ),
            "written": lambda *file: item.write({"attachment_ids": command(*file)}),
            "with the file": lambda *file: archive.write(
                {
                    "document_ids": [
                        Command.update(item.id, {"attachment_ids": command(*file)})
                    ]
                }
            ),
            "linked": linked(Command.link),
            "set": linked(lambda number: Command.set([number])),
            "renamed": renamed,
            "changed": changed,
            "moved": lambda *file: self.upload(*file).write(
                {"res_model": ITEM, "res_id": item.id}
            ),
        }


@tagged("post_install", "-at_install")
class TestPapers(PaperCase, TransactionCase):
    def test_refused(self):
        """Each kind by one way, one of each kind by all ways."""
        for way, bring in self.ways().items():
            files = all_of(NONE)
            if way not in ("written", "created"):
                files = [(code, *rows[0]) for code, rows in NONE.items()]
            for code, name, content in files:
                with self.subTest(way, name=name):
                    with self.assertRaisesRegex(UserError, WORDS[code]):
                        bring(name, content)
                    self.assertFalse(self.license.attachment_ids)
                    self.assertFalse(self.license.is_received)

    def test_ways_are_all(self):
        """Another field for copies would be another way."""
        fields = [
            name
            for name, field in self.env[ITEM]._fields.items()
            if field.comodel_name == COPY and not field.related
        ]
        self.assertEqual(fields, ["attachment_ids"])

    def test_no_content(self):
        """A copy that nothing was ever stored for, and a link to elsewhere."""
        copies = self.env[COPY].with_user(self.sales)
        for values in (
            {"name": "a.pdf"},
            {"name": "a.pdf", "res_model": ITEM},
            {"name": "a.pdf", "type": "url", "url": "https://example.com/a.pdf"},
        ):
            with self.assertRaisesRegex(UserError, "is empty"):
                self.license.attachment_ids = [Command.create(values)]
            copy = copies.create(values)
            with self.assertRaisesRegex(UserError, "is empty"):
                self.license.attachment_ids = copy
        self.assertFalse(self.license.is_received)

    def test_unreadable(self):
        """It is taken, said to be so, and doesn't count."""
        for code, name, content in all_of(UNREADABLE):
            with self.subTest(name):
                self.license.attachment_ids = False
                copy = self.add_copy(self.license, content, name)
                self.assertEqual(copy.archive_trouble, code)
                self.assertFalse(self.license.is_received)
                self.assertIn(self.license.type_id, self.file.missing_type_ids)
                self.assertIn(copy.name, self.license.copy_warning)
                self.assertIn("doesn't count", self.file.copy_warnings)
        # Beside one that can be read, it is no harm.
        self.add_copy(self.license, PDF, "好.pdf")
        self.assertTrue(self.license.is_received)
        self.assertTrue(self.license.copy_warning)

    def test_papers(self):
        for name, content in PAPERS:
            with self.subTest(name):
                self.license.attachment_ids = False
                copy = self.add_copy(self.license, content, name)
                self.assertFalse(copy.archive_trouble)
                self.assertTrue(self.license.is_received)
                self.assertFalse(self.license.copy_warning)

    def test_macros(self):
        content = packed(**{"xl/vbaProject.bin": b"x"})
        copy = self.add_copy(self.license, content, "宏.xlsm")
        self.assertEqual(copy.archive_trouble, "macros")
        self.assertTrue(self.license.is_received)
        self.assertIn("contains macros", self.license.copy_warning)

    def test_checklist_row_stays(self):
        """A copy that doesn't count isn't lost with a row that looks empty."""
        copy = self.add_copy(self.license, locked_pdf("secret"), "加密.pdf")
        self.file.category_id = self.prospect
        self.file._sync_checklist()
        self.assertTrue(copy.exists())
        self.assertEqual(self.license.attachment_ids, copy)

    def test_the_system_is_not_refused(self):
        """Data that is installed or moved comes in as it is, and is noted."""
        item = self.license.with_user(SUPERUSER_ID)
        copy = self.add_copy(item, b"", "空.pdf")
        self.assertEqual(copy.archive_trouble, "empty")
        self.assertFalse(item.is_received)

    def test_nobody_says_so_himself(self):
        copy = self.add_copy(self.license, locked_pdf("secret"), "加密.pdf")
        values = {"archive_trouble": False, "archive_digest": "none"}
        copy.write(values)
        self.assertEqual(copy.archive_trouble, "protected")
        other = self.upload("a.txt", b"text", archive_digest="none")
        self.assertFalse(other.sudo().archive_digest)
        for read in (
            lambda: copy.read(["archive_digest"]),
            lambda: copy.search([("archive_digest", "!=", False)]),
            lambda: copy.search([], order="archive_digest"),
            lambda: copy._read_group([], ["archive_digest"]),
        ):
            with self.assertRaises(AccessError):
                read()

    # The same again

    def test_doubles(self):
        """Told beside both items, and refused nowhere."""
        bank = self.item("bank")
        self.add_copy(self.license, PDF, "执照.pdf")
        self.add_copy(bank, PDF, "开户.pdf")
        self.env.invalidate_all()
        self.assertIn(bank.type_id.name, self.license.copy_warning)
        self.assertIn(self.license.type_id.name, bank.copy_warning)
        self.assertIn("the same content", self.file.copy_warnings)
        self.assertTrue(self.license.is_received)
        self.assertTrue(bank.is_received)

    def test_no_two_of_a_name(self):
        """Where one was removed, the next one doesn't get the name of another."""
        bank = self.item("bank")
        copies = [self.add_copy(bank, scan(), "a.jpg") for _each in range(3)]
        bank.attachment_ids -= copies[0]
        self.add_copy(bank, scan(), "a.jpg")
        self.add_copy(bank, scan(), "b.jpg")
        names = bank.attachment_ids.mapped("name")
        self.assertEqual(len(names), 4)
        self.assertEqual(len(set(names)), 4, names)
        self.assertFalse(bank.copy_warning)
        # What was called alike before is told in the form.
        first, second = bank.attachment_ids[:2]
        as_system(second.sudo()).name = first.name
        self.env.invalidate_all()
        self.assertIn("another copy named", bank.copy_warning)

    def test_doubles_by_other_ways(self):
        """Also of what was uploaded before there was an item."""
        bank = self.item("bank")
        self.add_copy(bank, PDF, "开户.pdf")
        loose = self.upload("b.pdf", PDF, res_model=ITEM)
        self.assertFalse(loose.sudo().archive_digest)
        self.license.attachment_ids = loose
        plain = self.upload("c.pdf", PDF)
        self.license.attachment_ids |= plain
        self.env.invalidate_all()
        # Both, and each of them the other.
        self.assertEqual(self.license.copy_warning.count("the same content"), 4)

    def test_doubles_stay_within_a_file(self):
        """Nobody learns that another file holds what he has."""
        other = self.item("license", self.other)
        first = self.add_copy(self.license, PDF, "执照.pdf")
        second = self.add_copy(other, PDF, "执照.pdf")
        self.assertFalse(self.license.copy_warning)
        self.assertFalse(other.copy_warning)
        digests = (first | second).sudo().mapped("archive_digest")
        self.assertEqual(len(set(digests)), 2)

    def test_doubles_of_what_one_does_not_see(self):
        bank = self.item("bank")
        self.add_copy(self.license, PDF, "执照.pdf")
        self.add_copy(bank, PDF, "开户.pdf")
        self.env["ir.rule"].create(
            {
                "name": "one only",
                "model_id": self.env["ir.model"]._get_id(ITEM),
                "domain_force": [("id", "!=", bank.id)],
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self.license.copy_warning)

    # Repaired

    def test_repaired(self):
        """What viewers show is shown and marked; what came in stays as it came."""
        no_end = pdf()[:-40]
        no_table = pdf()
        no_table = no_table[: no_table.index(b"\nxref")] + b"\n%%EOF"
        by_hand = (
            b"%PDF-1.0\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
            b"3 0 obj<</Type/Page/MediaBox[0 0 300 300]>>endobj\n"
            b"trailer<</Size 4/Root 1 0 R>>"
        )
        for content in (no_end, no_table, by_hand):
            copy = self.add_copy(self.license, content, "执照.pdf")
            self.assertFalse(copy.archive_trouble)
            copy.invalidate_recordset()
            [text] = texts(copy.raw)
            self.assertIn("t_sales", text)
            with copy._archive_reader() as reader:
                self.assertEqual(reader.read(), content)
        self.assertFalse(
            self.events("view")
            .filtered("summary")
            .filtered(lambda row: "without watermark" in row.summary)
        )


@tagged("post_install", "-at_install")
class TestPapersHttp(PaperCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("t_sales", PASSWORD)

    def post(self, name, content, item_id):
        self.env.flush_all()
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data={
                "model": ITEM,
                "id": item_id,
                "csrf_token": Request.csrf_token(self),
            },
            files={"ufile": (name, content)},
        )
        return json.loads(answer.text)

    def test_upload(self):
        """The dialog is told, and what was typed there stays."""
        for item_id in (0, self.license.id):
            for code, name, content in all_of(NONE):
                if name.endswith(" ") or not content:
                    name = "空.pdf" if not content else "b.exe"
                with self.subTest(name, item_id=item_id):
                    [told] = self.post(name, content, item_id)
                    self.assertEqual(set(told), {"error"})
                    self.assertIn(WORDS[code], told["error"])
            for _code, name, content in all_of(UNREADABLE):
                [told] = self.post(name, content, item_id)
                self.assertIn("doesn't count", told["warning"])
                self.assertTrue(told["id"])
            [told] = self.post("执照.pdf", PDF, item_id)
            self.assertFalse(told["warning"])
        self.assertFalse(self.license.attachment_ids)

    def test_what_is_there_already(self):
        """The answer to an upload says where else it is; nothing is refused."""
        bank, item_id = self.item("bank"), self.license.id
        there = self.add_copy(bank, PDF, "开户.pdf")
        [told] = self.post("执照.pdf", PDF, item_id)
        self.assertTrue(told["id"])
        self.assertIn("same content as a copy", told["warning"])
        self.assertIn(bank.type_id.name, told["warning"])
        # On the same item by the name that it has there.
        [told] = self.post(there.name.upper(), scan(), bank.id)
        self.assertTrue(told["id"])
        self.assertIn("another copy named", told["warning"])
        # Nothing is told of other files, nor of an item that isn't saved.
        other = self.item("license", self.other)
        for item in (other.id, 0):
            [told] = self.post("执照.pdf", PDF, item)
            self.assertFalse(told["warning"])

    def test_several(self):
        """One that is none keeps nothing of the others out."""
        self.env.flush_all()
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data={
                "model": ITEM,
                "id": self.license.id,
                "csrf_token": Request.csrf_token(self),
            },
            files=[
                ("ufile", ("空.pdf", b"")),
                ("ufile", ("执照.pdf", PDF)),
                ("ufile", ("照片.jpg", scan())),
            ],
        )
        told = json.loads(answer.text)
        self.assertEqual(["error" in each for each in told], [True, False, False])

    def test_browser_form(self):
        """As the item's form saves it."""
        with mute_logger("odoo.http"):
            answer = self.make_jsonrpc_request_told(
                "web_save",
                [self.license.id],
                {
                    "note": "备注",
                    "attachment_ids": [
                        [0, 0, {"name": "空.pdf", "datas": ""}],
                    ],
                },
                specification={},
            )
        self.assertIn("is empty", answer)

    def make_jsonrpc_request_told(self, method, *args, **kwargs):
        self.env.flush_all()
        body = {
            "params": {"model": ITEM, "method": method, "args": args, "kwargs": kwargs}
        }
        answer = self.url_open(
            f"/web/dataset/call_kw/{ITEM}/{method}",
            data=json.dumps(body),
            headers={"Content-Type": "application/json"},
        ).json()
        return answer["error"]["data"]["message"]
