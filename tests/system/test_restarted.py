"""The server that ./dev starts survives what makes Odoo start itself anew."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from odoo.tests import BaseCase, tagged
from odoo.tools import config

CHECKOUT = Path(__file__).resolve().parents[2]
READY = 60


@tagged("post_install", "-at_install")
class TestRestarted(BaseCase):
    def setUp(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name, "odoo.log")
        settings = Path(folder.name, "odoo.conf")
        # Without a database: what is tried is the server itself. It would load one
        # after it has begun to answer, and a signal meanwhile ends it for good.
        settings.write_text(
            f"[options]\ndata_dir = {folder.name}\nhttp_interface = 127.0.0.1\n"
            f"addons_path = {','.join(config['addons_path'])}\n"
            "max_cron_threads = 0\nlist_db = False\ndbfilter = ^none$\n"
        )
        sys.path.insert(0, str(CHECKOUT))
        self.addCleanup(sys.path.remove, str(CHECKOUT))
        from devtools.databases import STARTER

        variables = {**os.environ, "ODOO_RC": str(settings)}
        variables.pop("PGDATABASE", None)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(STARTER), "--http-port", str(self.port)],
                stdout=output,
                stderr=output,
                cwd=CHECKOUT,
                env=variables,
            )
        self.addCleanup(self.end)

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def answers(self, began=0):
        """Wait until the server answers as often as it has begun to listen."""
        for _attempt in range(READY * 5):
            self.assertIsNone(self.process.poll(), self.log.read_text()[-2000:])
            if self.log.read_text().count("HTTP service") > began:
                with contextlib.suppress(requests.RequestException):
                    url = f"http://127.0.0.1:{self.port}/web/health"
                    return requests.get(url, timeout=5).status_code
            time.sleep(0.2)
        return None

    def test_restarted(self):
        self.assertEqual(self.answers(), 200, self.log.read_text()[-2000:])
        for began in (1, 2):
            self.process.send_signal(signal.SIGHUP)
            self.assertEqual(self.answers(began), 200, self.log.read_text()[-2000:])

    def test_every_start(self):
        """Nothing starts Odoo in the way that it can't repeat."""
        module = '"-m", ' + '"odoo"'
        for path in (CHECKOUT / "devtools").glob("*.py"):
            text = " ".join(path.read_text().split())
            self.assertNotIn(module, text, path)
