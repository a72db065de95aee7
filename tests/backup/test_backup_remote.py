"""Targets that aren't disks: WebDAV, SFTP and S3, each a server on this machine."""

import json
import socket
import tempfile
from pathlib import Path
from unittest.mock import patch

import moto.settings
import s3fs

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.backup import (
    customer_archive_backup_run as run_,
)

from ..encryption.encryption_case import ITEM, flipped
from .backup_case import TARGET, BackupCase, RunningCase
from .remote_servers import HERE, PASSWORD, USER, S3Server, SftpServer, WebdavServer


class RemoteCase(RunningCase, BackupCase):
    """The same walk for each kind of server."""

    def setUp(self):
        super().setUp()
        self.remote = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.server = self.start()
        self.addCleanup(self.server.stop)
        # Odoo's own files would be hundreds of requests.
        narrowed = run_.UNCOPIED + f" AND a.res_model = '{ITEM}'"
        self.enterContext(patch.object(run_, "UNCOPIED", narrowed))
        self.target.active = False
        self.target = self.env[TARGET].create(
            {"name": "异地备份", "url": self.server.url}
        )
        self.log_in()

    def log_in(self, **options):
        self.target.options = json.dumps(self.server.options(**options))

    def there(self, name):
        """Return the bytes of the one content of that name on the server."""
        [path] = self.remote.rglob(name)
        return path.read_bytes()

    def spoil(self, name):
        [path] = self.remote.rglob(name)
        path.write_bytes(flipped(path.read_bytes(), 50))

    def check_walk(self):
        """Back up, verify, lose, restore, compare, and find what was altered."""
        self.target.with_user(self.users["admin"]).action_test()
        run = self.back_up()
        self.assertEqual((run.state, run.problem), ("done", False))
        digest = self.copies[0].sudo().archive_sha256
        path = self.stored(self.copies[0])
        before = path.read_bytes()
        self.assertEqual(self.there(digest), before)
        self.assertEqual(self.verify(run), "passed")
        path.unlink()
        self.file.with_user(self.users["archivist"]).action_restore_copies()
        self.assertEqual(path.read_bytes(), before)
        # What was there is moved to its name, again and again.
        self.assertEqual(self.back_up("weekly").copied, 0)
        self.spoil(digest)
        self.assertEqual(self.verify(run), "failed")
        self.assertEqual(self.back_up().copied, 1)
        self.assertEqual(self.verify(run), "passed")

    def check_lost(self):
        """A server that is gone, and one that listens and never answers."""
        self.assertEqual(self.back_up().state, "done")
        self.server.stop()
        run = self.failed("can't be reached")
        self.assertNotIn(PASSWORD, run.problem)

    def silent(self):
        """Return the port of a server that takes connections and says nothing."""
        listening = socket.create_server((HERE, 0))
        self.addCleanup(listening.close)
        return listening.getsockname()[1]


@tagged("post_install", "-at_install")
class TestBackupRemote(RemoteCase, TransactionCase):
    """B6: WebDAV"""

    def start(self):
        return WebdavServer(self.remote)

    def test_backed_up_and_restored(self):
        self.check_walk()

    def test_refused_and_unreachable(self):
        self.log_in(password="falsch")
        self.failed("refuses user and password")
        self.log_in()
        self.check_lost()

    def test_slow(self):
        options = {**self.server.options(), "timeout": 1}
        options["base_url"] = f"http://{HERE}:{self.silent()}"
        self.target.options = json.dumps(options)
        self.failed("doesn't answer in time")


@tagged("post_install", "-at_install")
class TestBackupSftp(RemoteCase, TransactionCase):
    """B6: SFTP"""

    def start(self):
        (self.remote / "backup").mkdir()
        return SftpServer(self.remote)

    def setUp(self):
        super().setUp()
        self.target.host_key = self.server.public_key

    def test_backed_up_and_restored(self):
        self.check_walk()

    def test_refused_and_unreachable(self):
        self.log_in(password="falsch")
        self.failed("refuses user and password")
        self.log_in()
        self.check_lost()

    def test_slow(self):
        self.target.url = f"sftp://{HERE}:{self.silent()}/backup"
        self.target.host_key = self.server.public_key
        options = {**self.server.options(), "timeout": 1, "banner_timeout": 1}
        self.target.options = json.dumps(options)
        with mute_logger("paramiko.transport"):
            self.failed("doesn't answer in time")

    def test_no_host_key(self):
        """Nobody is told the password before somebody confirmed the server's key."""
        self.target.host_key = False
        self.failed("fetch its host key, compare it")
        self.assertEqual(self.server.passwords, [])
        admin = self.target.with_user(self.users["admin"])
        with self.assertRaisesRegex(UserError, "Fetch the host key first"):
            admin.action_confirm_host_key()
        admin.action_fetch_host_key()
        self.assertFalse(admin.host_key)
        self.assertTrue(admin.offered_key_print.startswith("ssh-ed25519 SHA256:"))
        self.assertEqual(self.server.passwords, [])
        self.failed("fetch its host key, compare it")
        admin.action_confirm_host_key(admin.offered_key_print)
        self.assertEqual(admin.host_key, self.server.public_key)
        self.assertFalse(admin.offered_key)
        self.assertEqual(self.back_up().state, "done")
        self.assertEqual(set(self.server.passwords), {PASSWORD})

    def test_another_server(self):
        """Who answers in the server's place is told nothing."""
        self.assertEqual(self.back_up().state, "done")
        self.server.stop()
        other = SftpServer(self.remote, self.server.port)
        self.addCleanup(other.stop)
        run = self.failed("shows another key than the one that was confirmed")
        self.assertIn("SHA256:", run.problem)
        self.assertEqual(other.passwords, [])
        with self.assertRaisesRegex(UserError, "shows another key"):
            self.target.with_user(self.users["admin"]).action_test()
        self.assertEqual(other.passwords, [])

    def test_host_key_of_another_place(self):
        """A key is that of one server, and goes with its address."""
        self.target.with_user(self.users["admin"]).action_fetch_host_key()
        self.target.url = "sftp://elsewhere/backup"
        self.assertFalse(self.target.host_key or self.target.offered_key)
        with self.assertRaisesRegex(UserError, "no public key of a server"):
            self.target.host_key = "SHA256:abc"
        # As it stands in a file, with its comment.
        self.target.host_key = f"{self.server.public_key} root@nas"
        self.assertIn("SHA256:", self.target.host_key_print)

    def test_confirmed_as_shown(self):
        """Only the key that was looked at: another one may be fetched meanwhile."""
        self.target.host_key = False
        admin = self.target.with_user(self.users["admin"])
        admin.action_fetch_host_key()
        shown = admin.offered_key_print
        self.server.stop()
        other = SftpServer(self.remote, self.server.port)
        self.addCleanup(other.stop)
        admin.action_fetch_host_key()
        with self.assertRaisesRegex(UserError, "was fetched again"):
            admin.with_context(shown_key=shown).action_confirm_host_key()
        with self.assertRaisesRegex(UserError, "was fetched again"):
            admin.action_confirm_host_key()
        self.assertFalse(admin.host_key)
        # As the form does.
        form = self.env.ref(
            "customer_archive.view_customer_archive_backup_target_form"
        ).arch
        self.assertIn("{'shown_key': offered_key_print}", form)
        seen = admin.offered_key_print
        admin.with_context(shown_key=seen).action_confirm_host_key()
        self.assertEqual(admin.host_key, other.public_key)

    def test_no_such_port(self):
        """Told in words, whether it is in the URL or in the options."""
        admin = self.target.with_user(self.users["admin"])
        for url, options in (
            ("sftp://nas:abc/backup", {}),
            ("sftp://nas:99999/backup", {}),
            ("sftp://nas/backup", {"port": "abc"}),
            ("sftp://nas/backup", {"port": 99999}),
            ("sftp://nas/backup", {"port": [22]}),
        ):
            admin.write({"url": url, "host_key": self.server.public_key})
            admin.options = json.dumps(options)
            for call in (admin.action_fetch_host_key, admin.action_test):
                with self.assertRaisesRegex(UserError, "from 1 to 65535"):
                    call()
        with self.assertRaisesRegex(UserError, "complete folder or URL"):
            admin.url = "sftp://[nas/backup"

    def test_who_fetches(self):
        for role in ("archivist", "auditor", "management"):
            target = self.target.with_user(self.users[role])
            with self.assertRaisesRegex(AccessError, "by administrators"):
                target.action_fetch_host_key()
            with self.assertRaisesRegex(AccessError, "by administrators"):
                target.action_confirm_host_key()
        admin = self.target.with_user(self.users["admin"])
        with self.assertRaises(AccessError):
            admin.offered_key = self.server.public_key


@tagged("post_install", "-at_install")
class TestBackupS3(RemoteCase, TransactionCase):
    """B6: an S3-compatible store"""

    def start(self):
        return S3Server()

    def there(self, name):
        return self.server.get(name)

    def spoil(self, name):
        self.server.put(name, flipped(self.there(name), 50))

    def test_backed_up_and_restored(self):
        self.check_walk()

    def test_refused_and_unreachable(self):
        with patch.object(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0):
            run = self.failed("refuses user and password")
        self.assertNotIn(USER, run.problem)
        self.check_lost()

    def test_slow(self):
        options = self.server.options()
        where = options["client_kwargs"]
        where["endpoint_url"] = f"http://{HERE}:{self.silent()}"
        options["config_kwargs"]["read_timeout"] = 1
        self.target.options = json.dumps(options)
        with patch.object(s3fs.S3FileSystem, "retries", 1):
            self.failed("doesn't answer in time")
