"""Only colleagues who may read a record hear of it: through every door."""

from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons import customer_archive
from odoo.addons.mail.tests.common import MailCase

from ..support.common import ArchiveCase

FILE, MESSAGE = "customer.archive", "mail.message"
WAY = "request a sharing"
SCRIPT = "post_messages"


@tagged("post_install", "-at_install")
class TestRecipients(ArchiveCase, MailCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.archive().sudo(False)
        cls.outsider = cls.env["res.partner"].create(
            {"name": "Outsider", "email": "o@example.com"}
        )
        # With a user of the portal, with one inside who doesn't read it, and without.
        cls.closed = (
            cls.outsider
            | cls.users["portal"].partner_id
            | cls.users["employee"].partner_id
            | cls.users["sales_other"].partner_id
        )
        cls.own = cls.file.with_user(cls.users["sales"])

    def doors(self, partner):
        own, ids = self.own, partner.ids
        follower = {"res_model": FILE, "res_id": own.id, "partner_id": partner.id}
        system = self.env["mail.followers"].with_user(self.env.ref("base.user_admin"))
        composer = self.env["mail.compose.message"].with_user(self.users["sales"])
        invite = self.env["mail.followers.edit"].with_user(self.users["sales"])
        return {
            "subscribe": lambda: own.message_subscribe(partner_ids=ids),
            "with oneself": lambda: own.message_subscribe(
                partner_ids=ids + self.users["sales"].partner_id.ids
            ),
            "field": lambda: own.write({"message_partner_ids": [Command.link(ids[0])]}),
            "follower": lambda: system.create(follower),
            "invite": lambda: invite.create(
                {
                    "res_model": FILE,
                    "res_ids": str(own.ids),
                    "partner_ids": [Command.set(ids)],
                }
            ).edit_followers(),
            "post": lambda: own.message_post(body="x", partner_ids=ids),
            "post and follow": lambda: own.with_context(
                mail_post_autofollow=True
            ).message_post(body="x", partner_ids=ids),
            "notify": lambda: own.message_notify(body="x", partner_ids=ids),
            "as a route": lambda: own.sudo().message_post(
                body="x", message_type="comment", partner_ids=ids
            ),
            "address": lambda: own.message_post(
                body="x", outgoing_email_to="o@example.com"
            ),
            "composer": lambda: composer.create(
                {
                    "model": FILE,
                    "res_ids": str(own.ids),
                    "body": "x",
                    "partner_ids": [Command.set(ids)],
                }
            ).action_send_mail(),
        }

    def test_nobody_else_is_told(self):
        for partner in self.closed:
            for way, door in self.doors(partner).items():
                with self.subTest(way, partner=partner.name), self.mock_mail_gateway():
                    with (
                        self.assertRaises(UserError) as caught,
                        mute_logger("odoo.addons.base.models.ir_rule"),
                    ):
                        door()
                        self.env.flush_all()
                    self.assertRegex(str(caught.exception), WAY)
                    self.assertNotIn(partner, self.file.sudo().message_partner_ids)
                    self.assertFalse(self._mails)

    def test_system_adds_nobody_either(self):
        for partner in self.closed:
            self.file.sudo().message_subscribe(partner_ids=partner.ids)
        self.assertFalse(self.closed & self.file.sudo().message_partner_ids)

    def test_colleagues_who_read_it(self):
        colleague = self.users["compliance"].partner_id
        self.own.message_subscribe(partner_ids=colleague.ids)
        self.assertIn(colleague, self.own.message_partner_ids)
        message = self.own.message_post(body="x", partner_ids=colleague.ids)
        self.assertEqual(message.partner_ids, colleague)
        activity = self.own.activity_schedule(
            summary="x", user_id=self.users["compliance"].id
        )
        self.assertEqual(activity.user_id, self.users["compliance"])

    def test_an_activity_is_given_to_readers(self):
        for role in ("employee", "sales_other"):
            user = self.users[role]
            with self.subTest(role), self.assertRaises(UserError):
                self.own.activity_schedule(summary="x", user_id=user.id)
            activity = self.own.activity_schedule(
                summary="x", user_id=self.users["sales"].id
            )
            with self.subTest(role), self.assertRaises(UserError):
                activity.user_id = user

    def follow(self, partners):
        """Have partners follow the file as they could before."""
        for partner in partners:
            self.env.cr.execute(
                "INSERT INTO mail_followers (res_model, res_id, partner_id)"
                " VALUES (%s, %s, %s) RETURNING id",
                [FILE, self.file.id, partner.id],
            )
            follower = self.env["mail.followers"].browse(self.env.cr.fetchone()[0])
            follower.subtype_ids = self.env.ref("mail.mt_comment")
        self.env.invalidate_all()

    def test_old_followers_hear_nothing(self):
        self.follow(self.closed)
        with self.mock_mail_gateway():
            message = self.own.message_post(
                body="内部意见", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertFalse(self._mails)
        self.assertFalse(message.sudo().notified_partner_ids & self.closed)

    def test_old_followers_and_answers_are_removed(self):
        self.follow(self.closed)
        said = self.own.message_post(body="x")
        elsewhere = self.file.partner_id.message_post(body="y")
        here = self.own.message_post(body="z", parent_id=said.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET parent_id = %s WHERE id = %s",
            [said.id, elsewhere.id],
        )
        folder = Path(customer_archive.__path__[0], "migrations", "19.0.7.0.0")
        module = migration.load_script(str(folder / "post-messages.py"), SCRIPT)
        with (
            patch.object(migration, "load_script", lambda *_arguments: module),
            patch.object(module, "_logger"),
        ):
            migration.exec_script(
                self.env.cr, "19.0.6.0.0", f"{SCRIPT}.py", "customer_archive", "post"
            )
        self.env.invalidate_all()
        outside = self.outsider | self.users["portal"].partner_id
        followers = self.file.sudo().message_partner_ids
        self.assertFalse(outside & followers)
        self.assertIn(self.users["sales"].partner_id, followers)
        self.assertFalse(elsewhere.parent_id)
        self.assertEqual(here.parent_id, said)

    def test_many_follow_at_once(self):
        """As Odoo would subscribe them: with the same matters, and nobody else."""
        files = self.archive() | self.archive() | self.archive()
        theirs = self.archive()
        heard, unheard = self.users["head"].partner_id, self.outsider
        theirs.message_subscribe(heard.ids)
        followers = self.env["mail.followers"]
        for partner in (heard, unheard, heard):
            followers._archive_follow(files, partner)
        for file in files:
            self.assertIn(heard, file.message_partner_ids)
            self.assertNotIn(unheard, file.message_partner_ids)
        self.assertEqual(len({*self.matters(files | theirs, heard)}), 1)

    def matters(self, files, partner):
        domain = [("res_model", "=", FILE), ("res_id", "in", files.ids)]
        found = self.env["mail.followers"].search(
            [*domain, ("partner_id", "=", partner.id)]
        )
        self.assertEqual(len(found), len(files))
        return [tuple(each.subtype_ids.sorted("id").ids) for each in found]

    def test_who_follows_already_isnt_asked_about(self):
        """Who may hear of a file isn't worked out where nothing is changed."""
        head = self.users["head"].partner_id
        file = self.file.sudo()
        file.message_subscribe(head.ids)
        with patch.object(type(file), "_archive_hearing") as hearing:
            file.message_subscribe(head.ids)
        hearing.assert_not_called()
