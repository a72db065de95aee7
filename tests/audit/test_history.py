"""What was said on a record stays, whoever says what: through every door."""

from contextlib import closing
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD
from ..support.size import meets
from .history_case import COPY, MESSAGE, QUIET, HistoryCase

LONG_AGO = "2020-01-01 08:00:00"


@tagged("post_install", "-at_install")
class TestHistory(HistoryCase, HttpCase):
    """Requirements A2 and I3."""

    # Altering

    def alterations(self, user, record, message):
        """Yield ways to alter a message, by what they are called."""
        own = record.with_user(user)
        said = message.with_user(user)
        tracked = message.sudo().tracking_value_ids.with_user(user)
        elsewhere = user.partner_id.with_user(user)
        writes = {
            "body": "同意保留",
            "author_id": user.partner_id.id,
            "email_from": "x@example.com",
            "date": LONG_AGO,
            "message_type": "notification",
            "subtype_id": False,
            "res_id": record.id + 1,
            "model": "res.partner",
            "parent_id": False,
            "subject": "x",
            "attachment_ids": [Command.clear()],
            "tracking_value_ids": [Command.clear()],
        }
        for name, value in writes.items():
            yield f"write {name}", lambda n=name, v=value: said.write({n: v})
        yield "unlink", said.unlink
        commands = {
            "write": [Command.update(message.id, {"body": "x"})],
            "delete": [Command.delete(message.id)],
            "unlink": [Command.unlink(message.id)],
            "clear": [Command.clear()],
            "set": [Command.set([])],
        }
        for name, command in commands.items():
            yield (
                f"x2many {name}",
                lambda c=command: own.write({"message_ids": c}),
            )
            yield (
                f"x2many of the party {name}",
                lambda c=command: elsewhere.write({"message_ids": c}),
            )
        yield "tracking write", lambda: tracked.write({"new_value_char": "x"})
        yield "tracking unlink", tracked.unlink
        yield "as parent", lambda: said.write({"child_ids": [Command.clear()]})
        yield (
            "as a mail",
            lambda: (
                self.env["mail.mail"]
                .with_user(user)
                .create({"mail_message_id": message.id, "body": "x"})
            ),
        )
        yield "attachment", message.sudo().attachment_ids.with_user(user).unlink
        yield (
            "attachment renamed",
            lambda: message.sudo().attachment_ids.with_user(user).write({"name": "x"}),
        )
        superuser = message.sudo()
        yield "as superuser", lambda: superuser.write({"body": "x"})
        yield "deleted as superuser", superuser.unlink
        yield (
            "its content",
            lambda: record.sudo()._message_update_content(superuser, body="x"),
        )
        yield (
            "its attachments",
            lambda: superuser.attachment_ids._delete_and_notify(superuser),
        )

    def test_nobody_alters_what_was_said(self):
        """Every model with messages, every way, everybody."""
        last, tried = self.last_message(), 0
        before = self.stored(last)
        for turn, (name, message) in enumerate(self.said.items()):
            for who, (role, user) in enumerate(self.people.items()):
                ways = self.alterations(user, self.records[name], message)
                for number, (way, act) in enumerate(ways):
                    tried += 1
                    if not meets(len(self.people), turn, who, number):
                        continue
                    with closing(self.env.cr.savepoint(flush=False)):
                        self.attempt(act)
                        same = self.stored(last) == before
                    self.env.invalidate_all(flush=False)
                    self.assertTrue(same, f"{name}: {way} as {role}")
        self.assertGreater(tried, 30 * len(self.said) * len(self.people))

    def test_nothing_comes_into_history_from_elsewhere(self):
        """A message of another record isn't moved to a file: it would be forged."""
        file, admin = self.records["customer.archive"], self.people["system"]
        partner = file.partner_id
        other = partner.message_post(body="x", author_id=self.company.partner_id.id)
        for vals in (
            {"model": file._name, "res_id": file.id},
            {"model": file._name},
        ):
            with self.assertRaises(UserError):
                other.with_user(admin).write(vals)

    def test_refused_in_words_and_recorded(self):
        message = self.said["customer.archive"].with_user(self.users["sales"])
        with self.assertRaisesRegex(UserError, "can't be changed. Write another"):
            message.write({"body": "x"})
        rows = self.env["customer.archive.log"]
        self.env.cr.postrollback.run()
        found = rows.search([("event", "=", "denied")], order="id desc", limit=1)
        self.assertEqual(found.detail, "write message")
        self.assertEqual(found.archive_id, self.records["customer.archive"])

    # Odoo's routes, which work as superuser

    def test_routes(self):
        record = self.records["customer.archive"]
        own = record.with_user(self.users["sales"]).message_post(body="mine")
        paper = self.env[COPY].sudo().create({"name": "x.png", "raw": b"x"})
        self.env.cr.execute(
            "INSERT INTO message_attachment_rel VALUES (%s, %s)", [own.id, paper.id]
        )
        self.env.invalidate_all()
        last = self.last_message()
        before = self.stored(last)
        self.authenticate("t_sales", PASSWORD)
        content = {"message_id": own.id, "update_data": {"body": "x"}}
        for route, params in (
            ("/mail/message/update_content", content),
            (
                "/mail/message/update_content",
                {
                    "message_id": own.id,
                    "update_data": {"body": "", "attachment_ids": []},
                },
            ),
            ("/mail/attachment/delete", {"attachment_id": paper.id}),
        ):
            with (
                self.subTest(route),
                self.assertRaises(JsonRpcException),
                mute_logger(*QUIET),
            ):
                self.make_jsonrpc_request(route, params)
            self.assertEqual(self.stored(last), before)

    def test_posted_by_a_route(self):
        """It is a comment of who posts it, whatever else he says."""
        record = self.records["customer.archive"]
        self.authenticate("t_sales", PASSWORD)
        answer = self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": record._name,
                "thread_id": record.id,
                "post_data": {
                    "body": "x",
                    "message_type": "notification",
                    "subtype_xmlid": "mail.mt_activities",
                    "author_id": self.users["compliance"].partner_id.id,
                },
            },
        )
        message = self.env[MESSAGE].browse(answer["message_id"])
        self.assert_own(message, self.users["sales"])

    def test_marks_stay_possible(self):
        """Reacting, starring and reading don't alter what was said."""
        message = self.said["customer.archive"]
        before = self.stored(message.id)
        self.authenticate("t_sales", PASSWORD)
        self.make_jsonrpc_request(
            "/mail/message/reaction",
            {"message_id": message.id, "content": "👍", "action": "add"},
        )
        self.assertEqual(message.sudo().reaction_ids.content, "👍")
        own = message.with_user(self.users["sales"])
        own.toggle_message_starred()
        self.assertTrue(own.starred)
        own.set_message_done()
        self.assertEqual(self.stored(message.id), before)

    # Forging

    def forgeries(self, user, record):
        own = record.with_user(user)
        author = self.users["compliance"].partner_id
        field = self.env["ir.model.fields"]._get(record._name, "create_uid")
        track = {"field_id": field.id, "old_value_char": "a", "new_value_char": "b"}
        activity = self.env.ref("mail.mail_activity_data_todo")
        lies = {
            "author_id": author.id,
            "email_from": author.email,
            "date": LONG_AGO,
            "message_type": "notification",
            "subtype_id": self.env.ref("mail.mt_activities").id,
            "mail_activity_type_id": activity.id,
            "tracking_value_ids": [Command.create(track)],
            "body": "x",
        }
        about = {"model": record._name, "res_id": record.id}
        messages = self.env[MESSAGE].with_user(user)
        yield "create", lambda: messages.create({**lies, **about})
        defaults = {
            f"default_{name}": value for name, value in {**lies, **about}.items()
        }
        defaults.pop("default_tracking_value_ids")
        yield (
            "defaults",
            lambda: messages.with_context(**defaults).create({"body": "x"}),
        )
        yield (
            "as a notification",
            lambda: messages.create(
                {**lies, **about, "message_type": "user_notification"}
            ),
        )
        yield (
            "x2many",
            lambda: own.write({"message_ids": [Command.create({**lies, **about})]}),
        )
        yield (
            "notify",
            lambda: (
                self.env["mail.thread"]
                .with_user(user)
                .message_notify(
                    **about, partner_ids=author.ids, author_id=author.id, date=LONG_AGO
                )
            ),
        )
        yield (
            "as a mail",
            lambda: self.env["mail.mail"].with_user(user).create({**lies, **about}),
        )
        if hasattr(own, "message_post"):
            yield "post", lambda: own.message_post(**lies)
            yield (
                "post with a mail",
                lambda: own.message_post(
                    body="x", email_from=author.email, message_type="email"
                ),
            )
            yield (
                "notify here",
                lambda: own.message_notify(
                    body="x", partner_ids=author.ids, author_id=author.id, date=LONG_AGO
                ),
            )

    def test_nobody_speaks_for_others(self):
        """Every model with messages, every way, everybody."""
        posted = set()
        for turn, (name, record) in enumerate(self.records.items()):
            for who, (role, user) in enumerate(self.people.items()):
                for number, (way, act) in enumerate(self.forgeries(user, record)):
                    if not meets(11, turn, who, number):
                        continue
                    last = self.last_message()
                    with (
                        self.subTest(name, role=role, way=way),
                        closing(self.env.cr.savepoint(flush=False)),
                    ):
                        if self.attempt(act) is not None:
                            posted.add(way)
                        for message in self.made_since(last, record):
                            self.assert_own(message, user)
                    self.env.invalidate_all(flush=False)
        # Where nothing is made, nothing was tried.
        self.assertGreaterEqual(posted, {"create", "post", "x2many", "defaults"})

    def made_since(self, last, record):
        domain = [("id", ">", last), ("model", "=", record._name)]
        return self.env[MESSAGE].sudo().search(domain).filtered("body")

    def assert_own(self, message, user):
        message = message.sudo()
        author = user.partner_id
        self.assertEqual(message.author_id, author)
        self.assertEqual(message.email_from, author.email_formatted)
        self.assertIn(message.message_type, ("comment", "user_notification"))
        allowed = self.env.ref("mail.mt_comment") | self.env.ref("mail.mt_note")
        self.assertIn(message.subtype_id, allowed)
        self.assertFalse(message.tracking_value_ids)
        self.assertFalse(message.mail_activity_type_id)
        now = fields.Datetime.now()
        self.assertLess(abs(message.date - now), timedelta(minutes=10))

    def test_following_gives_no_voice(self):
        """Who may edit a record speaks on it, and who has to decide it now."""
        spoke = {}
        for name, said in self.said.items():
            record = self.records[name]
            for role, user in self.users.items():
                own = record.with_user(user)
                may = own.has_access("write")
                if "approver_ids" in record._fields:
                    may |= user in record.sudo().approver_ids
                self.env["mail.followers"]._insert_followers(
                    name, record.ids, user.partner_id.ids, subtypes=None
                )
                with closing(self.env.cr.savepoint(flush=False)):
                    post = self.attempt(lambda own=own: own.message_post(body="x"))
                    about = {"model": name, "res_id": record.id, "body": "x"}
                    answer = self.attempt(
                        lambda about=about, user=user, said=said: (
                            self.env[MESSAGE]
                            .with_user(user)
                            .create({**about, "parent_id": said.id})
                        )
                    )
                self.env.invalidate_all(flush=False)
                self.assertEqual(bool(post), may, f"{name} as {role}")
                self.assertEqual(bool(answer), may, f"{name} as {role}")
                spoke.setdefault(may, set()).add(role)
        self.assertIn("auditor", spoke[False])
        self.assertIn("sales", spoke[True])

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_mail_speaks_for_nobody(self):
        """Who a mail is from is only what it says: shown is its address."""
        message = self.said["customer.archive"].sudo()
        last = self.last_message()
        self.env["mail.thread"].message_process(
            None,
            "From: Test compliance <t.t@example.com>\n"
            "To: catchall@example.com\n"
            f"In-Reply-To: {message.message_id}\n"
            f"References: {message.message_id}\n"
            "Message-Id: <forged@example.com>\n"
            "Subject: Re\n\n同意\n",
        )
        mailed = self.env["mail.message"].browse(self.last_message()).sudo()
        self.assertGreater(mailed.id, last)
        self.assertFalse(mailed.author_id)
        self.assertIn("t.t@example.com", mailed.email_from)
