"""Several people at one sharing at once, with real commits; what a dump then holds."""

import io
from pathlib import Path

import pyzipper

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, mute_logger

from ..leaks.leaks_scan import Stem, dumped, files, search
from ..support.clone import _Bare, at_once, cloned_database
from .sharing_case import SHARING, SharingCase


@tagged("post_install", "-at_install")
class TestSharingTogether(TransactionCase):
    """Requirement C4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clone = cls.enterClassContext(cloned_database(cls.env.cr.dbname))
        with cls.clone.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            scene = type("Scene", (SharingCase, _Bare), {"env": env})
            scene.setUpClass()
            case = scene()
            scene._member("second", "customer_archive.group_management")
            inside, outside = case.share(), case.share_outside()
            both = inside + outside
            both.action_submit()
            outside.with_user(scene.users["legal"]).action_approve("fine")
            cls.inside, cls.outside = inside.id, outside.id
            cls.users = {name: user.id for name, user in scene.users.items()}

    def approve(self, sharing):
        """Let both managers approve at once; return what came of it."""

        def call(env):
            return env[SHARING].browse(sharing).action_approve("fine")

        managers = (self.users["management"], self.users["second"])
        with mute_logger("odoo.service.model", "odoo.sql_db"):
            results = at_once(self.clone, [(uid, call) for uid in managers])
        self.assertEqual([each for each in results if each is True], [True], results)
        refused = next(each for each in results if each is not True)
        self.assertIsInstance(refused, UserError)

    def test_two_approve_at_once(self):
        """One approves, one is told; access and password are made once."""
        for sharing in (self.inside, self.outside):
            self.approve(sharing)
        with self.clone.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            inside, outside = env[SHARING].browse([self.inside, self.outside])
            self.assertEqual(inside.state, "approved")
            self.assertEqual(outside.state, "approved")
            grants = env["customer.archive.grant"]._of(inside)
            names = sorted(grants.user_id.mapped("login"))
            self.assertEqual(names, ["t_colleague", "t_served"])
            self.assertFalse(env["customer.archive.grant"]._of(outside))
        self.check_revoked_while_packed()

    def check_revoked_while_packed(self):
        """A package and a revocation at once: one after the other, and then closed."""

        def pack(env):
            sharing, stream = env[SHARING].browse(self.outside), io.BytesIO()
            sharing.write_package(stream)
            shown = sharing.action_show_password()["params"]["password"]
            return stream.getvalue(), shown

        def revoke(env):
            sharing = env[SHARING].browse(self.outside)
            return sharing.action_revoke("Enough", "None was sent")

        # So that there is one at any rate.
        (first,) = at_once(self.clone, [(self.users["sales"], pack)])
        calls = [(self.users["sales"], pack), (self.users["compliance"], revoke)]
        with mute_logger("odoo.service.model", "odoo.sql_db"):
            second, revoked = at_once(self.clone, calls)
        self.assertIs(revoked, True)
        made = [first]
        if isinstance(second, tuple):
            made.append(second)
        else:
            self.assertIsInstance(second, UserError)
        (refused,) = at_once(self.clone, [(self.users["sales"], pack)])
        self.assertIsInstance(refused, UserError)
        self.assertNotIsInstance(refused, AccessError)
        with self.clone.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertEqual(
                len(env[SHARING].browse(self.outside).package_ids), len(made)
            )
        self.check_nowhere(*first)

    def check_nowhere(self, content, password):
        """The password opens the package, and is nowhere in a dump or the filestore."""
        with pyzipper.AESZipFile(io.BytesIO(content)) as opened:
            opened.setpassword(password.encode())
            self.assertIsNone(opened.testzip())
        stems = [
            Stem("password", password),
            Stem("password", password.replace("-", "")),
        ]
        name = self.clone.db_name
        found = search(stems, [*dumped(name), *files(Path(config.filestore(name)))])
        self.assertEqual(found, [])
