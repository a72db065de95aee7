"""A database that Odoo's own commands copied: restored, or a copy for training."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path, migration
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, mute_logger

from ..support import clone
from ..support.common import KEYRING
from .encryption_case import TRAINED

LOG = "customer.archive.log"
ADDON = "customer_archive"
# The parameter with the identity whose keystore is the database's, and what updates it.
IDENTITY = "customer_archive.database"
TO_SIX = "19.0.6.0.0/post-life.py"
TO_SEVEN = "19.0.7.0.0/post-keystore.py"
MODELS = "odoo.addons.customer_archive.models.audit.customer_archive_log"
ORIGIN = (
    "odoo.addons.customer_archive.models.encryption.customer_archive_keyring_origin"
)
PAPER = "营业执照扫描件".encode()
LATER = "培训用的资料".encode()


@tagged("post_install", "-at_install")
class TestCopied(TransactionCase):
    """Of one original: dumped once, loaded for each test. Requirement I2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.origin = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        with (
            cls.places(cls.origin),
            clone.cloned_database(cls.env.cr.dbname) as registry,
        ):
            with mute_logger(KEYRING), clone.scene(registry) as case:
                cls.plant(case)
            with registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})[LOG]._seal()
            cls.original = cls.identity(registry)
            close_db(registry.db_name)
            cls.run_odoo("db", "dump", registry.db_name, str(cls.origin / "dump.zip"))

    @classmethod
    def plant(cls, case):
        """Make what is looked at on the copies: a paper and a value of somebody's."""
        case.env["customer.archive.undertaking"].with_user(case.users["sales"]).sign(
            TRAINED
        )
        archive = case.collect(
            case.archive(partner=case.partner("深圳示例机器人有限公司")), PAPER
        )
        cls.file, cls.sales = archive.id, case.users["sales"].id
        cls.admin = case.users["admin"].id
        cls.copy = archive.document_ids.attachment_ids.sorted("id")[0].id
        values = {"archive_id": cls.file, "kind": "passport", "value": "E7654"}
        secrets = case.env["customer.archive.secret"].with_user(case.users["sales"])
        cls.value = secrets.create(values).id

    def setUp(self):
        """Each test has keystore and anchors of its own, as they were at the dump."""
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(self.origin, self.folder, dirs_exist_ok=True)
        self.enterContext(self.places(self.folder))

    @staticmethod
    def places(folder):
        names = ("keystore", "anchors")
        places = {
            f"CUSTOMER_ARCHIVE_{name.upper()}": str(folder / name) for name in names
        }
        return patch.dict(os.environ, places)

    @classmethod
    def run_odoo(cls, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", "odoo", *arguments],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    @contextlib.contextmanager
    def loaded(self):
        """Give the registry of a database that is loaded from the dump."""
        name = f"{self.env.cr.dbname}_loaded"
        clone.drop(name)
        try:
            self.run_odoo("db", "load", name, str(self.folder / "dump.zip"))
            with clone._no_test_suites():
                registry = Registry(name)
            yield registry
        finally:
            Registry.delete(name)
            close_db(name)
            clone.drop(name)
            subprocess.run(["rm", "-rf", config.filestore(name)], check=True)

    @staticmethod
    def identity(registry):
        with registry.cursor() as cr:
            return api.Environment(cr, SUPERUSER_ID, {})[
                "customer.archive.keyring"
            ]._database()

    def read(self, registry):
        with registry.cursor() as cr:
            env = api.Environment(cr, self.sales, {})
            return env["ir.attachment"].browse(self.copy).raw

    def upload(self, registry):
        """Add a copy to an item of the file; return what is read back."""
        with registry.cursor() as cr:
            env = api.Environment(cr, self.sales, {})
            item = env["customer.archive"].browse(self.file).document_ids[0]
            paper = {"name": "新资料.txt", "raw": LATER}
            item.attachment_ids = [Command.create(paper)]
            return item.attachment_ids.sorted("id")[-1].raw

    def decide(self, registry, action, uid=None):
        with registry.cursor() as cr:
            env = api.Environment(cr, uid or self.admin, {})
            getattr(env["res.config.settings"], action)()

    def breaks(self, registry):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env[LOG]._seal()
            return [str(found) for found in env[LOG]._verify(env.company)[1]]

    def check_closed(self, registry):
        """Nothing is decrypted or encrypted until somebody has decided."""
        with mute_logger(MODELS, f"{MODELS}_sealing"):
            for way in (self.read, self.upload):
                with self.assertRaisesRegex(UserError, "copied or restored.*Keystore"):
                    way(registry)
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            health = env["customer.archive.keyring"]._health()
        self.assertEqual((health["ok"], health["code"]), (False, "copied"))

    def test_restored(self):
        with self.loaded() as registry:
            self.assertNotEqual(self.identity(registry), self.original)
            self.check_closed(registry)
            keystore = self.folder / "keystore" / self.original
            keystore.rename(self.folder / "lost")
            with self.assertRaisesRegex(UserError, "restore its backup there first"):
                self.decide(registry, "action_adopt_keystore")
            (self.folder / "lost").rename(keystore)
            self.decide(registry, "action_adopt_keystore")
            self.assertEqual(self.identity(registry), self.original)
            self.assertEqual(self.read(registry), PAPER)
            self.assertEqual(self.upload(registry), LATER)
            with self.assertRaises(AccessError):
                self.decide(registry, "action_adopt_keystore", self.sales)
            self.assertEqual(self.breaks(registry), [])
            with self.assertRaisesRegex(UserError, "already belong together"):
                self.decide(registry, "action_adopt_keystore")

    def update(self, registry, script, identity):
        """Run a script of the update on what remembers this identity, or none."""
        path = Path(get_module_path(ADDON), "migrations", script)
        module = migration.load_script(str(path), "post_update")
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["ir.config_parameter"].set_param(IDENTITY, identity)
            env.flush_all()
            with patch.object(migration, "load_script", lambda *_arguments: module):
                # By what Odoo runs it.
                migration.exec_script(cr, "19.0.5.0.0", "post_update.py", ADDON, "post")

    def remembered(self, registry):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["ir.config_parameter"].get_param(IDENTITY)

    def check_led_back(self, registry):
        self.assertEqual(self.remembered(registry), self.original)
        self.check_closed(registry)
        self.decide(registry, "action_adopt_keystore")
        self.assertEqual(self.identity(registry), self.original)
        self.assertEqual(self.read(registry), PAPER)
        self.assertEqual(self.upload(registry), LATER)

    def test_recorded_before_the_decision(self):
        """Without the key of the record, which is a note for the auditor later."""
        for action in ("action_adopt_keystore", "action_keep_as_copy"):
            with self.subTest(action), self.loaded() as registry:
                with mute_logger(MODELS, f"{MODELS}_sealing"), registry.cursor() as cr:
                    env = api.Environment(cr, self.sales, {})
                    env[LOG]._record("open", env["customer.archive"].browse(self.file))
                self.decide(registry, action)
                self.assertEqual(self.breaks(registry), [])
                with registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    [note] = env[LOG].verify()["notes"]
                    self.assertEqual(note["kind"], "late")
                    self.assertIn("keystore was unavailable", note["message"])
                    row = env[LOG].search([("detail", "=like", "late 1 %")])
                    self.assertIn("Sealed later", row.summary)

    def test_loaded_and_updated(self):
        """A backup from before identities were remembered, loaded under this code."""
        with self.loaded() as registry, mute_logger(ORIGIN):
            self.update(registry, TO_SIX, False)
            self.check_led_back(registry)

    def test_updated_before(self):
        """It took itself for the original, which the next update mends."""
        with self.loaded() as registry, mute_logger(ORIGIN):
            self.update(registry, TO_SEVEN, self.identity(registry))
            self.check_led_back(registry)
            # What has been decided is left alone.
            self.update(registry, TO_SEVEN, self.original)
            self.assertEqual(self.read(registry), PAPER)

    def test_updated_without_its_keystore(self):
        """It is said which key is missing; its keystore put back, it is led back."""
        keystore = self.folder / "keystore" / self.original
        with self.loaded() as registry, mute_logger(ORIGIN):
            keystore.rename(self.folder / "lost")
            self.update(registry, TO_SIX, False)
            self.assertFalse(self.remembered(registry))
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                health = env["customer.archive.keyring"]._health()
                key = env["customer.archive"].browse(self.file).key_id
            self.assertEqual(health["code"], "no_keystore")
            self.assertIn(f"contains the key {key}", health["words"])
            self.assertIn(str(keystore.parent), health["words"])
            (self.folder / "lost").rename(keystore)
            # Found without another update.
            self.check_closed(registry)
            self.decide(registry, "action_adopt_keystore")
            self.assertEqual(self.read(registry), PAPER)
            self.assertEqual(self.remembered(registry), self.original)

    def test_for_training(self):
        with self.loaded() as registry:
            self.check_closed(registry)
            self.decide(registry, "action_keep_as_copy")
            with self.assertRaises(AccessError):
                self.decide(registry, "action_keep_as_copy", self.sales)
            self.assertNotEqual(self.identity(registry), self.original)
            with self.assertRaisesRegex(UserError, "can only be read there"):
                self.read(registry)
            self.assertEqual(self.upload(registry), LATER)
            with registry.cursor() as cr:
                env = api.Environment(cr, self.sales, {})
                with self.assertRaisesRegex(UserError, "can only be read there"):
                    env["customer.archive.secret"].browse(self.value).action_reveal("?")
            # Neither damage, nor breaks that are none.
            self.assertEqual(self.breaks(registry), [])
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                self.assertFalse(env[LOG].search_count([("event", "=", "broken")]))
                self.assertTrue(env["customer.archive.keyring"]._health()["ok"])
