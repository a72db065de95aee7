"""What was said on a record stays, whoever says what: through every door."""

import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons import mail
from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours
from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.history.customer_archive_guard import SILENCING

from ..rights.rights_fixtures import RightsGround
from ..support.common import PASSWORD, ArchiveCase
from ..support.size import meets

MESSAGE, TRACKING, COPY = "mail.message", "mail.tracking.value", "ir.attachment"
QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")
# What nobody may alter, as it is stored.
STORED = (
    "SELECT m.id, m.body, m.subject, m.author_id, m.email_from, m.date, m.message_type,"
    " m.subtype_id, m.model, m.res_id, m.parent_id, m.mail_activity_type_id,"
    " ARRAY(SELECT attachment_id FROM message_attachment_rel r"
    "  WHERE r.message_id = m.id ORDER BY 1),"
    " ARRAY(SELECT row_to_json(t)::text FROM mail_tracking_value t"
    "  WHERE t.mail_message_id = m.id ORDER BY t.id)"
    " FROM mail_message m WHERE m.model LIKE 'customer.archive%%' AND m.id <= %s"
    " ORDER BY m.id"
)
LONG_AGO = "2020-01-01 08:00:00"
# Keys of the context that Odoo's chatter looks at, and that leave nothing out of it.
HARMLESS = {
    *("active_ids", "active_model", "lang", "object", "tz"),
    *(f"email_notification_{each}_header" for each in ("allow", "force")),
    *(f"email_notification_{each}_footer" for each in ("allow", "force")),
    *(f"empty_list_help_{each}" for each in ("document_name", "id", "model")),
    *("mail_catchall_aliases", "mail_catchall_write_any_to"),
    *("mail_notify_author", "mail_notify_author_mention", "mail_notify_force_send"),
    *("mail_post_autofollow", "mail_post_autofollow_author_skip"),
}
LOOKED_AT = re.compile(
    r"context(?:\.get\(|\[)[\"'](\w+)[\"']"
    r"|[\"'](\w+)[\"'] (?:not )?in self\.env\.context"
)


def talking_models(env):
    """Return the models of the customer files on which something is said."""
    talking = env.registry["mail.thread"], env.registry["mail.activity.mixin"]
    return [
        name
        for name, model in sorted(env.items())
        if is_ours(name)
        and not (model._abstract or model._transient)
        and isinstance(model, talking)
    ]


@tagged("post_install", "-at_install")
class TestHistory(ArchiveCase, HttpCase):
    """Requirements A2 and I3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ground = RightsGround(cls)
        # The administrator of the system, too.
        cls.people = {**cls.users, "system": cls.env.ref("base.user_admin")}
        cls.records = {}
        for name in talking_models(cls.env):
            found = cls.env[name].sudo().search([], order="id", limit=1)
            assert found, f"Nothing to try on: make a record of {name}"
            cls.records[name] = cls.ground.subjects[name].get("active", found)
        cls.said = {}
        for name, record in cls.records.items():
            if "message_ids" in record._fields:
                cls.said[name] = cls.say(record)
        cls.env.flush_all()

    @classmethod
    def say(cls, record):
        """Have somebody say something on a record, with an old and a new value."""
        author = cls.users["compliance"].partner_id
        paper = cls.env[COPY].sudo().create({"name": "图.png", "raw": b"x"})
        message = record.sudo().message_post(
            body="同意注销",
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        # As it was attached before papers were kept from messages.
        cls.env.cr.execute(
            "INSERT INTO message_attachment_rel (message_id, attachment_id)"
            " VALUES (%s, %s)",
            [message.id, paper.id],
        )
        field = cls.env["ir.model.fields"]._get(record._name, "create_uid")
        cls.env[TRACKING].sudo().create(
            {
                "mail_message_id": message.id,
                "field_id": field.id,
                "old_value_char": "intended",
                "new_value_char": "terminated",
            }
        )
        cls.env.invalidate_all()
        return message

    def stored(self, last):
        self.env.flush_all()
        self.env.cr.execute(STORED, [last])
        return self.env.cr.fetchall()

    def last_message(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT MAX(id) FROM mail_message")
        return self.env.cr.fetchone()[0]

    def attempt(self, way):
        """Try something; return what it gave, None if it was refused."""
        try:
            with mute_logger(*QUIET):
                result = way()
                self.env.flush_all()
                return result
        except (AccessError, UserError, ValueError, KeyError):
            return None

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
                    if not meets(11, turn, who, number):
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
                    if not meets(5, turn, who, number):
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

    # Deleting a draft

    def test_a_draft_goes_with_what_was_said(self):
        draft = self.archive(partner=self.partner("草稿有限公司"))
        message = draft.message_post(body="x")
        draft.unlink()
        self.assertFalse(message.exists())

    # Silence

    def test_nobody_silences(self):
        """What the chatter tells, it tells whatever a client's context says."""
        quiet = dict.fromkeys(SILENCING, True)
        draft = self.archive(partner=self.partner("静音有限公司"))
        self.env.cr.flush()
        file = draft.with_user(self.users["sales"]).with_context(**quiet)
        file.write({"relation_stage": "intended", "security_level": "secret"})
        clerk = file.with_user(self.users["clerk"])
        clerk.write({"user_id": self.users["sales_other"].id})
        self.env.cr.flush()
        told = draft.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual({"relation_stage", "security_level", "user_id"}, set(told))
        new = (
            self.env["customer.archive"]
            .with_user(self.users["sales"])
            .with_context(**quiet)
            .create(
                {
                    "partner_id": self.partner("新档案有限公司").id,
                    "category_id": self.buyer.id,
                }
            )
        )
        self.assertTrue(new.sudo().message_ids)
        self.assertIn(self.users["sales"].partner_id, new.message_partner_ids)

    def test_an_action_isnt_silenced(self):
        """Nor does what goes on as superuser, or by the engine, believe it."""
        file = self.collect(self.archive(partner=self.partner("提交有限公司")))
        self.env.cr.flush()
        file = file.with_user(self.users["sales"]).with_context(tracking_disable=True)
        file.action_submit()
        self.env.cr.flush()
        told = file.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("state", told)

    def test_all_keys_are_known(self):
        """A key that Odoo's chatter begins to look at is noticed here."""
        found = set()
        for name in ("mail_thread", "mail_activity", "mail_activity_mixin"):
            text = Path(mail.__path__[0], "models", f"{name}.py").read_text()
            found |= {key for keys in LOOKED_AT.findall(text) for key in keys if key}
        self.assertEqual(found, HARMLESS | set(SILENCING))

    # The access record has it, too

    def test_every_tracked_field_is_recorded(self):
        """All fields whose changes the chatter tells, on all models."""
        checked = []
        for name in talking_models(self.env):
            model = self.env[name]
            tracked = {
                each
                for each, field in model._fields.items()
                if getattr(field, "tracking", None)
                and field.type not in ("char", "text", "html")
            }
            recorded = set(model._tracked_fields())
            self.assertEqual(tracked - recorded - {"state"}, set(), name)
            checked += recorded
        self.assertLessEqual(
            {
                "custodian_id",
                "department_id",
                "relation_stage",
                "security_level",
                "user_id",
            },
            set(checked),
        )

    def test_changes_are_recorded_with_old_and_new_codes(self):
        file = self.archive(partner=self.partner("变更有限公司"))
        rows = self.env["customer.archive.log"]
        domain = [("archive_id", "=", file.id), ("event", "=", "change")]
        before = rows.search(domain)
        other, clerk = self.users["sales_other"], self.users["clerk"]
        purchasing = self.departments["purchase"]
        sales = self.departments["sales"]
        file.with_user(self.users["sales"]).write(
            {
                "relation_stage": "intended",
                "security_level": "secret",
                "custodian_id": clerk.id,
                "note": "张三",
            }
        )
        file.with_user(clerk).write({"user_id": other.id})
        # As its category moves it, which nobody does by hand.
        as_system(file.sudo()).department_id = purchasing
        found = rows.search(domain) - before
        self.assertEqual(
            sorted(found.mapped("detail")),
            sorted(
                [
                    "relation_stage prospect > intended",
                    "security_level internal > secret",
                    f"custodian_id - > {clerk.id}",
                    f"department_id {sales.id} > {purchasing.id}",
                    f"user_id {self.users['sales'].id} > {other.id}",
                ]
            ),
        )
        self.assertEqual(set(found.user_id), {self.users["sales"], clerk})
        # Written once more, nothing has changed.
        file.with_user(self.users["sales_other"]).write({"relation_stage": "intended"})
        self.assertEqual(rows.search(domain) - before, found)
