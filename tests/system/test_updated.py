"""A database of each landed version, updated, is as one that is installed anew.

``dumps/landed.tar.xz`` holds what ``pg_dump`` wrote of each right after installation.
"""

import contextlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import TransactionCase, tagged

from ..support import clone
from ..support.database_content import ADDON, shipped, structure
from ..support.size import size

DUMPS = Path(__file__).parents[1] / "dumps" / "landed.tar.xz"
VERSIONS = tuple(f"19.0.{number}.0.0" for number in range(1, 11))
# Differences that are meant, by record and field. Chinese headings of registers that
# came with older versions stay: administrators may have put them in their own words.
MEANT = {
    ("register_agreement_date_end", "name zh_CN"),
    ("register_agreement_date_start", "name zh_CN"),
    ("register_change_shown_new", "name zh_CN"),
    ("register_consultation_grant_ids_date_from", "name zh_CN"),
    ("register_consultation_grant_ids_date_to", "name zh_CN"),
    ("register_sharing_date_from", "name zh_CN"),
    ("register_sharing_date_to", "name zh_CN"),
}

# A view that an administrator made on a piece of a screen, in versions that had it.
WITH_PIECES = ("19.0.5.0.0", "19.0.6.0.0")
PIECE, WHOLE = "view_customer_archive_form_place", "view_customer_archive_form"
OWN_VIEW = f"""
    INSERT INTO ir_ui_view (name, model, type, mode, priority, active, arch_db,
                            inherit_id)
    SELECT 'administrator''s', 'customer.archive', 'form', 'extension', 16, TRUE,
           jsonb_build_object('en_US', '<field name="place" position="after"/>'),
           res_id
      FROM ir_model_data WHERE module = '{ADDON}' AND name = '{PIECE}'
"""


@tagged("post_install", "-at_install")
class TestUpdated(TransactionCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Not the database of the tests: people were put into it.
        with (
            clone.cloned_database(cls.env.cr.dbname) as registry,
            registry.cursor() as cr,
        ):
            cls.new = shipped(api.Environment(cr, SUPERUSER_ID, {}))
            cls.new_structure = structure(cr)

    def test_landed_versions(self):
        # The oldest goes through every script.
        for version in size((VERSIONS[0], VERSIONS[-1]), VERSIONS):
            with self.subTest(version), self.updated(version) as (env, log):
                lines = [line for line in log.splitlines() if " ERROR " in line]
                self.assertEqual(lines, [])
                own = env["ir.ui.view"].search([("name", "=", "administrator's")])
                if version in WITH_PIECES:
                    self.assertEqual(own.inherit_id, env.ref(f"{ADDON}.{WHOLE}"))
                own.unlink()
                old = shipped(env)
                differ = {
                    key: (old.get(key, "missing"), self.new.get(key, "missing"))
                    for key in old.keys() | self.new.keys()
                    if old.get(key, "missing") != self.new.get(key, "missing")
                    and key not in MEANT
                }
                self.assertEqual(differ, {})
                self.assertEqual(structure(env.cr) ^ self.new_structure, set())

    @contextlib.contextmanager
    def updated(self, version):
        """Give an environment on an updated dump, and what the update logged."""
        name = f"{self.env.cr.dbname}_updated"
        clone.drop(name)
        try:
            subprocess.run(
                ["createdb", "-T", "template0", "-E", "UTF8", name], check=True
            )
            self.restore(version, name)
            subprocess.run(["psql", "-Xqc", OWN_VIEW, name], check=True)
            log = self.update(name)
            with clone._no_test_suites():
                registry = Registry(name)
            with registry.cursor() as cr:
                yield api.Environment(cr, SUPERUSER_ID, {}), log
        finally:
            Registry.delete(name)
            close_db(name)
            clone.drop(name)

    def restore(self, version, name):
        with (
            tarfile.open(DUMPS) as dumps,
            subprocess.Popen(
                ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", name],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            ) as psql,
        ):
            dump = dumps.extractfile(f"{version}.sql")
            while chunk := dump.read(1 << 20):
                psql.stdin.write(chunk)
            psql.stdin.close()
        self.assertEqual(psql.returncode, 0)

    def update(self, name):
        command = [sys.executable, "-m", "odoo", "-d", name, "-u", ADDON]
        command += ["--stop-after-init", "--no-http", "--max-cron-threads=0"]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        return done.stderr
