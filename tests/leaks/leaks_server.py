"""A real Odoo server in a process of its own, and people who use it."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import xmlrpc.client
from pathlib import Path

import requests

from odoo.tools import config

from ..support.common import PASSWORD

READY = 90
WRAPPER = Path(__file__).with_name("leaks_plain.py")


class Server:
    """Odoo on ``dbname`` with everything it writes in ``folder``.

    :param plain: without encryption, as the control
    """

    def __init__(self, dbname, folder, *, plain=False):
        self.dbname, self.folder, self.plain = dbname, Path(folder), plain
        self.log = self.folder / "odoo.log"
        # What was there before anything was planted.
        self.known = {path for path in self.folder.rglob("*") if path.is_file()}
        self.url = f"http://127.0.0.1:{_free_port()}"

    @contextlib.contextmanager
    def running(self):
        """Serve until the block ends."""
        with open(self.folder / "output", "ab") as output:
            process = subprocess.Popen(
                self._command("--http-port", self.url.rpartition(":")[2]),
                env=self._environment(),
                stdout=output,
                stderr=output,
            )
        try:
            self._wait(process)
            yield self
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def login(self, role):
        return Person(self.url, self.dbname, f"t_{role}")

    def _command(self, *more):
        start = [str(WRAPPER)] if self.plain else ["-m", "odoo"]
        return [sys.executable, *start, *self._options(), *more]

    def _options(self):
        return [
            f"--database={self.dbname}",
            f"--addons-path={','.join(config['addons_path'])}",
            f"--data-dir={self.folder / 'data'}",
            f"--logfile={self.log}",
            f"--log-db={self.dbname}",
            "--log-db-level=info",
            # Tells most: each call with its arguments.
            "--log-level=debug_rpc",
            "--http-interface=127.0.0.1",
            "--workers=0",
            "--max-cron-threads=0",
            "--smtp=127.0.0.1",
            f"--smtp-port={_free_port()}",
        ]

    def _environment(self):
        return {
            **os.environ,
            **environment(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _wait(self, process):
        end = time.monotonic() + READY
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                # The first answer means that the addons are loaded.
                if requests.get(f"{self.url}/web/login", timeout=READY).ok:
                    return
            time.sleep(0.2)
        raise RuntimeError((self.folder / "output").read_text() or "no answer")


def environment(folder):
    """Return the variables that keep keys and temporary files in ``folder``."""
    names = {
        "CUSTOMER_ARCHIVE_KEYSTORE": "keystore",
        "CUSTOMER_ARCHIVE_ANCHORS": "anchors",
        "TMPDIR": "tmp",
    }
    return {name: str(Path(folder, part)) for name, part in names.items()}


class Person:
    """Somebody in a browser, who can also call with a key."""

    def __init__(self, url, dbname, login):
        self.url, self.dbname, self.login = url, dbname, login
        self.session = requests.Session()
        page = self.session.get(f"{url}/web/login").text
        self.csrf = re.search(r'csrf_token: "([^"]+)"', page).group(1)
        answer = self.post_json(
            "/web/session/authenticate",
            {"db": dbname, "login": login, "password": PASSWORD},
        )
        self.uid = answer["result"]["uid"]
        page = self.session.get(f"{url}/odoo").text
        if found := re.search(r'csrf_token: "([^"]+)"', page):
            self.csrf = found.group(1)

    def call(self, model, method, *args, **kwargs):
        """Return the result of a method, as the web client calls it."""
        answer = self.try_call(model, method, *args, **kwargs)
        if "error" in answer:
            raise RuntimeError(f"{model}.{method}: {answer['error']['data']['debug']}")
        return answer["result"]

    def refused(self, model, method, *args, **kwargs):
        """Call what must fail, and return what the user is told."""
        answer = self.try_call(model, method, *args, **kwargs)
        if "error" not in answer:
            raise RuntimeError(f"{model}.{method} isn't refused: {answer['result']}")
        return answer["error"]["data"]["message"]

    def try_call(self, model, method, *args, **kwargs):
        body = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post_json(f"/web/dataset/call_kw/{model}/{method}", body)

    def post_json(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.session.post(self.url + path, json=body).json()

    def post_form(self, path, values, files=None):
        data = {"csrf_token": self.csrf, **values}
        return self.session.post(self.url + path, data=data, files=files)

    def get(self, path, **kwargs):
        return self.session.get(self.url + path, **kwargs)

    def api_call(self, key, model, method, **kwargs):
        """Call with a key, as other programs do."""
        headers = {"Authorization": f"bearer {key}"}
        return requests.post(
            f"{self.url}/json/2/{model}/{method}", json=kwargs, headers=headers
        )

    def xml_call(self, key, model, method, args, kwargs=None):
        """Call over XML-RPC; faults are returned."""
        body = _xml_request(self.dbname, self.uid, key, model, method, args, kwargs)
        return requests.post(
            f"{self.url}/xmlrpc/2/object",
            data=body,
            headers={"Content-Type": "text/xml"},
        ).text


def _xml_request(*params):
    *positional, kwargs = params
    return xmlrpc.client.dumps((*positional, kwargs or {}), "execute_kw")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
