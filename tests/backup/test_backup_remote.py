"""A target that isn't a disk: a WebDAV server on this machine, over the network."""

import json
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

from cheroot import wsgi
from wsgidav.fs_dav_provider import FilesystemProvider
from wsgidav.wsgidav_app import WsgiDAVApp

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.backup import (
    customer_archive_backup_run as run_,
)

from ..encryption.encryption_case import ITEM
from .backup_case import TARGET, BackupCase, RunningCase

USER, PASSWORD = "archive", "备份口令"


class Server:
    """A WebDAV server for one folder, on a free port of the loopback device."""

    def __init__(self, folder):
        users = {USER: {"password": PASSWORD}}
        config = {
            "provider_mapping": {"/": FilesystemProvider(str(folder), fs_opts={})},
            "simple_dc": {"user_mapping": {"*": users}},
            "http_authenticator": {"accept_digest": False, "accept_basic": True},
            "verbose": 0,
            "logging": {"enable": False},
        }
        self._server = wsgi.Server(("127.0.0.1", 0), WsgiDAVApp(config))
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.bind_addr[1]}"

    def stop(self):
        self._server.stop()
        self._thread.join(10)


@tagged("post_install", "-at_install")
class TestBackupRemote(RunningCase, BackupCase, TransactionCase):
    """B6"""

    def setUp(self):
        super().setUp()
        self.remote = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.server = Server(self.remote)
        self.addCleanup(self.server.stop)
        # Odoo's own files would be hundreds of requests.
        narrowed = run_.UNCOPIED + f" AND a.res_model = '{ITEM}'"
        self.enterContext(patch.object(run_, "UNCOPIED", narrowed))
        self.target.active = False
        self.target = self.env[TARGET].create(
            {"name": "异地 WebDAV 备份", "url": "webdav://second-building"}
        )
        self.log_in(PASSWORD)

    def log_in(self, password):
        options = {"base_url": self.server.url, "auth": [USER, password]}
        self.target.options = json.dumps({**options, "timeout": 5})

    def test_backed_up_and_restored(self):
        self.target.with_user(self.users["admin"]).action_test()
        run = self.back_up()
        self.assertEqual((run.state, run.problem), ("done", False))
        digest = self.copies[0].sudo().archive_sha256
        [stored] = self.remote.rglob(digest)
        path = self.stored(self.copies[0])
        before = path.read_bytes()
        self.assertEqual(stored.read_bytes(), before)
        self.assertEqual(self.verify(run), "passed")
        path.unlink()
        self.file.with_user(self.users["archivist"]).action_restore_copies()
        self.assertEqual(path.read_bytes(), before)
        # What was there is moved to its name, again and again.
        self.assertEqual(self.back_up("weekly").copied, 0)
        stored.write_bytes(b"x")
        self.assertEqual(self.verify(run), "failed")
        self.assertEqual(self.back_up().copied, 1)
        self.assertEqual(self.verify(run), "passed")

    def test_refused_and_unreachable(self):
        self.log_in("falsch")
        self.failed("refuses user and password")
        self.log_in(PASSWORD)
        self.assertEqual(self.back_up().state, "done")
        self.server.stop()
        run = self.failed("can't be reached")
        self.assertNotIn(PASSWORD, run.problem)
