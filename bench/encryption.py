"""Encrypted copies of items against plain attachments, through a real server."""

import contextlib
import os
import re
import tempfile
import time
from pathlib import Path

from devtools.server import running_server, session_of

from .ground import files

MIB = 1024 * 1024
SIZE = 50
TURNS = 5
SMALL, LARGE = 10, 500
LOGIN = "bench-encryption"
ITEM = "customer.archive.document"


def figures(env):
    """Yield speed against plain attachments, and peak memory of large to small."""
    item, party = _ground(env)
    database = env.cr.dbname
    with _content(SIZE) as path, running_server(database) as (url, _process):
        yield (
            "encrypted_speed_50mb",
            _speed(database, url, path, item, party),
            0.8,
            False,
        )
    peaks = {}
    for size in (SMALL, LARGE):
        with _content(size) as path, running_server(database) as (url, process):
            browser = _Client(url, database)
            browser.download(browser.upload(path, ITEM, item.id))
            status = Path(f"/proc/{process.pid}/status").read_text()
            peaks[size] = int(re.search(r"VmHWM:\s+(\d+)", status)[1])
    yield "peak_memory_500mb_vs_10mb", peaks[LARGE] / peaks[SMALL], 1.1, True


def _ground(env):
    env["ir.config_parameter"].set_param("web.max_file_upload_size", 2 * LARGE * MIB)
    groups = (
        "base.group_user",
        "base.group_partner_manager",
        "purchase.group_purchase_user",
    )
    user = env["res.users"].create(
        {
            "name": "Bench",
            "login": LOGIN,
            "password": LOGIN,
            "group_ids": [(4, env.ref(group).id) for group in groups],
        }
    )
    archive = files(env, 1)
    archive.category_id.side = "both"
    env.cr.execute(
        "UPDATE customer_archive SET state = 'draft', user_id = %s WHERE id = %s",
        [user.id, archive.id],
    )
    env.invalidate_all()
    archive._sync_checklist()
    plain = archive.document_ids.filtered(lambda each: not each.type_id.is_sensitive)
    env.cr.commit()
    return plain[0], archive.partner_id


@contextlib.contextmanager
def _content(size):
    """Give a file of ``size`` MiB that doesn't compress."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"scan-{size}.bin")
        with path.open("wb") as stream:
            for _part in range(size):
                stream.write(os.urandom(MIB))
        yield path


def _speed(database, url, path, item, party):
    """Return the speed of upload and download, encrypted against plain.

    In turns, so that a busy moment of the machine meets both; the best of each.
    """
    browser = _Client(url, database)
    best = {}
    for _turn in range(TURNS + 1):
        for model, record in ((ITEM, item.id), ("res.partner", party.id)):
            start = time.perf_counter()
            browser.download(browser.upload(path, model, record))
            spent = time.perf_counter() - start
            best[model] = min(best.get(model, spent), spent)
    return best["res.partner"] / best[ITEM]


class _Client:
    def __init__(self, url, database):
        self.url = url
        self.session = session_of(url, database, LOGIN, LOGIN)
        page = self.session.get(f"{url}/odoo", timeout=120).text
        self.token = re.search(r'csrf_token: "([^"]+)"', page)[1]

    def upload(self, path, model, record):
        with path.open("rb") as stream:
            answer = self.session.post(
                f"{self.url}/web/binary/upload_attachment",
                data={"model": model, "id": record, "csrf_token": self.token},
                files={"ufile": (path.name, stream)},
                timeout=600,
            )
        [attachment] = answer.json()
        self.size = path.stat().st_size
        return attachment["id"]

    def download(self, attachment):
        received = 0
        address = f"{self.url}/web/content/{attachment}?download=1"
        with self.session.get(address, stream=True, timeout=600) as answer:
            answer.raise_for_status()
            for part in answer.iter_content(MIB):
                received += len(part)
        assert received == self.size, received
