"""A small driver of headless Chromium, for pictures of the screens."""

import base64
import contextlib
import json
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from .machine import CannotGoOn, chromium

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--lang=en-US",
)


class Browser:
    """One tab.

    :param width: of the window in pixels
    :param height: of the window in pixels
    """

    def __init__(self, width=1440, height=900):
        if not chromium():
            raise CannotGoOn("Chromium is missing.")
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [
            chromium(),
            *FLAGS,
            f"--window-size={width},{height}",
            f"--user-data-dir={self.profile.name}",
            "about:blank",
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.socket = websocket.create_connection(self._debugger_url(), timeout=60)
        self.last_id = 0
        self.call("Page.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def close(self):
        with contextlib.suppress(Exception):
            self.call("Browser.close")
        self.process.terminate()
        self.process.wait(timeout=20)
        self.profile.cleanup()

    def _debugger_url(self):
        port_file = Path(self.profile.name) / "DevToolsActivePort"
        for _attempt in range(200):
            if port_file.exists() and port_file.read_text().strip():
                port = port_file.read_text().split()[0]
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/json/list"
                ) as answer:
                    pages = [
                        page for page in json.load(answer) if page["type"] == "page"
                    ]
                if pages:
                    return pages[0]["webSocketDebuggerUrl"]
            time.sleep(0.1)
        raise CannotGoOn("Chromium doesn't start.")

    def call(self, method, **params):
        self.last_id += 1
        self.socket.send(
            json.dumps({"id": self.last_id, "method": method, "params": params})
        )
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.last_id:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def evaluate(self, expression):
        """Return the value of a JavaScript expression, awaited."""
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:500])
        return result["result"].get("value")

    def cookie(self, url, name, value):
        self.call("Network.setCookie", url=url, name=name, value=value)

    def goto(self, url, ready, timeout=30):
        self.call("Page.navigate", url=url)
        self.wait_for(ready, timeout)

    def wait_for(self, selector, timeout=30):
        """Wait until an element is there and the page has come to rest."""
        condition = (
            f"!!document.querySelector({json.dumps(selector)})"
            " && document.readyState === 'complete'"
        )
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                if self.evaluate(condition):
                    time.sleep(0.8)
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{selector} doesn't appear")

    def click(self, selector, text=None):
        """Click the first element of ``selector`` that holds ``text``."""
        wanted = json.dumps(text)
        find = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find(e => {wanted} === null || e.textContent.includes({wanted}))"
        )
        self.evaluate(f"({find}).click()")
        time.sleep(1)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))
