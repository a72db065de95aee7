import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.clone import cloned_database, drop, scene
from .leaks_plants import SCAN, STEMS
from .leaks_scan import dumped, files, search
from .leaks_server import Server, environment
from .leaks_tour import Tour

TRAINED = ("sales", "clerk", "compliance", "finance", "legal", "management", "auditor")
ROLES = (*TRAINED, "archivist", "admin", "head", "employee")


@tagged("post_install", "-at_install")
class TestLeaks(BaseCase):
    """What is planted is found nowhere after use; without encryption it is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="leaks-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.template = cls.folder / "template"
        for each in ("data", "keystore", "anchors", "tmp"):
            (cls.template / each).mkdir(parents=True)
        with patch.dict(os.environ, environment(cls.template)):
            clone = cls.enterClassContext(cloned_database(get_db_name()))
            with scene(clone) as case:
                cls.ground = _ground(case)
        cls.dbname = clone.db_name
        # A database in use isn't copied.
        Registry.delete(cls.dbname)
        close_db(cls.dbname)

    @contextlib.contextmanager
    def _walk(self, name, *, plain=False):
        """Serve a copy of the database with its keys, and give server and tour."""
        dbname, folder = f"{self.dbname}_{name}", self.folder / name
        shutil.copytree(self.template, folder)
        drop(dbname)
        subprocess.run(["createdb", "-T", self.dbname, dbname], check=True)
        try:
            stored = folder / "data" / "filestore" / dbname
            for source in (get_db_name(), self.dbname):
                shutil.copytree(config.filestore(source), stored, dirs_exist_ok=True)
            server = Server(dbname, folder, plain=plain)
            with server.running():
                tour = Tour(server, self.ground)
                yield server, tour
                tour.leave()
        finally:
            drop(dbname)

    def _hits(self, server, tour):
        sources = dumped(server.dbname) + files(server.folder, server.known)
        return [f"{hit} {tour.plants.legend(hit)}" for hit in search(STEMS, sources)]

    def test_nothing_leaks(self):
        """I1: nothing in database, filestore, log, mails, sessions, keys, index."""
        with self._walk("encrypted") as (server, tour):
            tour.enter()
            tour.use()
            self.assertFalse(self._hits(server, tour))
            tour.clean()
            self.assertFalse(self._hits(server, tour))
            self.assertIn("/web/dataset/call_kw", server.log.read_text())

    def test_the_scan_finds_what_is_plain(self):
        """I1: the same without encryption, so that the scan can fail."""
        with self._walk("plain", plain=True) as (server, tour):
            tour.enter()
            found = "\n".join(self._hits(server, tour))
        for stem in STEMS:
            place = "data/filestore" if stem is SCAN else "database"
            self.assertRegex(found, f"{stem.name} as .* in {place}")
        self.assertIn("picture in data/filestore", found)


def _ground(case):
    """Make the people and files that the tour works with; return their ids."""
    env, users = case.env, case.users
    env.ref("base.group_allow_export").user_ids = [
        Command.link(users[role].id) for role in ROLES
    ]
    env["ir.config_parameter"].set_param("web.json.enabled", True)
    for role in TRAINED:
        env["customer.archive.undertaking"].with_user(users[role]).sign("2026-01-05")
    file = case.archive(relation_stage="cooperating")
    kept = case.registered()
    account = as_system(env["res.partner.bank"]).create(
        {"acc_number": "1234567890", "partner_id": kept.partner_id.id}
    )
    models = [
        name
        for name, model in env.registry.items()
        if name.startswith("customer.archive") and not model._abstract
    ]
    return {
        "keys": {role: _key(users[role]) for role in ROLES},
        "system_key": _key(env.ref("base.user_admin")),
        "autovacuum": env.ref("base.autovacuum_job").id,
        "file": file.id,
        "other_file": case.archive().id,
        "partner": file.partner_id.id,
        "kept_partner": kept.partner_id.id,
        "account": account.id,
        "number_field": env.ref("customer_archive.change_field_bank_acc_number").id,
        "identity": env.ref("customer_archive.document_type_legal_id").id,
        "power": env.ref("customer_archive.document_type_power").id,
        "action": env.ref("customer_archive.action_customer_archive_secret").id,
        "registers": env["customer.archive.register"].search([]).ids,
        "models": [*sorted(models), "mail.message", "ir.attachment"],
    }


def _key(user):
    keys = user.env["res.users.apikeys"].with_user(user).sudo()
    return keys._generate(None, "test", False)
