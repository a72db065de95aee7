import base64
import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import keyring
from odoo.addons.customer_archive.tools.keyring import storage

TOOLS = Path(keyring.__file__).resolve().parents[1]
PLACE = ("database", "model", "7", "value")


class KeystoreCase(BaseCase):
    """A folder of its own for a keystore and its master keys."""

    def setUp(self):
        super().setUp()
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.master = keyring.MasterKeys.from_folder(self.folder / "master")
        self.place = self.folder / "keys"

    def create(self, **values):
        return keyring.Keystore.create(self.place, self.master, **values)

    def texts(self, *ids):
        """Return new random master keys of those ids, as an environment has them."""
        keys = [base64.b64encode(os.urandom(32)).decode() for _id in ids]
        return ",".join(map(":".join, zip(ids, keys, strict=True)))

    @contextlib.contextmanager
    def sql(self):
        """Change the store's file behind its back."""
        file = self.place / storage.FILE_NAME
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            yield connection

    @contextlib.contextmanager
    def assert_code(self, code, kind=keyring.KeyringError):
        """Expect an error of that class and code."""
        with self.assertRaises(kind) as caught:
            yield caught
        self.assertEqual(caught.exception.code, code)
