"""Keys on the settings page: how they are, rotation, former master keys."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import config, mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import keyring

from ..support.common import KEYRING, ROLES
from .encryption_case import KEYS, LOG, SECRET, EncryptionCase

SETTINGS = "res.config.settings"
VALUE = "6222021234123412344"
# Wraps keys in another process until it is killed.
ROTATE = """
import sys
sys.path.insert(0, sys.argv[3])
import keyring
store = keyring.Keystore(sys.argv[1], keyring.MasterKeys.from_folder(sys.argv[2]))
while store.rotate(20):
    print("batch", flush=True)
"""


@tagged("post_install", "-at_install")
class TestResConfigSettings(EncryptionCase, TransactionCase):
    """Requirements G6 and I2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = cls.env.ref("base.group_system")
        cls.users["admin"].group_ids = [Command.link(cls.system.id)]
        cls.secret = cls.add_value(VALUE)

    def setUp(self):
        super().setUp()
        # Each test has the keystore for itself.
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        stack.enter_context(self.keystore_put_back())
        self.addCleanup(self._forget_callbacks)

    @property
    def keys(self):
        return self.env[KEYS]

    def settings(self, role="admin"):
        return self.env[SETTINGS].with_user(self.users[role])

    def page(self):
        """Open the page as an administrator of the customer files does."""
        self.env.invalidate_all()
        return Form(self.settings())

    def rotate(self):
        """Rotate to the end, as the job does."""
        with patch.object(self.env.cr, "commit"):
            self.keys._cron_rotate()

    def current(self):
        return self.keys._health()["current_master"]

    # What the page shows

    def test_in_order(self):
        page = self.page()
        self.assertEqual(page.archive_keystore_state, "ok")
        self.assertEqual(Path(page.archive_keystore_path).parent, self.folder)
        self.assertFalse(page.archive_keystore_problem)
        self.assertGreater(page.archive_keystore_keys, 2)
        self.assertEqual(page.archive_keystore_master, self.current())
        self.assertEqual(page.archive_keystore_former, 0)
        self.assertEqual(page.archive_keystore_progress, 100)
        self.assertFalse(page.archive_keystore_removable)
        self.assertFalse(page.archive_keystore_inside)
        before = page.archive_keystore_tombstones
        self.keys._keystore().destroy("ab" * 16)
        self.assertEqual(self.page().archive_keystore_tombstones, before + 1)

    def test_inside_the_data_directory(self):
        """It would be in the same backup as the database: there is a hint."""
        inside = os.path.join(config["data_dir"], "customer_archive", "keystore")
        with patch.dict(os.environ, CUSTOMER_ARCHIVE_KEYSTORE=inside):
            values = self.settings()._archive_keystore_values(
                {"path": inside, "ok": True}
            )
        self.assertTrue(values["archive_keystore_inside"])

    def test_unused(self):
        """A page that is looked at makes no keystore."""
        shutil.rmtree(self.folder)
        with patch.object(type(self.keys), "_in_use", return_value=False):
            self.assertEqual(self.page().archive_keystore_state, "unused")
        self.assertFalse(self.folder.exists())

    def test_broken(self):
        """The page opens and can be saved, whatever is wrong, and says what it is."""
        folder, kept = self.folder, self.folder.with_name("whole")
        shutil.copytree(folder, kept)
        self.addCleanup(shutil.rmtree, kept)
        file = folder / "keystore.sqlite"
        data = (kept / "keystore.sqlite").read_bytes()

        def master(text):
            for path in (folder / "master").iterdir():
                path.write_text(text)

        def a_file():
            shutil.rmtree(folder)
            folder.touch(0o600)

        for name, damage, words in (
            ("gone", lambda: shutil.rmtree(folder), "is missing"),
            ("a file", a_file, "can.t be used"),
            ("no master", lambda: shutil.rmtree(folder / "master"), "is missing"),
            ("wrong master", lambda: master("ab" * 32), "doesn't belong"),
            ("nonsense master", lambda: master("nonsense"), "isn't a master key"),
            ("damaged", lambda: file.write_bytes(b"nonsense" * 999), "is damaged"),
            ("cut", lambda: file.write_bytes(data[: len(data) // 2]), "damaged|used"),
            ("rights", lambda: file.chmod(0o666), "Users other than the server"),
            ("setting", self._wrong_setting, "isn't a master key"),
            ("link", lambda: (file.unlink(), file.symlink_to(file)), "can't be used"),
        ):
            with self.subTest(name), contextlib.ExitStack() as stack:
                patched = damage()
                if hasattr(patched, "__enter__"):
                    stack.enter_context(patched)
                self.forget_keys()
                page = self.page()
                self.assertEqual(page.archive_keystore_state, "broken")
                self.assertRegex(page.archive_keystore_problem, words)
                page.save()
                for method in ("action_rotate_master_key", "action_remove_master_key"):
                    with self.assertRaises(UserError):
                        getattr(self.settings(), method)()
                with mute_logger(KEYRING):
                    self.keys._cron_rotate()
            if folder.is_dir():
                shutil.rmtree(folder)
            else:
                folder.unlink(missing_ok=True)
            shutil.copytree(kept, folder)

    def _wrong_setting(self):
        return patch.dict(os.environ, CUSTOMER_ARCHIVE_MASTER_KEY="nonsense")

    def test_shown_to_administrators_of_the_files_alone(self):
        self.users["employee"].group_ids = [Command.link(self.system.id)]
        for role in ROLES:
            values = self.settings(role).new({})
            shown = values.archive_keystore_state
            self.assertEqual(bool(shown), role == "admin", role)
            self.assertEqual(bool(values.archive_keystore_path), role == "admin", role)
        # Who has Odoo's settings opens and saves them without.
        Form(self.settings("employee")).save().execute()

    # Suite

    def test_suite(self):
        page = self.page()
        self.assertEqual(page.archive_suite, "aes")
        page.archive_suite = "sm"
        page.save().execute()
        self.assertEqual(self.keys._suite(), "sm")
        row = self.events("key")[:1]
        self.assertEqual((row.detail, row.user_id), ("suite sm", self.users["admin"]))
        count = len(self.events("key"))
        self.page().save().execute()
        self.assertEqual(len(self.events("key")), count)
        archive = self.archive("sales")
        secret = self.add_value(VALUE, archive)
        self.assertEqual(self.keys._key(archive.sudo().key_id).suite.name, "sm")
        self.assertEqual(secret.action_reveal("check"), VALUE)

    def test_suite_by_others(self):
        self.users["employee"].group_ids = [Command.link(self.system.id)]
        settings = self.settings("employee").create({"archive_suite": "sm"})
        with self.assertRaisesRegex(AccessError, "administrators of the customer"):
            settings.execute()
        self.assertEqual(self.keys._suite(), "aes")

    def test_unknown_suite_is_the_default(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_archive.suite", "rot13")
        page = self.page()
        self.assertEqual(page.archive_suite, "aes")
        page.save().execute()
        self.assertEqual(parameters.get_param("customer_archive.suite"), "aes")

    # Rotation

    def test_refused_by_role(self):
        master = self.current()
        for role in ROLES:
            if role == "admin":
                continue
            for method in ("action_rotate_master_key", "action_remove_master_key"):
                with self.subTest(role, method=method), self.assertRaises(AccessError):
                    getattr(self.settings(role), method)()
        self.assertEqual(self.current(), master)

    def test_rotation(self):
        for _count in range(5):
            self.add_value(VALUE, self.archive("sales"))
        first = self.current()
        action = self.settings().action_rotate_master_key()
        self.assertEqual(action["tag"], "display_notification")
        second = self.current()
        self.assertNotEqual(first, second)
        row = self.events("key")[:1]
        self.assertEqual(
            (row.detail, row.user_id), (f"rotate {second}", self.users["admin"])
        )
        cron = self.env.ref("customer_archive.cron_rotation")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)
        page = self.page()
        self.assertEqual(page.archive_keystore_former, page.archive_keystore_keys)
        self.assertEqual(page.archive_keystore_progress, 0)
        self.assertRegex(page.archive_keystore_rotation, r"^0 of \d+ keys")
        with self.assertRaisesRegex(UserError, "all are still needed"):
            self.settings().action_remove_master_key()
        # All that the process has made by now are in there.
        half = page.archive_keystore_keys // 2
        self.keys._keystore().rotate(half)
        page = self.page()
        self.assertRegex(page.archive_keystore_rotation, rf"^{half} of \d+ keys")
        self.assertTrue(0 < page.archive_keystore_progress < 100)
        self.rotate()
        page = self.page()
        self.assertEqual(page.archive_keystore_former, 0)
        self.assertTrue(page.archive_keystore_removable)
        self.settings().action_remove_master_key()
        self.assertEqual(self.events("key")[:1].detail, f"retire {first}")
        self.assertEqual(
            [path.stem for path in (self.folder / "master").iterdir()], [second]
        )
        self.assertFalse(self.page().archive_keystore_removable)
        self.forget_keys()
        self.assertEqual(self.secret.action_reveal("check"), VALUE)

    def test_rotation_twice(self):
        """Begun again before it has ended: all former keys go at the end."""
        self.settings().action_rotate_master_key()
        self.keys._keystore().rotate(1)
        self.settings().action_rotate_master_key()
        self.rotate()
        self.assertEqual(len(self.keys._health()["removable"]), 2)
        self.settings().action_remove_master_key()
        self.assertEqual(len(list((self.folder / "master").iterdir())), 1)
        self.assertEqual(self.secret.action_reveal("check"), VALUE)

    def test_master_keys_of_a_setting(self):
        """They can't be made here: the page says what to do."""
        text = "a:" + "A" * 43 + "="
        shutil.rmtree(self.folder)
        self.forget_keys()
        with (
            patch.dict(os.environ, CUSTOMER_ARCHIVE_MASTER_KEY=text),
            patch.object(type(self.keys), "_in_use", return_value=False),
        ):
            secret = self.add_value(VALUE, self.archive("sales"))
            self.assertEqual(self.page().archive_keystore_master, "a")
            with self.assertRaisesRegex(UserError, "insert a new key before"):
                self.settings().action_rotate_master_key()
            both = "b:" + "B" * 43 + "=," + text
            with patch.dict(os.environ, CUSTOMER_ARCHIVE_MASTER_KEY=both):
                self.settings().action_rotate_master_key()
                self.rotate()
                self.settings().action_remove_master_key()
                # It can only be taken out of the setting now.
                self.assertFalse(self.page().archive_keystore_removable)
                self.assertEqual(secret.action_reveal("check"), VALUE)

    @mute_logger(LOG)
    def test_a_thousand_files(self):
        """Readable before, during and after a rotation that is killed and resumed."""
        secret = self.env[SECRET].with_user(self.users["sales"])
        store, files = self.keys._keystore(), self.files(1000)
        made = store._new_keys(len(files))
        self.env.cr.executemany(
            "UPDATE customer_archive SET key_id = %s WHERE id = %s",
            [(key.id, id_) for key, id_ in zip(made, files, strict=True)],
        )
        self.env.invalidate_all()
        secrets = as_system(secret.sudo()).create(
            [
                {"archive_id": id_, "kind": "other", "value": f"value {id_}"}
                for id_ in files
            ]
        )
        self.env.flush_all()
        master = self.current()
        self.settings().action_rotate_master_key()
        # Killed in the middle of it, twice.
        for stop in (10, 20):
            self.killed_after(stop)
            done, total = store.rotation()
            self.assertTrue(0 < done < total)
            self.check_values(secrets[::50])
            self.assertEqual(self.page().archive_keystore_state, "ok")
        with patch.object(self.env.cr, "commit", side_effect=self.in_between(secrets)):
            self.keys._cron_rotate()
        self.assertEqual(len(set(store.rotation())), 1)
        self.check_values(secrets)
        self.settings().action_remove_master_key()
        self.assertNotEqual(self.current(), master)
        self.forget_keys()
        self.check_values(secrets[::10])

    def files(self, count):
        """Return ids of new files, made at once: of them only their keys matter."""
        self.env.flush_all()
        own = self.file.sudo()
        self.env.cr.execute(
            "INSERT INTO customer_archive (partner_id, company_id, category_id,"
            " user_id, department_id, state, relation_stage, security_level)"
            " SELECT partner_id, company_id, category_id, user_id, department_id,"
            " 'closed', relation_stage, security_level"
            " FROM customer_archive, generate_series(1, %s) WHERE id = %s RETURNING id",
            [count, own.id],
        )
        return [id_ for (id_,) in self.env.cr.fetchall()]

    def killed_after(self, batches):
        tools = Path(keyring.__path__[0]).parent
        folder = str(self.folder)
        arguments = [sys.executable, "-c", ROTATE, folder, f"{folder}/master", tools]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
            for _count in range(batches):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)

    def in_between(self, secrets):
        def check():
            self.check_values(secrets[::100])

        return check

    def check_values(self, secrets):
        for secret in secrets.sudo():
            self.assertEqual(secret._opened(), f"value {secret.archive_id.id}")

    def test_job(self):
        """What the scheduled action runs, as it runs it."""
        cron = self.env.ref("customer_archive.cron_rotation")
        self.assertEqual(cron.code.strip(), "model._cron_rotate()")
        self.assertEqual(cron.model_id.model, KEYS)
        self.settings().action_rotate_master_key()
        env = api.Environment(self.env.cr, SUPERUSER_ID, {})
        with patch.object(self.env.cr, "commit"):
            cron.with_env(env).ir_actions_server_id.run()
        self.assertEqual(self.keys._health()["keys_under_old_masters"], 0)
