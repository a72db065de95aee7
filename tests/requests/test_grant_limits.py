"""What a grant never allows, and what of it outlasts its end: nothing."""

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .grant_case import ARCHIVE, GRANT, ITEM, SECRET, GrantCase


@tagged("post_install", "-at_install")
class TestGrantLimits(GrantCase, TransactionCase):
    # Never a write

    """Requirements C1 and C2."""

    def test_nothing_is_written_by_a_reader(self):
        self.give(include_sensitive=True)
        self.give(user="sales_other", include_sensitive=True)
        for role in ("reader", "sales_other"):
            for records in (
                self.file,
                self.item,
                self.missing,
                self.item.attachment_ids,
                self.value,
            ):
                own = self.as_reader(records, role)
                with self.subTest(role, model=own._name):
                    for operation in ("write", "create", "unlink"):
                        if own._name != "ir.attachment" or operation != "create":
                            self.assertFalse(own.has_access(operation))
                    for attack in (
                        lambda own=own: own.write({"name": "x"}),
                        lambda own=own: own.unlink(),
                    ):
                        with self.assertRaises(UserError):
                            attack()

    def test_nothing_is_added_by_a_reader(self):
        self.give(include_sensitive=True)
        self.give(user="sales_other", include_sensitive=True)
        for role in ("reader", "sales_other"):
            for name, attack in self.additions(role).items():
                with self.subTest(role, attack=name), self.assertRaises(UserError):
                    attack()

    def additions(self, role):
        env = self.env(user=self.users[role])
        file, item = self.file.with_env(env), self.missing.with_env(env)
        return {
            "item": lambda: env[ITEM].create(
                {"archive_id": self.file.id, "type_id": self.item.type_id.id}
            ),
            "copy of an item": lambda: item.copy(),
            "value": lambda: env[SECRET].create(
                {"archive_id": self.file.id, "kind": "other", "value": "5551"}
            ),
            "attachment": lambda: env["ir.attachment"].create(
                {"name": "x", "raw": b"x", "res_model": ITEM, "res_id": item.id}
            ),
            "attachment of the file": lambda: env["ir.attachment"].create(
                {"name": "x", "raw": b"x", "res_model": ARCHIVE, "res_id": file.id}
            ),
            "message": lambda: file.message_post(body="x"),
            "note": lambda: file.message_post(
                body="x", message_type="comment", subtype_xmlid="mail.mt_note"
            ),
            "notification": lambda: file.message_notify(
                body="x", partner_ids=self.users["employee"].partner_id.ids
            ),
            "activity": lambda: file.activity_schedule(
                "mail.mail_activity_data_todo", user_id=file.env.uid
            ),
            "following": lambda: file.message_subscribe(file.env.user.partner_id.ids),
            "follower": lambda: file.message_subscribe(
                self.users["employee"].partner_id.ids
            ),
            "original": lambda: self.item.with_env(env).action_check_original(),
            "submission": lambda: file.action_submit(),
        }

    def test_grants_are_nobodys_to_write(self):
        grant = self.give()
        values = {
            "user_id": self.users["reader"].id,
            "archive_id": self.other_file.id,
            "scope": "file",
            "date_from": "2026-01-01 00:00:00",
            "date_to": "2099-01-01 00:00:00",
            "res_model": grant.res_model,
            "res_id": grant.res_id,
            "request_number": "x",
        }
        for role in ("reader", "sales", "head", "management", "admin"):
            for name, attack in self.forgeries(role, grant, values).items():
                with self.subTest(role, attack=name), self.assertRaises(UserError):
                    attack()
        # Not even by superuser code that doesn't say what it does.
        with self.assertRaises(AccessError):
            grant.sudo().write({"date_to": values["date_to"]})

    def forgeries(self, role, grant, values):
        env = self.env(user=self.users[role])
        own = grant.with_env(env)
        request = env[grant.res_model].browse(grant.res_id)
        return {
            "create": lambda: env[GRANT].create(values),
            "write": lambda: own.write({"date_to": values["date_to"]}),
            "unlink": lambda: own.unlink(),
            "copy": lambda: own.copy(),
            "from the request": lambda: request.write(
                {"grant_ids": [Command.create(values)]}
            ),
            "by another request": lambda: env[grant.res_model].create(
                {
                    "partner_id": self.file.partner_id.id,
                    "purpose": "x",
                    "grant_ids": [Command.link(grant.id)],
                }
            ),
            "from the item": lambda: self.missing.with_env(env).write(
                {"grant_ids": [Command.link(grant.id)]}
            ),
            "from the file": lambda: self.file.with_env(env).write(
                {"grant_ids": [Command.create(values)]}
            ),
        }

    # What outlasts it

    def test_followers_hear_nothing_after_the_end(self):
        """Nor does who follows a file that he has left long ago."""
        for level in ("internal", "confidential", "secret"):
            archive = self.registered(security_level=level)
            reader = self.users["reader"]
            # As somebody who followed it before.
            self.follow(archive, reader)
            with self.subTest(level):
                self.assertFalse(self.told(archive) & reader.partner_id)
                grant = self.give(archive=archive)
                self.assertNotIn(reader.partner_id, archive.message_partner_ids)
                with self.assertRaisesRegex(AccessError, "only those responsible"):
                    archive.with_user(reader).message_subscribe(reader.partner_id.ids)
                with self.assertRaisesRegex(AccessError, "has no permanent access"):
                    archive.with_user(self.users["sales"]).message_subscribe(
                        reader.partner_id.ids
                    )
                self.assertNotIn(reader.partner_id, archive.message_partner_ids)
                # Who reads for a while only isn't told, whatever was stored.
                self.follow(archive, reader)
                self.assertNotIn(reader.partner_id, self.told(archive))
                self.revoke(grant)
                self.assertNotIn(reader.partner_id, self.told(archive))
                self.assertIn(
                    self.users["sales"].partner_id, self.told(archive, "clerk")
                )

    def follow(self, archive, user):
        """Past every check, as it was stored before."""
        self.env["mail.followers"]._insert_followers(
            ARCHIVE, archive.ids, user.partner_id.ids, subtypes=None
        )

    def told(self, archive, role="sales"):
        self.env.invalidate_all()
        message = archive.with_user(self.users[role]).message_post(
            body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        return message.sudo().notified_partner_ids | message.sudo().author_id

    def test_who_was_addressed_keeps_that_message_and_answers_nothing(self):
        """What he was told stays told, like an e-mail; the rest closes."""
        reader = self.users["reader"]
        writer = self.file.with_user(self.users["sales"])
        grant = self.give()
        silent = writer.message_post(body="among ourselves")
        # As people could before.
        by_system = self.file.with_user(SUPERUSER_ID)
        said = by_system.message_post(body="for you", partner_ids=reader.partner_id.ids)
        messages = self.env["mail.message"].with_user(reader)
        ids = [("id", "in", (silent | said).ids)]
        self.assertEqual(messages.search(ids), silent | said)
        answer = {
            "body": "x",
            "model": ARCHIVE,
            "res_id": self.file.id,
            "parent_id": said.id,
        }
        with self.assertRaises(AccessError):
            messages.create(answer)
        self.revoke(grant)
        self.env.invalidate_all()
        self.assertEqual(messages.search(ids), said)
        with self.assertRaises(AccessError):
            messages.browse(silent.id).read(["body"])
        with self.assertRaises(AccessError):
            messages.create(answer)
        with self.assertRaises(AccessError):
            self.file.with_user(reader).message_post(body="x", parent_id=said.id)

    def test_activities_on_classified_files_arent_for_passing_readers(self):
        """They would name the file beyond the end; of internal files anybody may."""
        reader, todo = self.users["reader"], "mail.mail_activity_data_todo"
        self.give(archive=self.secret_file)
        with self.assertRaisesRegex(UserError, "or only temporarily"):
            self.secret_file.activity_schedule(todo, user_id=reader.id)
        self.give()
        activity = self.file.activity_schedule(todo, user_id=reader.id)
        self.assertTrue(activity)
        self.assertNotIn(reader.partner_id, self.file.message_partner_ids)

    def test_bookmarks_and_defaults_show_nothing_after_the_end(self):
        reader = self.users["reader"]
        env = self.env(user=reader)
        grant = self.give()
        bookmark = env["ir.filters"].create(
            {
                "name": "Mine",
                "model_id": ARCHIVE,
                "user_ids": [Command.link(reader.id)],
                "domain": f"[('id', '=', {self.file.id})]",
            }
        )
        env["ir.default"].set(
            "customer.archive.consultation", "archive_id", self.file.id, user_id=True
        )
        requests = env["customer.archive.consultation"]
        self.assertEqual(
            requests.default_get(["archive_id"])["archive_id"], self.file.id
        )
        self.revoke(grant)
        self.env.invalidate_all()
        self.assertFalse(env[ARCHIVE].search(bookmark._get_eval_domain()))
        with self.assertRaises(AccessError):
            requests.default_get(["archive_id"])
