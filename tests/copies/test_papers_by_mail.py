"""No paper of the customer files leaves with a message (C4, C6, C7)."""

import contextlib
import re

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.customer_archive.models.common.internal_job import JOBS, as_job, job_of
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.mail.tests.common import MailCase

from ..encryption.encryption_case import COPY, ITEM, EncryptionCase
from ..registers.register_case import RUN, RegisterCase
from ..support.common import PASSWORD, ROLES
from .mail_routes import OUTSIDER, Doors
from .watermark_case import pdf

WAY = "can't leave by message.*request a sharing"
LINE = "customer.archive.annual.line"
YEAR = {"year": 2031, "date": "2031-01-04", "due_date": "2031-02-01"}
SAID = "Business licence of Markstone Ltd"
PLAIN = b"Certificate of Markstone Ltd"


class PapersCase(EncryptionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.copy = cls.add_copy(cls.item("license"), pdf(text=SAID), "营业执照.pdf")
        cls.sensitive = cls.add_copy(cls.item(), pdf(text=SAID), "开户许可证.pdf")
        # What our own jobs store plain: it is bound to a record of ours.
        cls.stored = as_system(cls.env[COPY]).create(
            {
                "name": "certificate_ZM-1.pdf",
                "raw": PLAIN,
                "res_model": "customer.archive",
                "res_id": cls.file.id,
            }
        )
        cls.papers = cls.copy.sudo() | cls.sensitive.sudo() | cls.stored.sudo()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def readers(self, paper):
        """Return the names of the roles that can read a paper."""
        return [
            role
            for role in ROLES
            if paper.with_user(self.users[role]).sudo(False).has_access("read")
        ]

    @contextlib.contextmanager
    def undone(self):
        """Undo what is done, and what it wanted recorded."""
        with contextlib.closing(self.env.cr.savepoint()):
            yield
        self.env.invalidate_all()

    def bare(self, model):
        """Return a record of any model: an empty row, whatever the model requires."""
        self.env.flush_all()
        if not model._auto:
            # A view: its rows are those of others.
            return model.search([], limit=1)
        cr, table = self.env.cr, model._table
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND is_nullable = 'NO' AND column_name <> 'id'",
            [table],
        )
        for (column,) in cr.fetchall():
            cr.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" DROP NOT NULL')
        cr.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        )
        for (name,) in cr.fetchall():
            cr.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        cr.execute(f'INSERT INTO "{table}" DEFAULT VALUES RETURNING id')
        return model.browse(cr.fetchone()[0])

    def denials(self):
        """Record what was refused, as the end of a request does; return the rows."""
        log = self.env["customer.archive.log"].sudo()
        with self.enter_registry_test_mode():
            known = log.search([("event", "=", "denied")])
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        return log.search([("event", "=", "denied")]) - known


@tagged("post_install", "-at_install")
class TestPapersByMail(PapersCase, MailCase, TransactionCase):
    def test_no_door_takes_a_paper(self):
        """Each role that can read a paper × each way to send it on."""
        tried = 0
        for paper in self.papers:
            readers = self.readers(paper)
            self.assertIn("sales", readers, paper.name)
            # Which paper it is makes no difference to who sends it on.
            for role in readers if paper == self.copy else ["sales"]:
                with self.undone(), self.mock_mail_gateway():
                    tried += self.try_doors(role, paper)
                    self.send_all()
                    self.assertFalse(self.leaving(), (role, paper.name))
        self.assertGreater(tried, 200)

    def try_doors(self, role, paper):
        doors = Doors(self, self.users[role]).all()
        for name, door in doors.items():
            with self.subTest(role=role, door=name, paper=paper.name):
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    door(paper.ids)
                    self.env.flush_all()
                self.assertIn(type(caught.exception), (AccessError, UserError))
                self.assertFalse(self.env["base"]._archive_links_to(paper.ids))
        return len(doors)

    def send_all(self):
        """Send what was queued, as the scheduled action does."""
        queue = self.env(user=SUPERUSER_ID)["mail.mail"]
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            queue.search([("state", "=", "outgoing")]).send()

    def leaving(self):
        """Return the names of attachments that went out."""
        return [each for mail in self._mails for each in mail["attachments"] or ()]

    def test_refused_in_words_and_recorded(self):
        for role in ("auditor", "admin", "finance", "sales"):
            with self.undone():
                partner = self.users[role].partner_id
                with self.assertRaisesRegex(AccessError, WAY):
                    partner.with_user(self.users[role]).message_notify(
                        body="x", attachment_ids=self.copy.ids, partner_ids=partner.ids
                    )
            row = self.denials()
            self.assertEqual(row.user_id, self.users[role])
            self.assertEqual((row.model, row.res_id), (ITEM, self.item("license").id))
            self.assertEqual(row.detail, f"link mail.message attachment {self.copy.id}")

    def test_what_each_door_refuses_is_recorded(self):
        """Each refusal that names the way, by whom and for which item."""
        item, told = self.item("license"), {}
        for role in ("sales", "head", "compliance", "management"):
            for name, door in Doors(self, self.users[role]).all().items():
                with self.undone(), self.assertRaises(UserError) as caught:
                    door(self.copy.ids)
                    self.env.flush_all()
                rows = self.denials()
                if not re.search(WAY, str(caught.exception), re.DOTALL):
                    continue
                with self.subTest(role=role, door=name):
                    self.assertEqual(rows.user_id, self.users[role])
                    self.assertEqual(
                        {(row.model, row.res_id) for row in rows}, {(ITEM, item.id)}
                    )
                    for row in rows:
                        self.assertRegex(
                            row.detail, rf"^link [a-z.]+ attachment {self.copy.id}$"
                        )
                told.setdefault(role, set()).add(name)
        self.assertEqual(len(told), 4)
        for role, doors in told.items():
            self.assertGreater(len(doors), 10, role)

    def test_no_door_takes_a_stored_register(self):
        """Nor one of those that are stored each year."""
        annuals = as_system(self.env["customer.archive.annual"].sudo())
        annual = annuals.create({"company_id": self.company.id, **YEAR})
        lines = as_system(self.env[LINE].sudo())
        department = self.departments["sales"]
        line = lines.create({"annual_id": annual.id, "department_id": department.id})
        stored = as_system(self.env[COPY]).create(
            {
                "name": "summary_2031.xlsx",
                "raw": b"stored",
                "res_model": LINE,
                "res_id": line.id,
            }
        )
        line.summary_id = stored
        stored = stored.sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        readers = self.readers(stored)
        self.assertLessEqual({"head", "clerk", "auditor"}, set(readers))
        for role in readers:
            with self.undone(), self.mock_mail_gateway():
                self.try_doors(role, stored)
                self.send_all()
                self.assertFalse(self.leaving(), role)

    def test_who_cannot_see_it_is_not_told_what_it_is(self):
        employee = self.users["employee"]
        words = "not allowed to access this document"
        with self.assertRaisesRegex(AccessError, words):
            employee.partner_id.with_user(employee).message_notify(
                body="x",
                attachment_ids=self.copy.ids,
                partner_ids=employee.partner_id.ids,
            )
        # Odoo asks for the right to read lists of links, and not single ones.
        documents = self.env["product.document"].with_user(employee).sudo()
        with self.assertRaisesRegex(AccessError, words) as caught:
            documents.create({"ir_attachment_id": self.copy.id})
        self.assertNotRegex(str(caught.exception), "sharing|营业执照")
        self.assertEqual(self.denials().user_id, employee)

    def test_no_field_takes_a_paper(self):
        """Each field of another model that links attachments, found in the registry."""
        found = []
        for name, model in self.env.items():
            for field in model._fields.values():
                if (
                    field.relational
                    and field.comodel_name == COPY
                    and field.store
                    and field.type in ("many2one", "many2many")
                    and not (is_ours(name) or model._abstract)
                ):
                    found.append((name, field.name))
                    with self.subTest(f"{name}.{field.name}"), self.undone():
                        self.check_field(model.sudo(), field)
        self.assertIn(("mail.message", "attachment_ids"), found)
        self.assertIn(("mail.template", "attachment_ids"), found)
        self.assertIn(("product.document", "ir_attachment_id"), found)
        self.assertGreater(len(found), 12)

    def check_field(self, model, field):
        record = self.bare(model)
        values = [self.copy.id]
        if field.type == "many2many":
            one = self.copy.id
            values = [[Command.set([one])], [Command.link(one)], [(4, one, 0)]]
        for value in values:
            with self.assertRaisesRegex(AccessError, WAY), self.env.cr.savepoint():
                record.write({field.name: value})
                self.env.flush_all()
        self.assertFalse(self.env["base"]._archive_links_to(self.copy.ids))

    def test_a_field_made_later_takes_no_paper(self):
        """As one of a module that is installed next year."""
        self.addCleanup(self.registry.reset_changes)
        field = self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "name": "x_papers",
                "ttype": "many2many",
                "relation": COPY,
            }
        )
        self.assertTrue(field)
        partner = self.env["res.partner"].create({"name": "Test"})
        for value in ([Command.link(self.copy.id)], [Command.set(self.copy.ids)]):
            with self.assertRaisesRegex(AccessError, WAY):
                partner.write({"x_papers": value})
            with self.assertRaisesRegex(AccessError, WAY):
                partner.create({"name": "Test", "x_papers": value})
        ordinary = self.env[COPY].create({"name": "a.txt", "raw": b"a"})
        partner.x_papers = ordinary
        self.assertEqual(partner.x_papers, ordinary)
        self.assertTrue(self.env["base"]._archive_links_to(ordinary.ids))

    def test_linked_first_and_made_a_copy_afterwards(self):
        sales = self.users["sales"]
        upload = self.env[COPY].with_user(sales).create({"name": "a.pdf", "raw": pdf()})
        mail = self.env["mail.mail"].create({"email_to": OUTSIDER})
        mail.attachment_ids = upload
        item = self.item("license", self.other)
        with self.assertRaisesRegex(AccessError, "part of a message or of another"):
            item.attachment_ids = [Command.link(upload.id)]
        self.assertFalse(item.attachment_ids)
        with self.assertRaisesRegex(AccessError, "part of a message or of another"):
            upload.write({"res_model": ITEM, "res_id": item.id})
        mail.attachment_ids = False
        item.attachment_ids = [Command.link(upload.id)]
        self.assertEqual(item.attachment_ids, upload)

    def test_ordinary_mails_go_on(self):
        """With ordinary attachments: from another record, and from ours."""
        sales = self.users["sales"]
        outsider = self.env["res.partner"].create({"name": "O", "email": OUTSIDER})
        party = self.file.partner_id
        offer = self.env[COPY].create(
            {
                "name": "报价单.pdf",
                "raw": pdf(text="Offer"),
                "res_model": "res.partner",
                "res_id": party.id,
            }
        )
        uploaded = (
            self.env[COPY]
            .with_user(sales)
            .create(
                {"name": "说明.pdf", "raw": pdf(), "res_model": "mail.compose.message"}
            )
        )
        with self.mock_mail_gateway():
            party.with_user(sales).message_post(
                body="x",
                attachment_ids=[offer.id, uploaded.id],
                partner_ids=outsider.ids,
            )
            # From a file, no person writes to an outsider.
            self.file.with_user(SUPERUSER_ID).message_post(
                body="y", attachment_ids=offer.ids, partner_ids=outsider.ids
            )
            self.send_all()
        sent = [
            [name for name, _content, _kind in mail["attachments"] or ()]
            for mail in self._mails
            if OUTSIDER in str(mail["email_to"])
        ]
        self.assertEqual(sent, [["报价单.pdf", "说明.pdf"], ["报价单.pdf"]])
        self.assertEqual(uploaded.res_model, "res.partner")

    def test_closed_to_the_superuser(self):
        """Whoever's link it is, and from whichever version: mails are built by him."""
        for paper in self.papers:
            own = paper.with_user(SUPERUSER_ID)
            with self.subTest(paper.name), self.undone():
                for read in (
                    lambda own=own: own.raw,
                    lambda own=own: own.datas,
                    lambda own=own: own.read(["raw"]),
                    lambda own=own: own._to_http_stream(),
                ):
                    own.invalidate_recordset()
                    with self.assertRaisesRegex(AccessError, "opened by users, or"):
                        read()
                row = self.denials()[:1]
                self.assertEqual(row.detail, f"superuser attachment {paper.id}")

    def test_a_link_of_an_older_version_sends_nothing(self):
        mail = self.env["mail.mail"].create({"email_to": OUTSIDER, "body_html": "x"})
        self.env.flush_all()
        for paper in (self.copy, self.stored):
            self.sql(
                "INSERT INTO message_attachment_rel (message_id, attachment_id)"
                " VALUES (%s, %s)",
                mail.mail_message_id.id,
                paper.id,
            )
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_mail"):
            mail.with_user(SUPERUSER_ID).send()
        self.assertFalse(self._mails)
        self.assertEqual(mail.state, "exception")

    def test_only_jobs_of_this_module_are_let_through(self):
        own = self.copy.with_user(SUPERUSER_ID)
        for name in JOBS:
            self.assertEqual(job_of(as_job(own, name).env), name)
            for forged in (name, True, repr(JOBS[name]), {}, object()):
                env = own.with_context(customer_archive_job=forged).env
                self.assertIsNone(job_of(env))
        # A person is asked, whatever the context holds.
        person = as_job(own, "storage").with_user(self.users["sales"])
        self.assertIsNone(job_of(person.sudo(False).env))
        self.assertTrue(as_job(own, "storage").raw)
        with self.assertRaises(KeyError):
            as_job(own, "whatever")

    def test_nothing_is_duplicated(self):
        for paper in self.papers:
            own = paper.with_user(self.users["sales"])
            with self.assertRaises(UserError):
                own.copy({"res_model": "res.partner", "res_id": 1})


@tagged("post_install", "-at_install")
class TestPapersByRoute(PapersCase, MailCase, HttpCase):
    def post(self, **post_data):
        self.authenticate(self.users["sales"].login, PASSWORD)
        params = {
            "thread_model": "res.partner",
            "thread_id": self.users["sales"].partner_id.id,
            "post_data": {"body": "x", "message_type": "comment", **post_data},
        }
        with mute_logger("odoo.http"):
            return self.make_jsonrpc_request("/mail/message/post", params)

    def test_posting(self):
        token = self.copy.sudo()._get_ownership_token()
        for tokens in ({}, {"attachment_tokens": [token]}):
            with self.subTest(tokens), self.assertRaisesRegex(Exception, "AccessError"):
                self.post(attachment_ids=self.copy.ids, **tokens)
        self.assertFalse(self.env["base"]._archive_links_to(self.copy.ids))
        self.assertTrue(self.post())

    def test_updating(self):
        message = self.users["sales"].partner_id.message_post(
            body="x", author_id=self.users["sales"].partner_id.id
        )
        self.authenticate(self.users["sales"].login, PASSWORD)
        params = {
            "message_id": message.id,
            "update_data": {
                "body": "y",
                "attachment_ids": self.copy.ids,
                "attachment_tokens": [None],
            },
        }
        with mute_logger("odoo.http"), contextlib.suppress(Exception):
            self.make_jsonrpc_request("/mail/message/update_content", params)
        self.assertFalse(self.env["base"]._archive_links_to(self.copy.ids))

    def test_uploading_to_a_channel_and_moving_on(self):
        """What isn't ours still is uploaded and posted."""
        self.authenticate(self.users["sales"].login, PASSWORD)
        partner = self.users["sales"].partner_id
        answer = self.url_open(
            "/mail/attachment/upload",
            data={
                "thread_id": partner.id,
                "thread_model": "res.partner",
                "is_pending": "true",
                "csrf_token": Request.csrf_token(self),
            },
            files={"ufile": ("说明.pdf", pdf(), "application/pdf")},
        ).json()
        self.assertIn("data", answer)
        self.assertTrue(self.post(attachment_ids=[answer["data"]["attachment_id"]]))


@tagged("post_install", "-at_install")
class TestRegistersByMail(RegisterCase, MailCase, TransactionCase):
    """The one paper that leaves by mail: a workbook, to who asked for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registered()
        cls.company.archive_register_mailing = True
        cls.users["auditor"].email = "auditor@example.com"

    def setUp(self):
        super().setUp()
        run = self.waiting("auditor")
        as_system(run.sudo()).write({"is_mailed": True})
        self.work()
        self.run = run.sudo()
        [self.mail] = self.env["mail.mail"].search(
            [("model", "=", RUN), ("res_id", "=", run.id)]
        )

    def sent(self):
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_mail"):
            self.mail.with_user(SUPERUSER_ID).send()
        return self._mails

    def test_mailed_to_its_user(self):
        [mail] = self.sent()
        [(_name, content, _kind)] = mail["attachments"]
        self.assertEqual(content, self.content(self.run))
        self.assertIn("auditor@example.com", str(mail["email_to"]))

    def test_mailed_to_nobody_else(self):
        """Templates and queued mails are administrators' to alter."""
        for change in (
            {"email_to": OUTSIDER},
            {"email_cc": OUTSIDER},
            {"recipient_ids": [Command.link(self.users["sales"].partner_id.id)]},
        ):
            with self.subTest(change), contextlib.closing(self.env.cr.savepoint()):
                self.mail.write(change)
                self.assertFalse(self.sent())
            self.env.invalidate_all()
        self.company.archive_register_mailing = False
        self.assertFalse(self.sent())

    def test_only_the_job_says_which_mail_it_is(self):
        system = self.env["res.users"].create(
            {
                "name": "Test system",
                "login": "t_system",
                "group_ids": [Command.link(self.env.ref("base.group_system").id)],
            }
        )
        values = {"email_to": OUTSIDER, "archive_run_id": self.run.id}
        mails = self.env["mail.mail"].with_user(system)
        with self.assertRaises(AccessError):
            mails.create(values)
        with self.assertRaises(AccessError):
            self.mail.with_user(system).write({"archive_run_id": False})
        with self.assertRaises(AccessError):
            mails.with_context(default_archive_run_id=self.run.id).create({})
