import json

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..rpc.rpc_case import TRANSPORTS, RpcCalls
from ..rpc.rpc_table import ACCESS, APPROVAL, ARCHIVE, ITEM, PARTNER
from ..support.common import ROLES, ArchiveCase

MARK = "Hushstone"
CLEARED = {"compliance", "archivist", "management", "auditor"}
ANSWERING = {"sales", "head"}
READERS = {
    "internal": CLEARED | ANSWERING | {"clerk", "finance", "legal", "admin"},
    "confidential": CLEARED | ANSWERING | {"clerk", "finance", "legal"},
    "secret": CLEARED | ANSWERING,
}
INSIDE = [role for role in ROLES if role not in ("employee", "portal")]


class ClassificationCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls.env.ref("customer_archive.group_clearance_secret")
        cls.confidential = cls.env.ref("customer_archive.group_clearance_confidential")
        # Clerks are cleared as the addon comes; an administrator may take that back.
        cls.env.ref("customer_archive.group_clerk").implied_ids = [
            Command.unlink(cls.secret.id),
            Command.link(cls.confidential.id),
        ]
        cls.registrar = new_test_user(
            cls.env, "t_registrar", groups="customer_archive.group_clerk"
        )
        cls.registrar.group_ids += cls.secret

    @classmethod
    def on_file(cls, level):
        """Return a file under its number, with items and approvals."""
        archive = cls.approved(
            "sales",
            partner=cls.partner(f"{MARK} {level}"),
            note=f"{MARK} note",
            security_level=level,
        )
        archive.with_user(cls.registrar).action_register()
        return archive.sudo()


@tagged("post_install", "-at_install")
class TestClassification(ClassificationCase, TransactionCase):
    """Requirement I5."""

    def _seen(self, archive, role):
        """Return which ways lead ``role`` to the file."""
        self.env.invalidate_all()
        user = self.users[role]
        files = self.env[ARCHIVE].with_user(user)
        own = fields.Domain("id", "=", archive.id)
        party = archive.partner_id.sudo(False).with_user(user)
        below = fields.Domain("archive_id", "=", archive.id)
        rows = {
            "search": files.search(own),
            "count": files.search_count(own),
            "name_search": files.name_search(archive.name),
            "groups": files._read_group(own, ["security_level"], ["__count"]),
            "access": archive.sudo(False).with_user(user).has_access("read"),
            "items": files.env[ITEM].search(below),
            "approvals": files.env[APPROVAL].search(below),
            "copies": files.env["ir.attachment"].search(
                [("id", "in", archive.document_ids.attachment_ids.ids)]
            ),
            "messages": files.env["mail.message"].search(
                [("model", "=", ARCHIVE), ("res_id", "=", archive.id)]
            ),
            "partner.archive_ids": party.archive_ids,
            "partner.archive_id": party.archive_id,
            "partner.archive_number": party.archive_number,
            "partner.archive_state": party.archive_state,
            "partner by file": files.env[PARTNER].search(
                [("archive_ids.note", "ilike", MARK), ("id", "=", party.id)]
            ),
            "partner by number": files.env[PARTNER].search(
                [("archive_number", "=", archive.name), ("id", "=", party.id)]
            ),
            "partner by level": files.env[PARTNER].search(
                [("archive_id.security_level", "!=", False), ("id", "=", party.id)]
            ),
            "register": self._register(ARCHIVE).with_user(user).records(own),
            "register of items": self._register(ITEM).with_user(user).records(below),
        }
        return {name for name, found in rows.items() if found}

    def _register(self, model):
        registers = self.env["customer.archive.register"]
        found = registers.search([("model", "=", model), ("domain", "=", False)])
        return found[:1] or registers.create(
            {"name": "Test", "model_id": self.env["ir.model"]._get_id(model)}
        )

    def test_who_sees_which_level(self):
        """Each way shows the file to its readers, and to nobody else."""
        for level, readers in READERS.items():
            archive = self.on_file(level)
            for role in INSIDE:
                with self.subTest(level=level, role=role):
                    seen = self._seen(archive, role)
                    if role in readers:
                        self.assertEqual(len(seen), 18, seen)
                    else:
                        self.assertEqual(seen, set())

    def test_clearance_says_the_same_as_the_rules(self):
        for level, readers in READERS.items():
            archive = self.archive(security_level=level)
            for role in readers | {"admin"}:
                with self.subTest(level=level, role=role):
                    user = self.users[role]
                    self.assertEqual(archive._is_cleared(user), role in readers)
                    self.assertEqual(archive._is_open_to(user), role in readers)

    def test_clearances_are_given_to_single_users(self):
        archive = self.archive(security_level="secret").sudo(False)
        admin = self.users["admin"]
        mine = archive.with_user(admin)
        self.assertFalse(mine.has_access("read"))
        admin.group_ids += self.confidential
        self.assertFalse(mine.has_access("read"))
        admin.group_ids += self.secret
        self.assertTrue(mine.has_access("read"))
        admin.group_ids -= self.secret
        self.assertFalse(mine.has_access("read"))
        # A clearance alone shows nothing.
        self.users["sales_other"].group_ids += self.secret
        self.assertFalse(
            archive.with_user(self.users["sales_other"]).has_access("read")
        )

    def test_no_rule_widens_it(self):
        archive = self.archive(security_level="secret")
        self.env["ir.rule"].create(
            {
                "name": "Everything",
                "model_id": self.env["ir.model"]._get_id(ARCHIVE),
                "groups": [Command.link(self.env.ref("base.group_user").id)],
                "domain_force": "[(1, '=', 1)]",
            }
        )
        self.assertFalse(archive.with_user(self.users["admin"]).has_access("read"))

    def test_writers_are_bound_too(self):
        archive = self.on_file("secret").sudo(False)
        clerk = archive.with_user(self.users["clerk"])
        for call in (
            lambda: clerk.write({"note": "x"}),
            lambda: clerk.document_ids.browse(archive.document_ids[0].id).write(
                {"note": "x"}
            ),
            lambda: clerk.env[ITEM].create(
                {
                    "archive_id": archive.id,
                    "type_id": archive.document_ids[0].type_id.id,
                }
            ),
            clerk.action_register,
            lambda: clerk.message_post(body="x"),
        ):
            with self.assertRaises(AccessError):
                call()

    # Approvals

    def _policy(self, **step):
        self.env["customer.archive.approval.policy"].create(
            {
                "name": "Special",
                "model": ARCHIVE,
                "sequence": 1,
                "step_ids": [Command.create({"name": "Special", **step})],
            }
        )

    def test_of_a_role_only_those_cleared_are_asked(self):
        legal = self.env.ref("customer_archive.group_legal")
        self._policy(approver="group", group_id=legal.id)
        confidential = self.submitted(security_level="confidential")
        self.assertEqual(confidential.sudo().approver_ids, self.users["legal"])
        with self.assertRaisesRegex(
            UserError, "roles: Legal; .*is cleared for the level"
        ):
            self.submitted(security_level="secret")
        other = new_test_user(
            self.env, "t_legal2", groups="customer_archive.group_legal"
        )
        other.group_ids += self.secret
        archive = self.submitted(security_level="secret")
        self.assertEqual(archive.sudo().approver_ids, other)

    def test_fallback_role_needs_the_clearance(self):
        self._policy(
            approver="path",
            path="custodian_id",
            fallback_group_id=self.env.ref("customer_archive.group_management").id,
        )
        archive = self.submitted(security_level="secret")
        self.assertEqual(archive.sudo().approver_ids, self.users["management"])

    def test_whom_the_policy_names_sees_it_while_deciding(self):
        legal = self.users["legal"]
        self._policy(approver="user", user_ids=[Command.set(legal.ids)])
        archive = self.collect(self.archive(security_level="secret"))
        self.assertFalse(archive.with_user(legal).has_access("read"))
        archive.action_submit()
        self.assertTrue(archive.with_user(legal).has_access("read"))
        self.assertTrue(archive.document_ids.with_user(legal).has_access("read"))
        self.assertEqual(archive.sudo().activity_ids.user_id, legal)
        archive.with_user(legal).action_approve("fine")
        self.assertEqual(archive.state, "registering")
        self.assertFalse(archive.with_user(legal).has_access("read"))
        self.assertFalse(archive.approval_ids.with_user(legal).has_access("read"))

    def test_registration_goes_to_cleared_clerks(self):
        clerk = self.users["clerk"]
        archive = self.approved(security_level="secret")
        self.assertEqual(archive.state, "registering")
        self.assertEqual(archive.sudo().approver_ids, self.registrar)
        with self.assertRaises(AccessError):
            archive.with_user(clerk).action_register()
        archive.with_user(self.registrar).action_register()
        self.assertEqual(archive.state, "active")
        archive = self.approved(security_level="confidential")
        self.assertEqual(archive.sudo().approver_ids, self.registrar | clerk)

    def test_what_nobody_could_register_isnt_submitted(self):
        self.registrar.group_ids -= self.secret
        archive = self.collect(self.archive(security_level="secret"))
        with self.assertRaisesRegex(UserError, "No records clerk is cleared"):
            archive.action_submit()
        self.submitted(security_level="confidential")

    # Messages, activities, errors

    def test_messages_reach_only_those_who_see_the_file(self):
        archive = self.archive(security_level="secret").sudo(False)
        stranger, friend = self.users["sales_other"], self.users["compliance"]
        party = archive.partner_id
        followers = stranger.partner_id | friend.partner_id | party
        archive.sudo().message_subscribe(followers.ids)
        message = archive.message_post(
            body=f"{MARK} said", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(
            message.sudo().notification_ids.res_partner_id, friend.partner_id
        )
        for person in (stranger.partner_id, party):
            with self.assertRaisesRegex(UserError, "send the message without"):
                archive.message_post(body="x", partner_ids=person.ids)
        archive.message_post(body="x", partner_ids=friend.partner_id.ids)
        told = archive.sudo().message_notify(
            body=f"{MARK} said", partner_ids=(stranger | friend).partner_id.ids
        )
        self.assertEqual(told.partner_ids, friend.partner_id)
        self.assertFalse(
            self.env["mail.message"]
            .with_user(stranger)
            .search([("body", "ilike", MARK)])
        )
        # Of an internal file, too: see test_recipients.
        archive = self.archive().sudo(False)
        with self.assertRaisesRegex(UserError, "request a consultation"):
            archive.message_post(body="x", partner_ids=stranger.partner_id.ids)

    def test_activities_are_for_those_who_see_the_file(self):
        archive = self.archive()
        stranger, friend = self.users["sales_other"], self.users["compliance"]
        mine = archive.sudo(False).with_user(self.users["sales"])
        todo = "mail.mail_activity_data_todo"
        for user in (stranger, friend, self.users["sales"]):
            mine.sudo().activity_schedule(todo, user_id=user.id)
        mine.security_level = "secret"
        left = archive.sudo().activity_ids
        self.assertEqual(left.user_id, friend | self.users["sales"])
        with self.assertRaisesRegex(UserError, "may not see this file"):
            mine.activity_schedule(todo, user_id=stranger.id)
        with self.assertRaisesRegex(UserError, "may not see this file"):
            left[0].with_user(self.users["sales"]).user_id = stranger
        with self.assertRaises(AccessError):
            self.env["mail.activity"].with_user(stranger).create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(ARCHIVE),
                    "res_id": archive.id,
                    "user_id": stranger.id,
                }
            )

    def test_errors_name_no_hidden_file(self):
        archive = self.archive(partner=self.partner(MARK), security_level="secret")
        hidden = archive.sudo(False) | archive.sudo(False)
        for records in (hidden, archive.document_ids[0]):
            with self.debug_mode(), self.assertRaises(AccessError) as caught:
                records.with_user(self.users["clerk"]).check_access("read")
            self.assertNotIn(MARK, str(caught.exception))
            self.assertIn("don't have access", str(caught.exception))

    def test_level_is_changed_while_collecting(self):
        archive = self.archive()
        archive.security_level = "confidential"
        archive = self.on_file("confidential").sudo(False)
        for role in ("sales", "clerk"):
            with self.assertRaisesRegex(UserError, "can't be changed"):
                archive.with_user(self.users[role]).security_level = "internal"


@tagged("post_install", "-at_install")
class TestClassificationRpc(ClassificationCase, RpcCalls):
    """Requirement I5."""

    def _readings(self, archive):
        own, below = [("id", "=", archive.id)], [("archive_id", "=", archive.id)]
        yield ARCHIVE, "read", archive.ids, {"fields": ["name", "note"]}
        yield ARCHIVE, "web_read", archive.ids, {"specification": {"note": {}}}
        yield ARCHIVE, "search_read", None, {"domain": own}
        yield ARCHIVE, "search_count", None, {"domain": own}
        yield ARCHIVE, "name_search", None, {"name": MARK}
        yield ARCHIVE, "export_data", archive.ids, {"fields_to_export": ["note"]}
        yield (
            ARCHIVE,
            "formatted_read_group",
            None,
            {"domain": own, "groupby": ["partner_id"], "aggregates": ["__count"]},
        )
        for model in (ITEM, APPROVAL):
            yield model, "search_read", None, {"domain": below}
            yield (
                model,
                "formatted_read_group",
                None,
                {"domain": below, "groupby": ["archive_id"], "aggregates": []},
            )
        names = ["archive_id", "archive_number", "archive_state", "archive_ids"]
        yield PARTNER, "read", archive.partner_id.ids, {"fields": names}
        found = [("archive_number", "=", archive.name)]
        yield PARTNER, "search_count", None, {"domain": found}

    def _shows(self, model, result):
        if isinstance(result, int):
            return result > 0
        if model == PARTNER:
            return any(
                value
                for row in result
                for name, value in row.items()
                if name.startswith("archive_")
            )
        return MARK in json.dumps(result)

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_readings(self):
        self.env.ref("base.group_allow_export").user_ids += self.env["res.users"].union(
            *(self.users[role] for role in INSIDE)
        )
        files = {level: self.on_file(level) for level in READERS}
        self.env.flush_all()
        for transport in TRANSPORTS:
            for role in ("sales", "clerk", "admin", "management", "finance"):
                self.log_in(transport, role)
                for level, archive in files.items():
                    for model, method, ids, kwargs in self._readings(archive):
                        if method == "name_search":
                            kwargs = {"name": archive.name}
                        with self.subTest(method, model=model, role=role, level=level):
                            error, result = self.call(
                                transport, role, model, method, ids, dict(kwargs)
                            )
                            if role in READERS[level]:
                                self.assertIsNone(error)
                                self.assertTrue(self._shows(model, result), result)
                            else:
                                self.assertIn(error, {None} | ACCESS)
                                shown = error is None and self._shows(model, result)
                                self.assertFalse(shown, result)
