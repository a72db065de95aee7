"""The drill at its full size: 10,000 files backed up, 1 % changed, all restored."""

import contextlib
import hashlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import odoo.sql_db
from odoo.modules import load_script
from odoo.modules.registry import Registry
from odoo.tools import config, file_path

from .fixity import stock

FILES, CHANGED = 10_000, 100
TARGET, RUN = "customer.archive.backup.target", "customer.archive.backup"
# What a backup itself writes, and what a restore does.
PASSING = {
    *("customer_archive_backup", "customer_archive_backup_content"),
    *("customer_archive_backup_target", "customer_archive_log"),
    *("bus_bus", "ir_cron_trigger", "orm_signaling_registry"),
}


def figures(env):
    """Yield bytes and time of a run after a change in those of a full one.

    And what differs after everything was restored into an empty database.
    """
    stock(env, FILES, FILES)
    with tempfile.TemporaryDirectory() as folder:
        target = env[TARGET].create({"name": "异地备份", "url": folder})
        env.cr.commit()
        full = _backed_up(target)
        _change(env)
        part = _backed_up(target)
        print(f"# full: {full[0] >> 20} MB, {full[1]:.1f} s;", end=" ")
        print(f"then: {part[0] / 2**20:.1f} MB, {part[1]:.2f} s", flush=True)
        yield "backup_changed_bytes", part[0] / full[0], 0.02, True
        yield "backup_changed_time", part[1] / full[1], 0.05, True
        yield "backup_restored_different", _different(env, folder), 0, True


def _backed_up(target):
    """Make a run; return the bytes that it brought to the target, and its seconds."""
    env, folder = target.env, Path(target.url)
    before = _written(folder)
    run = target._begin("daily")
    env.cr.commit()
    started = time.perf_counter()
    env[RUN]._cron_backup_daily()
    seconds = time.perf_counter() - started
    assert (run.state, run.problem) == ("done", False), run.problem
    after = _written(folder)
    # What was written anew in place of an older one moves its bytes, too.
    moved = [size for path, (size, when) in after.items()
             if before.get(path) != (size, when)]  # fmt: skip
    return sum(moved), seconds


def _written(folder):
    told = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (each.st_size, each.st_mtime_ns) for path, each in told.items()}


def _change(env):
    """Let one in a hundred files have a new copy, and its party another telephone."""
    env.cr.execute(
        "UPDATE res_partner SET phone = '0512-6688' || id, write_date = now()"
        " WHERE id IN (SELECT partner_id FROM customer_archive WHERE id %% %s = 0)",
        [FILES // CHANGED],
    )
    env.cr.execute(
        "UPDATE customer_archive SET relation_stage = 'terminated', write_date = now()"
        " WHERE id %% %s = 0",
        [FILES // CHANGED],
    )
    stock(env, CHANGED, CHANGED, first=FILES)


def _different(env, folder):
    """Restore everything; return how many tables and stored files are different."""
    name = f"{env.cr.dbname}_restored"
    filestore = Path(config.filestore(name))
    _drop(name, filestore)
    before = _tables(env.cr.dbname), _stored(env.cr.dbname)
    create = ["createdb", "-T", "template0", "-E", "UTF8", name]
    subprocess.run(create, check=True)
    command = file_path("customer_archive/cli/archive_restore.py")
    try:
        load_script(command, "odoo.cli.archive_restore").restore(name, folder)
        after = _tables(name), _stored(name)
    finally:
        _drop(name, filestore)
    return sum(
        len(one.items() ^ other.items())
        for one, other in zip(before, after, strict=True)
    )


def _drop(name, filestore):
    Registry.delete(name)
    odoo.sql_db.close_db(name)
    with contextlib.suppress(subprocess.CalledProcessError):
        subprocess.run(["dropdb", "--if-exists", "--force", name], check=True)
    shutil.rmtree(filestore, ignore_errors=True)


def _tables(dbname):
    """Return what each table holds, as a digest."""
    with odoo.sql_db.db_connect(dbname).cursor() as cr:
        cr.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE nspname = 'public' AND relkind = 'r'"
        )
        found = {}
        for name in {name for (name,) in cr.fetchall()} - PASSING:
            cr.execute(
                f"SELECT count(*), md5(string_agg(h, '' ORDER BY h)) FROM"
                f' (SELECT md5(t::text) AS h FROM "{name}" t) x'
            )
            found[name] = cr.fetchone()
    return found


def _stored(dbname):
    """Return the digest of each file of a filestore that an attachment has."""
    root = Path(config.filestore(dbname))
    with odoo.sql_db.db_connect(dbname).cursor() as cr:
        cr.execute("SELECT DISTINCT store_fname FROM ir_attachment")
        names = [name for (name,) in cr.fetchall() if name]
    there = [name for name in names if (root / name).exists()]
    return {
        name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in there
    }
