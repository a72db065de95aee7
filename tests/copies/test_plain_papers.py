"""Whatever comes to our records is the copy of an item, or isn't taken (I1)."""

import base64
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.customer_archive.models.encryption.customer_archive_keyring import (
    KeyProblem,
)

from ..encryption.encryption_case import COPY, ITEM
from ..support.common import PASSWORD
from .test_papers_by_mail import PapersCase
from .watermark_case import pdf, texts

WAY = "attach them to an item of the file's checklist"
SAID = "Identity card of Zhang San"
TEXT = b"PLAINTEXT identity card of Zhang San"


def photo():
    stream = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(stream, "PNG")
    return stream.getvalue()


class Ways:
    """The ways by which a paper could come to a record, with all rights."""

    def __init__(self, record):
        self.record = record
        self.env = record.env
        self.place = {"res_model": record._name, "res_id": record.id}
        self.values = {"name": "身份证.txt", "raw": TEXT}

    def all(self):
        names = [name for name in dir(self) if name.startswith("by_")]
        if "message_ids" not in self.record._fields:
            names = [name for name in names if not name.startswith("by_message")]
        if "activity_ids" not in self.record._fields:
            names = [name for name in names if not name.startswith("by_activity")]
        return {name: getattr(self, name) for name in names}

    def loose(self, **values):
        return self.env[COPY].create({**self.values, **values})

    def by_create(self):
        self.loose(**self.place)

    def by_create_as_base64(self):
        datas = base64.b64encode(TEXT)
        self.env[COPY].create({"name": "a.txt", "datas": datas, **self.place})

    def by_create_in_a_field(self):
        self.loose(**self.place, res_field="image_1920")

    def by_create_of_an_address(self):
        self.env[COPY].create(
            {"name": "a", "type": "url", "url": "http://x.example", **self.place}
        )

    def by_default(self):
        defaults = {f"default_{name}": value for name, value in self.place.items()}
        self.env[COPY].with_context(**defaults).create(self.values)

    def by_write(self):
        self.loose().write(self.place)

    def by_write_in_two_steps(self):
        loose = self.loose(res_model="res.partner", res_id=1)
        loose.write({"res_id": self.record.id})
        loose.write({"res_model": self.record._name})

    def by_import(self):
        names = ["name", "raw", "res_model", "res_id"]
        row = ["a.txt", base64.b64encode(TEXT).decode(), *map(str, self.place.values())]
        answer = self.env[COPY].load(names, [row])
        if not answer["ids"]:
            raise UserError(answer["messages"][0]["message"])

    def by_product_document(self):
        self.env["product.document"].create({**self.values, **self.place})

    def by_message_with_content(self):
        self.record.message_post(body="x", attachments=[("a.txt", TEXT)])

    def by_message_with_upload(self):
        loose = self.loose(res_model="mail.compose.message", res_id=0)
        self.record.message_post(body="x", attachment_ids=loose.ids)

    def by_message_with_loose(self):
        self.record.message_post(body="x", attachment_ids=self.loose().ids)

    def by_message_notify(self):
        self.record.message_notify(
            body="x",
            attachment_ids=self.loose().ids,
            partner_ids=self.env.user.partner_id.ids,
        )

    def by_message_with_picture(self):
        data = base64.b64encode(photo()).decode()
        message = {"model": self.record._name, "res_id": self.record.id}
        body = f'<p><img src="data:image/png;base64,{data}"></p>'
        self.env["mail.message"].create({**message, "body": body})

    def by_message_commands(self):
        message = {"model": self.record._name, "res_id": self.record.id}
        papers = [Command.create(self.values)]
        self.env["mail.message"].create({**message, "attachment_ids": papers})

    def by_message_of_its_own(self):
        message = self.record.message_post(body="x")
        self.loose(res_model="mail.message", res_id=message.id)

    def by_message_scheduled(self):
        self.env["mail.scheduled.message"].create(
            {
                "model": self.record._name,
                "res_id": self.record.id,
                "author_id": self.env.user.partner_id.id,
                "scheduled_date": "2099-01-01 00:00:00",
                "body": "x",
                "attachment_ids": [Command.set(self.loose().ids)],
            }
        )

    def by_activity(self):
        self.activity().attachment_ids = self.loose()

    def by_activity_of_its_own(self):
        self.loose(res_model="mail.activity", res_id=self.activity().id)

    def activity(self):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self.record._name),
                "res_id": self.record.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "user_id": self.env.uid,
            }
        )


class PlainCase(PapersCase):
    @classmethod
    def ours(cls):
        """Return the names of our models that hold records, but for items."""
        return [
            name
            for name, model in cls.env.items()
            if is_ours(name) and not model._abstract and name != ITEM
        ]

    def threads(self):
        return [name for name in self.ours() if "message_ids" in self.env[name]._fields]


@tagged("post_install", "-at_install")
class TestPlainPapers(PlainCase, TransactionCase):
    def test_no_way_in(self):
        """Each model of ours × each way a paper could come to a record."""
        tried = 0
        for name in self.ours():
            with self.undone():
                # What no rights refuse: other modules' code has all of them.
                record = self.bare(self.env[name].with_user(SUPERUSER_ID))
                if name == self.file._name:
                    record = self.file.with_user(SUPERUSER_ID)
                for way, come in Ways(record).all().items():
                    with (
                        self.subTest(model=name, way=way),
                        self.undone(),
                        self.assertRaisesRegex(UserError, WAY),
                    ):
                        come()
                        self.env.flush_all()
                    tried += 1
        self.assertGreater(tried, 300)

    def test_said_and_recorded(self):
        with self.undone(), self.assertRaisesRegex(AccessError, WAY):
            self.file.message_post(body="x", attachments=[("a.txt", TEXT)])
        row = self.denials()
        self.assertEqual(row.user_id, self.users["sales"])
        self.assertEqual((row.model, row.res_id), (self.file._name, self.file.id))
        self.assertTrue(row.detail.startswith("attach"))

    def test_what_our_jobs_store_stays_as_it_is(self):
        for values in ({"raw": b"x"}, {"name": "x"}, {"res_id": self.other.id}):
            for env in (self.env, self.env(user=self.users["sales"])):
                with self.assertRaisesRegex(AccessError, "can't be changed or moved"):
                    self.stored.with_env(env).sudo().write(values)

    # By mail

    def mail(self, record, html="<p>Please find it attached.</p>", papers=True):
        """Receive a mail to a record; return its message and its papers."""
        mail = EmailMessage()
        mail["From"] = "Li Si <li.si@party.example>"
        mail["To"] = "files@example.com"
        mail["Subject"] = "Papers"
        mail["Message-Id"] = f"<{record._name}-{record.id}@party.example>"
        mail.set_content("Please find it attached.")
        mail.add_alternative(html, subtype="html")
        if papers:
            mail.add_attachment(
                pdf(text=SAID),
                maintype="application",
                subtype="pdf",
                filename="身份证.pdf",
            )
            mail.add_attachment(TEXT.decode(), filename="clear.txt")
        gateway = self.env(user=SUPERUSER_ID)["mail.thread"]
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            gateway.message_process(record._name, mail.as_bytes(), thread_id=record.id)
        self.env.flush_all()
        self.env.invalidate_all()
        own = record.sudo()
        message = own.message_ids.filtered(lambda each: each.subject == "Papers")
        domain = [("res_model", "=", own._name), ("res_id", "=", own.id)]
        copies = self.env[COPY].search(domain, order="id") - self.stored
        return message, copies

    def check_closed(self, papers):
        for paper in papers.sudo():
            self.assertTrue(paper.archive_key)
            self.assertFalse(paper.index_content)
            stored = Path(paper._full_path(paper.store_fname)).read_bytes()
            self.assertNotIn(b"PDF", stored)
            self.assertNotIn(TEXT, stored)

    def test_mailed_to_a_file(self):
        message, papers = self.mail(self.file)
        self.assertIn("Please find it attached", message.body)
        self.assertFalse(message.attachment_ids)
        self.assertEqual(papers.mapped("name"), ["身份证.pdf", "clear.txt"])
        self.check_closed(papers)
        said = self.file.sudo().message_ids[0]
        self.assertIn("身份证.pdf<br>clear.txt", said.body)
        self.assertIn("item of the checklist", said.body)

    def test_mailed_to_each_model(self):
        for name in self.threads():
            record = self.file
            if name != record._name:
                record = self.bare(self.env[name])
            with self.subTest(name), self.undone():
                message, papers = self.mail(record.sudo())
                self.assertIn("Please find it attached", message.body)
                self.assertFalse(message.attachment_ids)
                self.assertEqual(len(papers), 2)
                self.check_closed(papers)

    def test_pictures_in_the_text_of_a_mail(self):
        data = base64.b64encode(photo()).decode()
        html = f'<p>Here: <img src="data:image/png;base64,{data}"/> it is.</p>'
        message, papers = self.mail(self.file, html, papers=False)
        self.assertIn("it is.", message.body)
        self.assertNotIn("data:image", message.body)
        self.assertEqual(papers.mimetype, "image/png")
        self.assertTrue(papers.sudo().archive_key)

    def test_who_opens_a_mailed_paper(self):
        _message, papers = self.mail(self.file)
        paper = papers[0].with_user(self.users["sales"]).sudo(False)
        [page, *_others] = texts(paper.raw)
        self.assertIn(SAID, page)
        self.assertIn("Test sales", page)
        row = self.events("download")[:1]
        self.assertEqual((row.model, row.res_id), (self.file._name, self.file.id))
        self.assertEqual(row.detail, f"attachment {paper.id}")
        for role in ("admin", "archivist", "reader", "employee"):
            paper.invalidate_recordset()
            with self.subTest(role), self.assertRaises(AccessError):
                paper.with_user(self.users[role]).raw  # noqa: B018
        # Nobody knows what it is: as with what is sensitive, one has to have signed.
        with self.assertRaises(RedirectWarning):
            paper.with_user(self.users["management"]).raw  # noqa: B018
        with self.assertRaisesRegex(AccessError, "can't leave by message"):
            self.users["sales"].partner_id.with_user(self.users["sales"]).message_post(
                body="x", attachment_ids=paper.ids
            )

    def test_sorted_into_the_checklist(self):
        _message, papers = self.mail(self.file)
        paper = papers[0].with_user(self.users["sales"]).sudo(False)
        theirs = self.item("license", self.other).with_user(self.users["sales"])
        with self.assertRaisesRegex(AccessError, "belongs to another record"):
            theirs.attachment_ids = [Command.link(paper.id)]
        item = self.item("bank").with_user(self.users["sales"])
        item.attachment_ids = [Command.link(paper.id)]
        self.assertEqual((paper.res_model, paper.res_id), (ITEM, item.id))
        self.assertIn(SAID, texts(paper.raw)[0])

    def test_a_mail_is_not_lost_with_its_papers(self):
        """Whatever becomes of the keys."""
        keys = type(self.env["customer.archive.keyring"])
        with patch.object(keys, "_file_key", side_effect=KeyProblem("gone", "gone")):
            message, papers = self.mail(self.file)
        self.assertIn("Please find it attached", message.body)
        self.assertFalse(papers)
        self.assertIn("could not be kept", self.file.sudo().message_ids[0].body)


@tagged("post_install", "-at_install")
class TestPlainPapersByRoute(PlainCase, HttpCase):
    def test_no_route_in(self):
        """Each model of ours × the routes that take uploads."""
        self.authenticate(self.users["sales"].login, PASSWORD)
        known = self.env[COPY].sudo().search([], order="id desc", limit=1)
        file = {"ufile": ("身份证.txt", TEXT, "text/plain")}
        token = Request.csrf_token(self)
        for name in self.ours():
            res_id = self.file.id if name == self.file._name else 1
            chatter = {"thread_model": name, "thread_id": res_id, "csrf_token": token}
            fields = {"model": name, "id": res_id, "csrf_token": token}
            for url, data in (
                ("/mail/attachment/upload", chatter),
                ("/mail/attachment/upload", {**chatter, "is_pending": "true"}),
                ("/web/binary/upload_attachment", fields),
            ):
                with self.subTest(model=name, url=url):
                    answer = self.url_open(url, data=data, files=file)
                    self.assertIn("item of the file's checklist", answer.text)
        self.env.invalidate_all()
        new = self.env[COPY].sudo().search([("id", ">", known.id)])
        self.assertFalse(new.filtered(lambda each: is_ours(each.res_model)))
