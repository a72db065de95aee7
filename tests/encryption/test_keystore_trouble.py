import contextlib
import os
import random
import shutil
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.customer_archive.tools import keyring
from odoo.addons.customer_archive.tools.keyring import storage

from .keystore_case import KeystoreCase


@tagged("post_install", "-at_install")
class TestKeystoreTrouble(KeystoreCase):
    def assert_broken(self, store, code, kind=keyring.KeyringError):
        """Every operation says so, and so does ``health`` without raising."""
        for use in (
            store.new_key,
            lambda: store.named_key("log"),
            lambda: store.key(self.key.id),
            lambda: store.keys([self.key.id]),
            store.begin_rotation,
            store.rotate,
        ):
            with self.assert_code(code, kind) as caught:
                use()
            self.assertIn(str(self.folder), str(caught.exception))
        health = store.health()
        self.assertFalse(health["ok"])
        self.assertEqual(health["code"], code)
        self.assertEqual(health["message"], str(caught.exception))
        self.assertEqual(health["path"], str(store.path))

    def setUp(self):
        super().setUp()
        self.store = self.create()
        self.store.named_key("log")
        self.key = self.store.new_key()

    def test_no_keystore(self):
        shutil.rmtree(self.place)
        self.assert_broken(self.store, "no_keystore", keyring.KeyMissing)
        self.place.mkdir(mode=0o700)
        self.assert_broken(self.store, "no_keystore", keyring.KeyMissing)
        self.store.path.touch(mode=0o600)
        self.assert_broken(self.store, "no_keystore", keyring.KeyMissing)
        self.assertFalse(keyring.Keystore.exists(self.place))

    def test_a_folder_that_is_a_file(self):
        shutil.rmtree(self.place)
        self.place.touch(mode=0o600)
        self.assert_broken(self.store, "no_keystore", keyring.KeyMissing)
        with self.assert_code("unreadable"):
            self.create()

    def test_not_sqlite(self):
        self.store.path.write_bytes(b"something else entirely" * 1000)
        self.assert_broken(self.store, "corrupt")
        self.assertTrue(keyring.Keystore.exists(self.place))
        with self.assert_code("corrupt"):
            self.create()

    def test_pages_overwritten(self):
        with open(self.store.path, "r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 4096 * 20)
        self.assert_broken(self.store, "corrupt")

    def test_cut_file(self):
        os.truncate(self.store.path, 4096 * 2)
        self.assert_broken(self.store, "corrupt")

    def test_damage_anywhere(self):
        """Every operation gives the right key or says what is wrong."""
        data = self.store.path.read_bytes()
        used = [place for place, byte in enumerate(data) if byte]
        dice = random.Random(3)
        for _turn in range(150):
            changed = bytearray(data)
            changed[dice.choice(used)] = dice.choice((0, 255, dice.randrange(256)))
            self.store.path.write_bytes(changed)
            self.assertIsInstance(self.store.health()["ok"], bool)
            for use in (
                lambda: self.assertEqual(
                    self.store.key(self.key.id).secret, self.key.secret
                ),
                self.store.tombstones,
                self.store.rotation,
                self.store.rotate,
                self.store.new_key,
            ):
                with contextlib.suppress(keyring.KeyringError):
                    use()

    def test_another_database(self):
        self.store.path.unlink()
        with self.sql() as connection:
            connection.execute("CREATE TABLE other (id)")
        self.store.path.chmod(0o600)
        self.assert_broken(self.store, "corrupt")

    def test_unreadable(self):
        self.store.path.unlink()
        self.store.path.mkdir(mode=0o700)
        self.assert_broken(self.store, "unreadable")

    def test_locked(self):
        with patch.object(storage, "BUSY_SECONDS", 0.1), self.sql() as connection:
            connection.execute("BEGIN EXCLUSIVE")
            with self.assert_code("busy"):
                self.store.new_key()
        self.store.new_key()

    def test_newer_format(self):
        with self.sql() as connection:
            connection.execute("UPDATE meta SET value = '2' WHERE key = 'format'")
        for use in (self.store.new_key, lambda: self.store.id, self.store.rotation):
            with self.assert_code("format"):
                use()
        self.assertEqual(self.store.health()["code"], "format")

    def test_no_master_key(self):
        (file,) = (self.folder / "master").iterdir()
        file.unlink()
        for _turn in range(2):
            with self.assertRaises(keyring.KeyMissing):
                self.store.new_key()
            with self.assert_code("no_master_key", keyring.KeyMissing) as caught:
                self.store.key(self.key.id)
            self.assertIn(str(self.folder / "master"), str(caught.exception))
            health = self.store.health()
            self.assertEqual(health["code"], "no_master_key")
            self.assertEqual((health["keys"], health["id"]), (2, self.store.id))
            self.assertFalse(health["masters"][0]["present"])
            shutil.rmtree(self.folder / "master", ignore_errors=True)

    def test_wrong_master_key(self):
        (file,) = (self.folder / "master").iterdir()
        text = file.read_text()
        file.write_text("0f" * 32)
        for use in (
            self.store.new_key,
            self.store.begin_rotation,
            lambda: self.store.key(self.key.id),
            lambda: self.store.keys([self.key.id]),
        ):
            with self.assert_code("wrong_master_key", keyring.KeyMissing) as caught:
                use()
            self.assertNotIn("0f0f", f"{caught.exception!r}")
        self.assertEqual(self.store.health()["code"], "wrong_master_key")
        self.assertEqual(len(self.master.ids()), 1)
        file.write_text(text)
        self.store.key(self.key.id)

    def test_malformed_master_key(self):
        (file,) = (self.folder / "master").iterdir()
        for text in ("", "0f" * 31, "0g" * 32, "é" * 32):
            file.write_text(text)
            with self.assert_code("format") as caught:
                self.store.key(self.key.id)
            self.assertIn(str(file), str(caught.exception))
            if text:
                self.assertNotIn(text[:4], str(caught.exception))

    def test_changed_wrappings(self):
        other = self.store.new_key()
        with self.sql() as connection:
            rows = connection.execute(
                "SELECT number, wrapped FROM data_key JOIN wrapping USING (number)"
                " WHERE id IN (?, ?) ORDER BY number",
                (self.key.id, other.id),
            ).fetchall()
        (one, wrapped), (_two, foreign) = rows
        changed = bytes([wrapped[0] ^ 1]) + wrapped[1:]
        for value in (foreign, changed, wrapped[:-1], b""):
            with self.sql() as connection:
                connection.execute(
                    "UPDATE wrapping SET wrapped = ? WHERE number = ?", (value, one)
                )
            with self.assert_code("tampered", keyring.Tampered) as caught:
                self.store.key(self.key.id)
            self.assertIn(self.key.id, str(caught.exception))
            self.store.key(other.id)

    def test_changed_names(self):
        """A file's key can't be made the one of the log, nor another suite's."""
        for change in ("name = 'index'", "suite = 2", "suite = 9"):
            with self.sql() as connection:
                saved = connection.execute(
                    "SELECT name, suite FROM data_key WHERE id = ?", (self.key.id,)
                ).fetchone()
                connection.execute(
                    f"UPDATE data_key SET {change} WHERE id = ?", (self.key.id,)
                )
            with self.assert_code("tampered", keyring.Tampered):
                self.store.key(self.key.id)
            with self.sql() as connection:
                connection.execute(
                    "UPDATE data_key SET name = ?, suite = ? WHERE id = ?",
                    (*saved, self.key.id),
                )
        self.store.key(self.key.id)

    def test_a_name_that_was_changed_is_not_made_again(self):
        log = self.store.named_key("log")
        with self.sql() as connection:
            connection.execute("UPDATE data_key SET name = 'lag' WHERE name = 'log'")
        for name in ("log", "lag"):
            with self.assert_code("tampered", keyring.Tampered) as caught:
                self.store.named_key(name)
            self.assertIn(log.id, str(caught.exception))

    def test_key_that_is_not_there(self):
        with self.assert_code("no_key", keyring.KeyMissing) as caught:
            self.store.key("ab" * 16)
        self.assertIn(str(self.store.path), str(caught.exception))

    def test_well(self):
        health = self.store.health()
        (master,) = health.pop("masters")
        self.assertEqual(
            {**health, "path": None},
            {
                "ok": True,
                "code": "",
                "message": "",
                "path": None,
                "id": self.store.id,
                "suite": "aes",
                "current_master": self.master.ids()[0],
                "keys": 2,
                "keys_under_old_masters": 0,
                "tombstones": 0,
                "permissions": [],
            },
        )
        self.assertEqual((master["keys"], master["present"]), (2, True))
        self.assertIsNone(master["retired"])
