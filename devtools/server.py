"""A server of its own, and calls to it, for pictures and benchmarks."""

import contextlib
import socket
import subprocess
import time

import requests

from .databases import odoo_command


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running_server(database):
    """Give URL and process of an Odoo server that serves ``database`` alone."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = odoo_command(
        "-d",
        database,
        "--http-port",
        str(port),
        "--log-level=error",
        "--max-cron-threads=0",
    )
    process = subprocess.Popen(command)
    try:
        for _attempt in range(300):
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{url}/web/login", timeout=60).ok:
                    break
            time.sleep(0.2)
        yield url, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def session_of(url, database, login, password):
    """Log in over JSON-RPC; return the HTTP session."""
    session = requests.Session()
    params = {"db": database, "login": login, "password": password}
    session.post(
        f"{url}/web/session/authenticate", json={"params": params}, timeout=60
    ).raise_for_status()
    return session


def rpc(session, url, model, method, *args, **kwargs):
    """Call a method as the browser does.

    :raise RuntimeError: with the message of the server's error
    """
    body = {
        "params": {
            "model": model,
            "method": method,
            "args": list(args),
            "kwargs": kwargs,
        }
    }
    answer = session.post(
        f"{url}/web/dataset/call_kw/{model}/{method}", json=body, timeout=60
    ).json()
    if "error" in answer:
        raise RuntimeError(answer["error"]["data"]["message"])
    return answer["result"]
