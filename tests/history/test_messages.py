"""Messages on our records come by the records' own methods, and show in no other place.

Everything here is tried as ordinary users, by what Odoo lets every user call.
"""

import base64
from email.message import EmailMessage

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.mail.tests.common import MailCase

from ..copies.test_papers_by_mail import PapersCase
from ..support.common import PASSWORD, ArchiveCase

FILE, MESSAGE, LOG = "customer.archive", "mail.message", "customer.archive.log"
OUTSIDE = "o@example.com"
NAME = "标记精密仪器有限公司"
LONG_AGO = "2020-01-01 08:00:00"
QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.mail.models.mail_mail")
PICTURE = base64.b64encode(b"PNG of an identity card").decode()


class MessagesCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.archive(
            partner=cls.partner(NAME), security_level="secret"
        ).sudo()
        cls.said = cls.file.with_user(cls.users["sales"]).message_post(body="Opinion")
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Any",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body_html": "<p>x</p>",
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def last(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT MAX(id) FROM mail_message")
        return self.env.cr.fetchone()[0]

    def denials(self):
        log = self.env[LOG].sudo()
        with self.enter_registry_test_mode():
            known = log.search([("event", "=", "denied")])
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        return log.search([("event", "=", "denied")]) - known

    def forged(self, **values):
        return {
            "model": FILE,
            "res_id": self.file.id,
            "author_id": self.users["compliance"].partner_id.id,
            "message_type": "notification",
            "date": LONG_AGO,
            "body_html": "<p>同意建档</p>",
            "email_to": OUTSIDE,
            "auto_delete": False,
            **values,
        }


@tagged("post_install", "-at_install")
class TestMessages(MessagesCase, MailCase, TransactionCase):
    # Forging by mails

    def mailings(self, user, record):
        """Yield the ways by which Odoo makes messages as superuser for a user."""
        template = self.template.with_user(user)
        about = {"model": record._name, "res_id": record.id}
        yield (
            "template",
            lambda: template.send_mail(
                user.partner_id.id, email_values=self.forged(**about)
            ),
        )
        yield (
            "template, own words",
            lambda: template.send_mail(
                user.partner_id.id,
                email_values={**about, "author_id": user.partner_id.id},
            ),
        )
        yield "composer", lambda: self.composed(user, record)
        yield "text message", lambda: self.texted(user, record)
        yield (
            "mail of a message",
            lambda: template.send_mail(
                user.partner_id.id,
                email_values={"mail_message_id": self.said.id, "email_to": OUTSIDE},
            ),
        )

    def composed(self, user, record):
        composer = self.env["mail.compose.message"].with_user(user)
        composer.create(
            {
                "model": record._name,
                "res_ids": str(record.ids),
                "body": "同意建档",
                "author_id": self.users["compliance"].partner_id.id,
                "message_type": "notification",
                "composition_mode": "mass_mail",
                "partner_ids": [Command.set(user.partner_id.ids)],
            }
        ).action_send_mail()

    def texted(self, user, record):
        composer = self.env["sms.composer"].with_user(user)
        composer.create(
            {
                "composition_mode": "mass",
                "mass_keep_log": True,
                "res_model": record._name,
                "res_ids": str(record.ids),
                "body": "短信",
                "mass_force_send": True,
            }
        ).action_send_sms()

    def test_no_mailing_writes_into_a_history(self):
        """Neither in others' names nor in one's own; whoever may see the record."""
        tried = 0
        for role in ("employee", "reader", "auditor", "archivist", "sales"):
            for way, act in self.mailings(self.users[role], self.file):
                if way == "text message" and role == "sales":
                    # Who may write there, writes there.
                    continue
                last = self.last()
                with self.subTest(role=role, way=way), mute_logger(*QUIET):
                    with self.assertRaises(UserError), self.mock_mail_gateway():
                        act()
                        self.env.flush_all()
                    self.assertEqual(self.last(), last)
                    self.assertFalse(self._mails)
                tried += 1
        self.assertGreater(tried, 20)
        rows = self.denials().filtered(lambda row: row.detail == "post")
        self.assertEqual(set(rows.mapped("res_id")), {self.file.id})

    def test_the_gateway_and_jobs_still_write(self):
        mail = self.env["mail.mail"].with_user(SUPERUSER_ID).create(self.forged())
        self.assertEqual(mail.model, FILE)

    def test_who_may_write_texts_in_his_own_name(self):
        last = self.last()
        self.texted(self.users["sales"], self.file)
        message = self.env[MESSAGE].search([("id", ">", last), ("model", "=", FILE)])
        self.assertEqual(message.author_id, self.users["sales"].partner_id)
        self.assertEqual(message.message_type, "comment")

    def test_notifying_takes_the_right_to_write(self):
        for role in ("auditor", "archivist"):
            own = self.file.with_user(self.users[role])
            self.assertTrue(own.has_access("read"))
            with self.assertRaisesRegex(AccessError, "can't write on this record"):
                own.message_notify(
                    body="x", partner_ids=self.users["compliance"].partner_id.ids
                )
            with self.assertRaisesRegex(AccessError, "can't write on this record"):
                own.message_post(body="x")

    # Answers and other pointers

    def test_nothing_elsewhere_points_to_what_was_said(self):
        employee = self.users["employee"]
        channels = self.env["discuss.channel"].with_user(employee)
        channel = channels.create({"name": "r", "channel_type": "channel"})
        own = channel.message_post(body="r", message_type="comment")
        with self.assertRaisesRegex(AccessError, "shown on the file only"):
            own.write({"parent_id": self.said.id})
        self.assertFalse(own.sudo().parent_id)
        answer = self.env[MESSAGE].with_user(employee)
        about = {"model": channel._name, "res_id": channel.id, "body": "x"}
        for message in (
            answer.create({**about, "parent_id": self.said.id}),
            answer.with_context(default_parent_id=self.said.id).create(about),
        ):
            self.assertFalse(message.sudo().parent_id)
        mail = self.template.with_user(employee).send_mail(
            employee.partner_id.id, email_values={"parent_id": self.said.id}
        )
        self.env.invalidate_all()
        self.assertFalse(self.env["mail.mail"].browse(mail).parent_id)

    def test_answers_on_the_record_itself_stay(self):
        own = self.file.with_user(self.users["sales"])
        answer = own.message_post(body="y", parent_id=self.said.id)
        self.assertEqual(answer.parent_id, self.said)

    def test_every_field_that_points_to_messages(self):
        """Of all models: a user points to nothing that was said on a file."""
        tried = []
        for name, model in sorted(self.env.items()):
            if model._abstract or model._transient or is_ours(name):
                continue
            for field in model._archive_message_fields():
                tried.append(f"{name}.{field}")
                record = model.search([], limit=1)
                value = self.said.id
                if model._fields[field].type == "many2many":
                    value = [Command.link(value)]
                own = record.with_user(self.users["sales"]).sudo()
                if name in ("mail.message.reaction", "mail.message.translation"):
                    continue
                if record:
                    with self.subTest(tried[-1]), self.assertRaises(UserError):
                        own.write({field: value})
        self.assertIn("mail.notification.mail_message_id", tried)
        self.assertIn("discuss.channel.from_message_id", tried)

    def test_a_notification_of_ones_own(self):
        employee = self.users["employee"]
        with self.assertRaises(AccessError), mute_logger(*QUIET):
            self.env["mail.notification"].with_user(employee).create(
                {
                    "mail_message_id": self.said.id,
                    "res_partner_id": employee.partner_id.id,
                }
            )
        channel = self.env["discuss.channel"].with_user(self.users["sales"])
        # Odoo refuses it as well.
        with self.assertRaises(UserError), mute_logger(*QUIET):
            channel.sudo().create({"name": "x", "from_message_id": self.said.id})

    # Names

    def test_names_of_hidden_records(self):
        """As of messages and activities that somebody has had since before."""
        employee = self.users["employee"]
        message = self.env[MESSAGE].create(
            {
                "model": FILE,
                "res_id": self.file.id,
                "author_id": employee.partner_id.id,
                "body": "x",
            }
        )
        shown = message.with_user(self.users["sales"])
        self.assertIn(NAME, shown.record_name)
        hidden = message.with_user(employee)
        self.assertFalse(hidden.record_name)
        self.assertFalse(hidden.sudo().record_name)
        self.assertIn(NAME, shown.record_name)
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(FILE),
                "res_id": self.file.id,
                "user_id": self.users["sales"].id,
            }
        )
        self.env.cr.execute(
            "UPDATE mail_activity SET user_id = %s WHERE id = %s",
            [employee.id, activity.id],
        )
        self.env.invalidate_all()
        self.assertIn(NAME, activity.with_user(self.users["sales"]).res_name)
        own = activity.with_user(employee)
        self.assertFalse(own.res_name)
        self.assertFalse(own.search([("res_name", "ilike", NAME)]) & own)
        self.assertTrue(activity.search([("res_name", "ilike", NAME)]))

    def test_nobody_points_to_a_hidden_record_to_read_its_name(self):
        """Every model that names what it points to, with rights to write it."""
        # Who may plan something elsewhere.
        employee, tried = self.users["sales_other"], []
        todo = self.env["mail.activity"].with_user(employee)
        own = todo.create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": employee.partner_id.id,
                "user_id": employee.id,
            }
        )
        target = {
            "res_model_id": self.env["ir.model"]._get_id(FILE),
            "res_id": self.file.id,
        }
        with self.assertRaises(AccessError), mute_logger(*QUIET):
            own.write(target)
        with self.assertRaises(AccessError), mute_logger(*QUIET):
            todo.create({**target, "user_id": employee.id})
        for name, model in sorted(self.env.items()):
            if model._archive_naming_fields() and not model._abstract:
                tried.append(name)
        self.assertIn("mail.activity", tried)

    def test_all_names_of_what_is_pointed_to_are_known(self):
        """A model that comes to name records by another field is noticed here."""
        found = set()
        for name, model in self.env.items():
            pointing = any(
                isinstance(field, fields.Many2oneReference)
                for field in model._fields.values()
            )
            if is_ours(name) or model._abstract or not pointing:
                continue
            found |= {
                f"{name}.{each}"
                for each, field in model._fields.items()
                if field.type == "char"
                and field.compute
                and not field.related
                and not field.inherited
                and each.endswith("name")
                and each not in ("display_name", "complete_name")
            }
        self.assertLessEqual(
            found,
            {
                "ir.attachment.res_name",
                "mail.activity.res_name",
                "mail.message.record_name",
                "rating.rating.parent_res_name",
                "rating.rating.res_name",
            },
        )
        self.assertIn("mail.message.record_name", found)

    # Embedded pictures

    def test_no_picture_in_a_text(self):
        sales = self.users["sales"]
        note = f'<p><img src="data:image/png;base64,{PICTURE}"></p>'
        own = self.file.with_user(sales)
        with self.assertRaisesRegex(UserError, "item of the file's checklist"):
            own.activity_schedule(summary="x", note=note, user_id=sales.id)
        activity = own.activity_schedule(summary="x", note="y", user_id=sales.id)
        with self.assertRaisesRegex(UserError, "item of the file's checklist"):
            activity.write({"note": note})
        with self.assertRaisesRegex(UserError, "item of the file's checklist"):
            activity.action_feedback(feedback=note)
        elsewhere = self.file.partner_id.with_user(sales)
        moved = elsewhere.activity_schedule(summary="x", note=note, user_id=sales.id)
        with self.assertRaises(UserError):
            moved.write(
                {
                    "res_model_id": self.env["ir.model"]._get_id(FILE),
                    "res_id": own.id,
                }
            )
        activity.action_feedback(feedback="done")

    def test_every_html_field_of_ours(self):
        note = f'<img src="data:image/png;base64,{PICTURE}">'
        for name, model in sorted(self.env.items()):
            if not is_ours(name) or model._abstract:
                continue
            for field in model._fields.values():
                if field.type == "html" and field.store:
                    with self.subTest(f"{name}.{field.name}"):
                        self.assertIn("_check_pictures", dir(model))
                        with self.assertRaises(UserError):
                            model.create({field.name: note})


@tagged("post_install", "-at_install")
class TestAnswersByRoute(MessagesCase, HttpCase):
    def test_a_channel_shows_no_hidden_message(self):
        """Also one that answers a hidden message since before: only a name is left."""
        employee = self.users["employee"]
        channels = self.env["discuss.channel"].with_user(employee)
        channel = channels.create({"name": "r", "channel_type": "channel"})
        own = channel.message_post(body="r", message_type="comment")
        self.authenticate(employee.login, PASSWORD)
        with self.assertRaises(AccessError):
            own.write({"parent_id": self.said.id})
        answer = self.make_jsonrpc_request(
            "/discuss/channel/messages", {"channel_id": channel.id}
        )
        self.assertNotIn("Opinion", str(answer))
        self.assertNotIn(NAME, str(answer))


@tagged("post_install", "-at_install")
class TestGateway(PapersCase, MailCase, TransactionCase):
    def mail(self):
        message = EmailMessage()
        message["From"] = '"Test compliance" <t.t@example.com>'
        message["To"] = "a@b.example"
        message["Subject"] = "同意"
        message["Message-Id"] = f"<{self.env.cr.now().timestamp()}.{id(message)}@e>"
        message.set_content("同意建档")
        message.add_attachment(
            b"PLAIN", maintype="text", subtype="plain", filename="身份证.txt"
        )
        return message.as_string()

    def delivered(self, user):
        gateway = self.env["mail.thread"].with_user(user)
        return gateway.message_process(FILE, self.mail(), thread_id=self.file.id)

    def kept(self):
        domain = [("res_model", "=", FILE), ("res_id", "=", self.file.id)]
        return self.env["ir.attachment"].sudo().search(domain)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_only_the_gateway_delivers(self):
        before, last = self.kept(), self.file.sudo().message_ids
        for role in ("employee", "reader", "sales", "compliance", "portal"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.delivered(self.users[role])
            own = self.env[FILE].with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                own.message_new({"subject": "x", "email_from": OUTSIDE})
            with self.subTest(role), self.assertRaises(AccessError):
                own.browse(self.file.id).message_update({}, {"note": "x"})
        self.assertEqual(self.kept(), before)
        self.assertEqual(self.file.sudo().message_ids, last)
        row = self.denials().filtered(lambda each: each.res_id == self.file.id)[:1]
        self.assertEqual(row.detail, "deliver")
        for user in (self.env.ref("base.user_root"), self.env.ref("base.user_admin")):
            rows = self.env[LOG].search_count([("detail", "=", "mail delivered")])
            self.assertEqual(self.delivered(user), self.file.id)
            after = self.env[LOG].search_count([("detail", "=", "mail delivered")])
            self.assertEqual(after - rows, user.id != SUPERUSER_ID)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_an_unsorted_paper_counts_as_of_every_kind(self):
        before = self.kept()
        self.delivered(self.env.ref("base.user_root"))
        [paper] = self.kept() - before
        undertakings = self.env["customer.archive.undertaking"]
        undertakings.with_user(self.users["legal"]).sign("2020-01-01")
        for role in ("finance", "legal"):
            own = paper.with_user(self.users[role]).sudo(False)
            with (
                self.subTest(role),
                self.assertRaisesRegex(AccessError, "isn't sorted"),
            ):
                own.raw  # noqa: B018
        for role in ("sales", "compliance"):
            self.assertTrue(paper.with_user(self.users[role]).sudo(False).raw)
