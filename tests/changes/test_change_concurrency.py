"""Change requests that meet others at the same moment, with real commits."""

import os
import shutil
import tempfile
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.clone import at_once, cloned_database, scene
from .change_case import ACCOUNTS, CHANGE

PARTNER, BANK = "res.partner", "res.partner.bank"


@tagged("post_install", "-at_install")
class TestChangeConcurrency(TransactionCase):
    """Requirement D1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        anchors = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, anchors)
        cls.enterClassContext(patch.dict(os.environ, CUSTOMER_ARCHIVE_ANCHORS=anchors))
        cls.clone = cls.enterClassContext(cloned_database(cls.env.cr.dbname))
        with scene(cls.clone) as case:
            cls.uid = {role: user.id for role, user in case.users.items()}
            # Two may decide, so that they may do so at once.
            step = case.env.ref("customer_archive.step_change_head")
            deciders = case.users["head"] | case.users["management"]
            step.write({"approver": "user", "user_ids": [Command.set(deciders.ids)]})
            file = case.registered()
            cls.file, cls.party = file.id, file.partner_id.id

    def commit(self, function, role=None):
        """Return what a function of an environment gives, committed."""
        with self.clone.cursor() as cr:
            uid = self.uid[role] if role else SUPERUSER_ID
            return function(api.Environment(cr, uid, {}))

    def asked(self, subject, name, **new):
        """Return the id of a request that waits for its last decision."""

        def ask(env):
            field = env.ref(f"customer_archive.change_field_{subject}_{name}")
            # Compliance isn't what is tried here.
            field.sudo().is_serious = False
            change = env[CHANGE].create(
                {
                    "partner_id": self.party,
                    "purpose": "x",
                    "asked_by": "Buyer",
                    "line_ids": [Command.create({"field_id": field.id, **new})],
                }
            )
            change.action_submit()
            return change.id

        return self.commit(ask, "sales")

    def approve(self, change, role="head"):
        return self.uid[role], lambda env: env[CHANGE].browse(change).action_approve()

    def at_once(self, *calls):
        with mute_logger("odoo.service.model", "odoo.sql_db", "odoo.http"):
            return at_once(self.clone, calls)

    def state(self, *changes):
        return self.commit(lambda env: env[CHANGE].browse(changes).mapped("state"))

    def test_two_approvals(self):
        change = self.asked("party", "phone", new_text="021-55550111")
        results = self.at_once(self.approve(change), self.approve(change, "management"))
        self.assertEqual(self.state(change), ["done"])
        [refused] = [each for each in results if each is not True]
        self.assertIsInstance(refused, UserError)
        self.assertIn("Nothing to decide", str(refused))

    def test_a_direct_write_and_the_approval(self):
        change = self.asked("party", "fax", new_text="021-1")

        def write(env):
            env[PARTNER].browse(self.party).write({"fax": "021-2"})
            return True

        results = self.at_once(self.approve(change), (self.uid["sales"], write))
        self.assertEqual(results, [True, True])
        [state] = self.state(change)
        fax = self.commit(lambda env: env[PARTNER].browse(self.party).fax)
        # Either it was approved first and then edited, or edited and asked again.
        self.assertEqual(fax, "021-2")
        self.assertIn(state, ("done", "draft"))
        if state == "done":
            self.assertEqual(self.commit(lambda env: self.said(env, change)), 0)

    def said(self, env, change):
        bodies = env[CHANGE].browse(change).message_ids.mapped("body")
        return sum("changed since the request" in body for body in bodies)

    def test_a_contact_goes_while_it_is_approved(self):
        contact = self.commit(
            lambda env: (
                env[PARTNER].create({"name": "Next", "parent_id": self.party}).id
            )
        )
        field = ("party", "legal_representative_id")
        change = self.asked(*field, new_res_id=contact)

        def unlink(env):
            return env[PARTNER].browse(contact).unlink()

        approved, deleted = self.at_once(self.approve(change), (SUPERUSER_ID, unlink))
        self.assertTrue(approved)
        now = self.commit(
            lambda env: env[PARTNER].browse(self.party).legal_representative_id.id
        )
        if self.state(change) == ["done"]:
            self.assertEqual(now, contact)
            self.assertIsInstance(deleted, UserError)
        else:
            self.assertEqual(self.state(change), ["draft"])
            self.assertNotEqual(now, contact)
            self.assertIs(deleted, True)

    def test_two_requests_for_one_account(self):
        changes = [
            self.asked("bank", "acc_number", value=ACCOUNTS[0]) for _each in range(2)
        ]
        results = self.at_once(*map(self.approve, changes))
        self.assertEqual(results, [True, True])
        self.assertEqual(sorted(self.state(*changes)), ["done", "draft"])
        numbers = self.commit(
            lambda env: (
                env[BANK].search([("partner_id", "=", self.party)]).mapped("acc_number")
            )
        )
        self.assertEqual(numbers, [ACCOUNTS[0]])

    def test_withdrawn_while_it_is_approved(self):
        change = self.asked("party", "phone", new_text="021-55550333")

        def withdraw(env):
            return env[CHANGE].browse(change).action_withdraw()

        approved, withdrawn = self.at_once(
            self.approve(change), (self.uid["sales"], withdraw)
        )
        [state] = self.state(change)
        done = state == "done"
        phone = self.commit(lambda env: env[PARTNER].browse(self.party).phone)
        self.assertEqual(phone == "021-55550333", done)
        self.assertIsInstance(withdrawn if done else approved, UserError)
        self.assertIs(approved if done else withdrawn, True)
