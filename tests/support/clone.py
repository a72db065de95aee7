"""A second database with committed data, for what no single transaction can show."""

import atexit
import contextlib
import functools
import os
import shutil
import subprocess
import threading
from unittest.mock import patch

from passlib.context import CryptContext

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.sql_db import close_db
from odoo.tools import config

from odoo.addons.base.models.res_users import ResUsersPatchedInTest

from .common import ArchiveCase


class _Bare:
    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def addClassCleanup(cls, *_args):
        """What is recorded after a commit here is recorded."""


@contextlib.contextmanager
def cloned_database(dbname):
    """Give the registry of a copy of ``dbname``, which may be in use."""
    name = f"{dbname}_clone"
    drop(name)
    try:
        subprocess.run(["createdb", "-T", _idle_copy(dbname), name], check=True)
        yield _registry_for(name)
    finally:
        _put_aside(name)
        close_db(name)
        drop(name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)


# By name of a database: the registry of the one before, and how often its models had
# changed when it was loaded.
_kept = {}


def _registry_for(name):
    """Return a registry for a new copy: that of the copy before, if nothing changed it.

    To load one takes longer than most tests that need it.
    """
    registry, _sequence = _kept.get(name, (None, None))
    if registry is None:
        with _no_test_suites():
            registry = Registry(name)
    else:
        Registry.registries[name] = registry
        registry.clear_all_caches()
        registry.cache_invalidated.clear()
        registry.setup_signaling()
    _kept[name] = registry, registry.registry_sequence
    return registry


def _put_aside(name):
    """Take the registry of a copy away, and forget it if its models changed."""
    if name in _kept:
        registry, sequence = _kept[name]
        same = Registry.registries.get(name) is registry
        changed = registry.registry_invalidated
        if not same or changed or registry.registry_sequence != sequence:
            del _kept[name]
    Registry.delete(name)


@functools.cache
def _idle_copy(dbname):
    """Return the name of a copy of ``dbname`` that nobody uses.

    PostgreSQL copies such files in no time, and no database that is in use. Tests
    commit nothing to theirs, so that one copy does for all of a process; ./dev names
    the one that it has prepared.
    """
    if prepared := os.environ.get("CUSTOMER_ARCHIVE_PREPARED"):
        return prepared
    name = f"{dbname}_idle"
    drop(name)
    atexit.register(drop, name)
    subprocess.run(["createdb", "-T", "template0", "-E", "UTF8", name], check=True)
    with subprocess.Popen(
        ["pg_dump", "--no-owner", dbname], stdout=subprocess.PIPE
    ) as dump:
        restore = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", name]
        subprocess.run(
            restore, stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True
        )
    return name


@contextlib.contextmanager
def _no_test_suites():
    """Keep Odoo from running the tests of the modules that it loads."""
    enabled = config["test_enable"]
    config["test_enable"] = False
    try:
        yield
    finally:
        config["test_enable"] = enabled


def drop(name):
    """Remove a database, if it is there, and whoever is connected to it."""
    subprocess.run(
        ["dropdb", "--if-exists", "--force", name],
        check=True,
        stderr=subprocess.DEVNULL,
    )


def quick_passwords():
    """Hash passwords in one round, as Odoo's own test cases do."""
    context = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
    return patch.object(ResUsersPatchedInTest, "_crypt_context", lambda _self: context)


def make_people(env):
    """Put the people of :class:`ArchiveCase` into a database for tests.

    To make them takes longer than most tests, and so does making the web client's
    files. What was recorded of it goes: the processes that run tests have keys of
    their own for the access record.
    """
    with quick_passwords():
        type("People", (ArchiveCase, _Bare), {"env": env}).setUpClass()
    env.flush_all()
    env.cr.execute(
        """
        ALTER TABLE customer_archive_log DISABLE TRIGGER USER;
        DELETE FROM customer_archive_log;
        ALTER TABLE customer_archive_log ENABLE TRIGGER USER;
        """
    )
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()


@contextlib.contextmanager
def scene(registry, base=ArchiveCase):
    """Give an :class:`ArchiveCase` whose records are committed on leaving.

    :param base: a class that extends it
    """
    with quick_passwords(), registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        case = type("Scene", (base, _Bare), {"env": env})
        case.setUpClass()
        yield case


def at_once(registry, calls):
    """Run ``calls`` side by side, each in a transaction and retried as a request is.

    :param calls: list of (user id, function of an environment)
    :return: list of results or exceptions, in the order of the calls
    """
    results = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index, uid, call):
        threading.current_thread().dbname = registry.db_name
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, {})
                env.user.name  # noqa: B018 -- the snapshot is taken before anybody starts
                barrier.wait(60)
                results[index] = retrying(lambda: call(env), env)
        except Exception as error:  # noqa: BLE001 -- handed to the test
            results[index] = error

    threads = [
        threading.Thread(target=run, args=(index, *call))
        for index, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results
