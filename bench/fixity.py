"""Stored copies checked against their digests, beside ``sha256sum`` on the same."""

import io
import os
import random
import secrets
import subprocess
import tempfile
import time
from pathlib import Path

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import fixity, keyring

from .ground import files

COPIES, FILES = 100_000, 100
# Bytes of a copy: photographs and scans, as small as they come.
LEAST, MOST = 8 * 1024, 72 * 1024
TURNS = 2
ITEM, CHECK = "customer.archive.document", "customer.archive.integrity"


def figures(env):
    """Yield the speed of a check in that of ``sha256sum``, and how memory grows."""
    paths = stock(env, COPIES, FILES)
    env.company.archive_fixity_rate = 0
    with tempfile.NamedTemporaryFile("w") as names:
        names.write("\0".join(paths))
        names.flush()
        sums, ours = [], []
        for _turn in range(TURNS):
            sums.append(_timed(lambda: _sha256sum(names.name)))
            ours.append(_timed(lambda: _check(env)))
    yield "fixity_vs_sha256sum", min(sums) / min(ours), 0.7, False
    yield "fixity_memory_growth", _growth(env), 1.05, True


def stock(env, number, count, first=0):
    """Make copies by SQL, encrypted as those that come in; return their paths.

    :param number: how many, spread evenly over ``count`` new files
    :param first: how many files there are already
    """
    copies, keys = env["ir.attachment"], env["customer.archive.keyring"]
    archives = files(env, count, first)
    wrapping = {archive.id: keys._file_key(archive) for archive in archives}
    env.flush_all()
    env.cr.execute(
        "INSERT INTO customer_archive_document (archive_id, company_id, type_id,"
        " is_received) SELECT id, company_id, %s, true FROM customer_archive"
        " WHERE id = ANY(%s) RETURNING id, archive_id",
        [env.ref("customer_archive.document_type_license").id, archives.ids],
    )
    items, paths, content = env.cr.fetchall(), [], os.urandom(MOST)
    source = random.Random(1)
    for place, (item_id, archive_id) in enumerate(items):
        part = [
            _copy(copies, item_id, wrapping[archive_id], content, source)
            for _number in range(number // count)
        ]
        made = copies.browse(each.id for each, _path in part)
        made._archive_seal_register()
        paths += [path for _each, path in part]
        if not place % 100:
            env.cr.commit()
            env.invalidate_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return paths


def _copy(copies, item_id, key, content, source):
    """Store a copy, encrypted; return it and its path."""
    size, content_key = source.randint(LEAST, MOST), secrets.token_bytes(32)
    name = secrets.token_hex(20)
    name = f"{name[:2]}/{name}"
    path = copies._full_path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    plain = io.BytesIO(content[:size])
    with open(path, "wb") as target, fixity.Digests() as digests:
        keyring.encrypt(content_key, key.suite, plain, target, digest=digests)
    copies.env.cr.execute(
        "INSERT INTO ir_attachment (name, res_model, res_id, type, store_fname,"
        " file_size, mimetype, checksum, archive_sha256)"
        " VALUES ('扫描件.bin', %s, %s, 'binary', %s, %s, %s, %s, %s) RETURNING id",
        [
            *(ITEM, item_id, name, size, "application/octet-stream"),
            *(digests["sha1"], digests["sha256"]),
        ],
    )
    copy = copies.browse(copies.env.cr.fetchone()[0])
    wrapped = copies.env["customer.archive.keyring"]._seal(
        key, copy, "content", item_id, content_key
    )
    copies.env.cr.execute(
        "UPDATE ir_attachment SET archive_key = %s WHERE id = %s", [wrapped, copy.id]
    )
    return copy, path


def _timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _sha256sum(names):
    subprocess.run(
        ["xargs", "-0", "-a", names, "sha256sum"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _check(env):
    """Check the whole stock, as the scheduled action does."""
    env.cr.execute("UPDATE customer_archive_integrity SET started_on = '2020-01-01'")
    env.invalidate_all()
    before = env[CHECK].search([])
    env[CHECK]._cron_fixity()
    check = (env[CHECK].search([]) - before).filtered("copies")
    assert len(check) == 1, "no check was due"
    assert (check.state, check.result) == ("done", "passed"), check.result
    assert check.copies >= COPIES, check.copies


def _growth(env):
    """Return the highest memory after all copies, in that after a tenth of them."""
    check = as_system(env[CHECK]).create({"company_id": env.company.id})
    check, last, peak, peaks = env[CHECK].browse(check.id), 0, 0, []
    for least in (COPIES // 10, COPIES):
        while check.copies < least:
            batch = env["ir.attachment"]._archive_items_after(env.company, last, 200)
            last = max(batch.ids)
            check._check_copies(batch)
            env.invalidate_all()
            env.cr.commit()
            peak = max(peak, _memory())
        peaks.append(peak)
    return peaks[1] / peaks[0]


def _memory():
    """Return what this process has in memory, in pages."""
    return int(Path("/proc/self/statm").read_text().split()[1])
