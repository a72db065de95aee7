"""The drill: a database with its files, backed up, killed, lost and restored."""

import contextlib
import hashlib
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest.mock import patch

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules import load_script
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, file_path

from odoo.addons.customer_archive.models.encryption.customer_archive_keyring import (
    KeyProblem,
)
from odoo.addons.customer_archive.tools.backup import BackupError, manifest, sealing
from odoo.addons.customer_archive.tools.backup.place import Place

from ..copies.viewing_case import chinese_pdf
from ..support import clone
from ..support.killed import die, fork, was_killed
from ..support.size import size
from .backup_case import RUN, TARGET, BackupCase, repack, unpacked

COMMAND = file_path("customer_archive/cli/archive_restore.py")
# What changes while a backup runs, or because a database was restored.
PASSING = {
    *("customer_archive_backup", "customer_archive_backup_content"),
    *("customer_archive_backup_target", "customer_archive_log"),
    *("bus_bus", "ir_cron_trigger", "orm_signaling_registry"),
}
NAMES = ("华东再生资源", "苏州机器人配件", "宁波港物流", "成都环保设备", "上海精密仪器")


@tagged("post_install", "-at_install")
class TestBackupDrill(TransactionCase):
    """B6 F5"""

    def setUp(self):
        super().setUp()
        self.disk = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(patch("os.fsync"))
        self.enterContext(self.keys("keystore"))
        self.registry_ = self.enterContext(clone.cloned_database(self.env.cr.dbname))
        # A copy of a database has no files of its own.
        files = Path(config.filestore(self.env.cr.dbname))
        shutil.copytree(files, config.filestore(self.registry_.db_name))
        with clone.scene(self.registry_, BackupCase) as case:
            self.user = case.users["sales"].id
            self.prepare(case)
        # As ``odoo archive_restore`` is loaded by Odoo.
        self.command = load_script(COMMAND, "odoo.cli.archive_restore")

    def prepare(self, case):
        """Make files of Chinese companies, each with copies of its own."""
        self.copies = {}
        for number in range(size(30, 5000)):
            name = f"{NAMES[number % len(NAMES)]}有限公司（{number}）"
            partner = case.partner(name, is_company=True)
            archive = case.archive("sales", partner=partner)
            for kind in ("license", "bank"):
                content = chinese_pdf(f"{name} {kind}")
                item = case.item(kind, archive)
                copy = case.add_copy(item, content, f"{name}.pdf")
                self.copies[copy.id] = content
        for holds in ("contents", "keys"):
            (self.disk / holds).mkdir()
            case.env[TARGET].create(
                {"name": holds, "holds": holds, "url": str(self.disk / holds)}
            )

    def keys(self, name):
        root = self.disk / name
        return patch.dict(
            os.environ,
            CUSTOMER_ARCHIVE_KEYSTORE=str(root / "keys"),
            CUSTOMER_ARCHIVE_ANCHORS=str(root / "anchors"),
        )

    @contextlib.contextmanager
    def env_of(self, registry=None, uid=SUPERUSER_ID):
        with (registry or self.registry_).cursor() as cr:
            yield api.Environment(cr, uid, {})

    def back_up(self, env):
        env.cr.execute("UPDATE customer_archive_backup SET started_on = '2020-01-01'")
        env.invalidate_all()
        env[RUN]._cron_backup_daily()
        return env[RUN].search([("holds", "=", "contents")], limit=1)

    # Comparing

    def tables(self, dbname):
        """Return what each table holds, as a digest."""
        with odoo.sql_db.db_connect(dbname).cursor() as cr:
            cr.execute(
                "SELECT relname FROM pg_class c JOIN pg_namespace n"
                " ON n.oid = c.relnamespace"
                " WHERE nspname = 'public' AND relkind = 'r'"
            )
            names = [name for (name,) in cr.fetchall()]
            found = {}
            for name in set(names) - PASSING:
                cr.execute(
                    f"SELECT count(*), md5(string_agg(h, '' ORDER BY h)) FROM"
                    f' (SELECT md5(t::text) AS h FROM "{name}" t) x'
                )
                found[name] = cr.fetchone()
        return found

    def stored(self, dbname):
        """Return the digest of each file of a filestore that an attachment has."""
        root = Path(config.filestore(dbname))
        with odoo.sql_db.db_connect(dbname).cursor() as cr:
            cr.execute("SELECT DISTINCT store_fname FROM ir_attachment")
            names = [name for (name,) in cr.fetchall() if name]
        there = [name for name in names if (root / name).exists()]
        return {
            name: hashlib.sha256((root / name).read_bytes()).hexdigest()
            for name in there
        }

    @contextlib.contextmanager
    def restored(self, **options):
        """Restore into a new database, with keys from their own target; give both."""
        name = f"{self.registry_.db_name}_restored"
        clone.drop(name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)
        create = ["createdb", "-T", "template0", "-E", "UTF8", name]
        subprocess.run(create, check=True)
        try:
            with self.keys("new"), clone._no_test_suites():
                told = self.command.restore(
                    name,
                    str(self.disk / "contents"),
                    keys=str(self.disk / "keys"),
                    **options,
                )
                yield Registry(name), told
        finally:
            Registry.delete(name)
            close_db(name)
            clone.drop(name)
            shutil.rmtree(config.filestore(name), ignore_errors=True)

    def bring_master_keys(self):
        """Backups hold none: somebody brings them."""
        [old] = (self.disk / "keystore" / "keys").iterdir()
        target = self.disk / "new" / "keys" / old.name
        target.mkdir(parents=True, mode=0o700)
        shutil.copytree(old / "master", target / "master")

    # The drill

    def test_everything_comes_back(self):
        with self.env_of() as env:
            run = self.back_up(env)
            self.assertEqual((run.state, run.problem), ("done", False))
            first, name = run.copied, run.name
            gone = env["customer.archive"].search([("key_id", "!=", False)], limit=1)
            gone_id, gone_name = gone.id, gone.name or str(gone.id)
            lost = set(gone.document_ids.attachment_ids.ids)
            key = gone.key_id
        tables = self.tables(self.registry_.db_name)
        stored = self.stored(self.registry_.db_name)
        with self.env_of() as env:
            # Destroyed after the backup: it doesn't come back.
            env["customer.archive.keyring"]._keystore().destroy(key)
            self.back_up(env)
        refused = self.assertRaisesRegex(self.command.Refused, "aster")
        with refused, self.restored(run=name):
            pass
        shutil.rmtree(self.disk / "new")
        self.bring_master_keys()
        with self.restored(run=name) as (registry, told):
            self.assertEqual((told["lost"], told["destroyed"]), ([], [gone_name]))
            self.assertGreater(first, len(self.copies))
            found = self.tables(registry.db_name)
            different = {name for name in tables if tables[name] != found.get(name)}
            self.assertEqual((different, set(found) - set(tables)), (set(), set()))
            self.assertEqual(self.stored(registry.db_name), stored)
            self.check_readable(registry, lost)
            with self.env_of(registry) as env:
                rows = env["customer.archive.log"].search([("detail", "=", "whole")])
                self.assertEqual(rows.event, "backup")
                archive = env["customer.archive"].browse(gone_id)
                self.assertTrue(archive.exists())
            # Not into what is there already.
            with self.assertRaisesRegex(self.command.Refused, "already|empty"):
                self.command.restore(registry.db_name, str(self.disk / "contents"))

    def check_readable(self, registry, lost):
        """Check that copies open as they were filed, but those that were destroyed."""
        with self.env_of(registry) as env:
            for number, content in self.copies.items():
                copy = env["ir.attachment"].browse(number)
                if number in lost:
                    with self.assertRaises(KeyProblem):
                        copy._archive_content_key()
                    continue
                with copy._archive_reader() as reader:
                    self.assertEqual(reader.read(), content)
            log = env["customer.archive.log"]
            log._seal()
            for company in env["res.company"].search([]):
                _rows, breaks = log._verify(company)
                self.assertEqual(breaks, [])

    def test_tampered_is_refused(self):
        """A manifest that was altered, or a dump, restores nothing."""
        with self.env_of() as env:
            run = self.back_up(env)
            name = run.name
            parts = [each for each in self.contents(env, run) if each.is_part]
        self.bring_master_keys()
        [root] = (self.disk / "contents" / "customer_archive").iterdir()
        path = root / parts[0].name
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with self.assertRaises(BackupError) as caught, self.restored(run=name):
            pass
        self.assertEqual(caught.exception.code, "tampered")
        path.write_bytes(data)
        path = root / "runs" / f"{name}.jsonl.gz"
        repack(path, unpacked(path).replace('"sealed":true', '"sealed":false', 1))
        with self.assertRaises(BackupError) as caught, self.restored(run=name):
            pass
        self.assertEqual(caught.exception.code, "tampered")

    def contents(self, env, run):
        place = run.target_id._place()
        key = run._sealer().manifest_key
        with manifest.opened(place, key, run.name) as (_head, every):
            return list(every)

    # Killed

    def test_killed_anywhere(self):
        """Older backups stay good, and the next run completes."""
        with self.env_of() as env:
            first = self.back_up(env)
            self.assertEqual(first.state, "done")
        for place in (*self.points(), "manifest", "noted"):
            with self.subTest(place):
                self.change()
                killed = fork(self.registry_, self.killing(place))
                self.assertTrue(was_killed(killed))
                with self.env_of() as env:
                    self.check_good(env, complete=False)
                    env[RUN]._cron_backup_daily()
                    run = env[RUN].search([("holds", "=", "contents")], limit=1)
                    self.assertEqual(run.state, "done", run.problem)
                    self.check_good(env)
                    tmp = run.target_id._place().listed("tmp")
                    self.assertEqual(tmp, {})

    def points(self):
        """Return at which of the writings of a run it is killed: at random."""
        self.change()
        written, put = [], Place.put

        def counting(own, name, call):
            written.append(name)
            return put(own, name, call)

        with patch.object(Place, "put", counting), self.env_of() as env:
            self.assertEqual(self.back_up(env).state, "done")
        numbers = range(len(written))
        return sorted(random.Random(9).sample(numbers, size(3, 10)))

    def change(self):
        """Add something to be written."""
        with self.env_of() as env:
            content = chinese_pdf(os.urandom(8).hex())
            env["ir.attachment"].create({"name": "新合同.pdf", "raw": content})

    def killing(self, place):
        """Return what backs up and dies at its n-th writing, or at the manifest."""
        put, write, done = Place.put, manifest.write, []

        def dying(own, name, call):
            if place == len(done):
                # Half of it is there.
                put(own, "tmp/half", lambda target: target.write(b"half"))
                die()
            done.append(name)
            return put(own, name, call)

        def manifest_dying(*args):
            if place == "manifest":
                die()
            write(*args)
            die()

        def call(env):
            with patch.object(Place, "put", dying):
                if isinstance(place, str):
                    with patch.object(manifest, "write", manifest_dying):
                        self.back_up(env)
                self.back_up(env)

        return call

    def check_good(self, env, complete=True):
        """Check each backup that is complete: all that its manifest names is there."""
        runs = env[RUN].search([("state", "=", "done"), ("holds", "=", "contents")])
        self.assertTrue(runs)
        for run in runs:
            for content in self.contents(env, run):
                place = run.target_id._place()
                self.assertIsNone(sealing.verified(place, content), content.name)
        running = env[RUN].search_count([("state", "=", "running")])
        self.assertFalse(complete and running)
