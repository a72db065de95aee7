"""A database of each landed version, updated, is as one that is installed anew.

``dumps/landed.tar.xz`` holds what ``pg_dump`` wrote of each right after installation.
"""

import contextlib
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import TransactionCase, tagged

from ..support import clone
from ..support.size import size

ADDON = "customer_archive"
DUMPS = Path(__file__).parents[1] / "dumps" / "landed.tar.xz"
VERSIONS = tuple(f"19.0.{number}.0.0" for number in range(1, 7))
# What differs by itself.
PASSING = {
    *("id", "parent_path", "arch_fs", "arch_prev", "arch_updated"),
    *("lastcall", "nextcall", "number_next", "number_next_actual"),
    *("create_date", "create_uid", "write_date", "write_uid"),
}
# Reckoned by Odoo from the code at each start.
REFLECTED = ("ir.model", "ir.model.fields", "ir.model.fields.selection")
# Differences that are meant, by record and field. Chinese headings of registers that
# came with older versions stay: administrators may have put them in their own words.
MEANT = {
    ("register_agreement_date_start", "name zh_CN"),
    ("register_change_shown_new", "name zh_CN"),
    ("register_consultation_grant_ids_date_from", "name zh_CN"),
    ("register_sharing_date_from", "name zh_CN"),
}


def shipped(env):
    """Return what the addon's records hold, by (name, field) and language."""
    data = env["ir.model.data"].search(
        [("module", "=", ADDON), ("model", "not in", REFLECTED)]
    )
    names = Names(env)
    found = {}
    for model, rows in data.grouped("model").items():
        if model.startswith("ir.model.") and model != "ir.model.access":
            found.update({(row.name, "model"): model for row in rows})
            continue
        by_id = {row.res_id: row.name for row in rows}
        records = env[model].with_context(active_test=False).browse(by_id).exists()
        found.update({(row.name, "model"): model for row in rows})
        for field in records._fields.values():
            if not field.store or field.name in PASSING or field.type == "binary":
                continue
            for lang in ("en_US", "zh_CN") if field.translate else ("en_US",):
                for record in records.with_context(lang=lang):
                    key = (by_id[record.id], f"{field.name} {lang}")
                    found[key] = names.told(field, record[field.name])
    return found


class Names:
    """Puts references into words that mean the same in any database."""

    def __init__(self, env):
        self.env = env
        self.known = {
            (row["model"], row["res_id"]): f"{row['module']}.{row['name']}"
            for row in env["ir.model.data"].search_read(
                [], ["model", "res_id", "module", "name"], order="id desc"
            )
        }

    def told(self, field, value):
        if field.type == "reference":
            value = value or self.env["base"]
        elif not field.relational:
            # Views name actions by their ids.
            anonymous = field.name == "arch_db" and value
            return re.sub(r'name="\d+"', 'name="…"', value) if anonymous else value
        return sorted(
            self.known.get((record._name, record.id), record._name) for record in value
        )


def structure(cr):
    """Return what the database has for the addon: columns, constraints and so on."""
    cr.execute(
        """
        SELECT 'column', table_name || '.' || column_name || ' ' || data_type
               || ' ' || is_nullable
          FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL
        SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL
        SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL
        SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL
        SELECT 'function', pg_get_functiondef(oid) FROM pg_proc
         WHERE proname LIKE 'customer\\_archive%'
        """
    )
    return {(kind, _bare(text)) for kind, text in cr.fetchall()}


def _bare(text):
    """Return a definition without names given by count, and casts that dumps add."""
    text = re.sub(r"^CREATE (UNIQUE )?INDEX \S+", r"CREATE \1INDEX", text)
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", text)


@tagged("post_install", "-at_install")
class TestUpdated(TransactionCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = shipped(cls.env)
        cls.env.flush_all()
        cls.new_structure = structure(cls.env.cr)

    def test_landed_versions(self):
        # The oldest goes through every script.
        for version in size((VERSIONS[0], VERSIONS[-1]), VERSIONS):
            with self.subTest(version), self.updated(version) as (env, log):
                lines = [line for line in log.splitlines() if " ERROR " in line]
                self.assertEqual(lines, [])
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
