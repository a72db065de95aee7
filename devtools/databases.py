"""Databases: one template of the dependencies per Odoo build, copies with the addon."""

import hashlib
import os
import shutil
import subprocess
import tempfile

from .environment import addons_paths, ensure_odoo, ensure_venv, odoo_key, python
from .machine import (
    ADDON,
    CHECKOUT,
    CannotGoOn,
    cache_dir,
    checkout_key,
    ensure_cache,
    ensure_system_packages,
    exclusive,
    run,
    step,
)

DEPENDENCIES = "sale,purchase,hr,portal"
LANGUAGE = "zh_CN"
# What makes those whom most tests need.
SUPPORT = "odoo.addons.customer_archive.tests.support"
PEOPLE = [CHECKOUT / "tests" / "support" / f"{each}.py" for each in ("clone", "common")]

# Tests take back what they write. If autovacuum comes by then, it finds a table of many
# pages and no row, and PostgreSQL takes it for empty from then on, however much a later
# test writes into it: whole tables are gone through, row by row, for minutes.
UNVACUUMED = """
    DO $$ DECLARE each regclass; BEGIN
        FOR each IN SELECT oid FROM pg_class
                     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        LOOP
            EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', each);
        END LOOP;
    END $$
"""

# A file, and not ``-m odoo``: the server starts itself anew, by its command line, once
# it meets a limit or SIGHUP, and a module's file can't be run like that.
STARTER = CHECKOUT / "devtools" / "start_odoo.py"


def odoo_command(*arguments):
    """Return the command line of Odoo's server or of one of its commands."""
    return [str(python()), str(STARTER), *arguments]


def prepare():
    """Bring everything that needs no database; return Odoo's source folder."""
    ensure_system_packages()
    folder = ensure_cache()
    # Temporary files and pip's downloads stay in the cache, too.
    os.environ["TMPDIR"] = str(folder / "tmp")
    os.environ.setdefault("PIP_CACHE_DIR", str(folder / "pip"))
    with exclusive("setup"):
        ensure_venv()
        return ensure_odoo()


class Workspace:
    """This checkout's configuration and databases on one PostgreSQL.

    :param source: folder holding the package ``odoo``
    :param environment: variables that lead to the PostgreSQL
    """

    def __init__(self, source, environment):
        self.source = source
        self.environment = environment
        self.folder = cache_dir() / "checkouts" / checkout_key()
        self.data_dir = cache_dir() / "data"
        self.config = self.folder / "odoo.conf"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_config()
        environment["ODOO_RC"] = str(self.config)
        # Where Chromium leaves things besides its profile.
        environment["CUSTOMER_ARCHIVE_CACHE"] = str(cache_dir())
        environment["XDG_CONFIG_HOME"] = str(cache_dir() / "home" / "config")
        environment["XDG_CACHE_HOME"] = str(cache_dir() / "home" / "cache")

    def _write_config(self):
        paths = [*addons_paths(self.source), CHECKOUT]
        lines = [
            "[options]",
            f"addons_path = {','.join(map(str, paths))}",
            f"data_dir = {self.data_dir}",
        ]
        for option, variable in (
            ("host", "PGHOST"),
            ("port", "PGPORT"),
            ("user", "PGUSER"),
            ("password", "PGPASSWORD"),
        ):
            if value := self.environment.get(variable):
                lines.append(f"db_{option} = {value}")
        lines += [
            "http_interface = 127.0.0.1",
            "list_db = False",
            "max_cron_threads = 1",
            "",
        ]
        self.config.write_text("\n".join(lines))
        self.config.chmod(0o600)

    # Names

    @property
    def serve_database(self):
        return f"customer_archive_{checkout_key()}"

    @property
    def test_database(self):
        return f"customer_archive_test_{checkout_key()}"

    @property
    def prepared_database(self):
        return f"customer_archive_made_{checkout_key()}"

    @property
    def peopled_database(self):
        return f"customer_archive_people_{checkout_key()}"

    @property
    def bench_database(self):
        return f"customer_archive_bench_{checkout_key()}"

    def log(self, database):
        return self.folder / f"{database}.install.log"

    # Odoo

    def odoo_command(self, *arguments):
        """Return the command line of Odoo's server or of one of its commands."""
        return odoo_command(*arguments)

    def odoo(self, *arguments, log=None):
        run(self.odoo_command(*arguments), log=log, env=self.environment, cwd=CHECKOUT)

    def shell(self, database, script, log=None, **variables):
        """Run a Python script in an Odoo shell, with ``env`` at hand."""
        command = self.odoo_command(
            "shell", "-d", database, "--no-http", "--log-level=warn"
        )
        with (
            open(log or subprocess.DEVNULL, "ab")
            if log
            else open("/dev/null", "wb") as stream
        ):
            done = subprocess.run(
                command,
                input=script.encode(),
                env={**self.environment, **variables},
                cwd=CHECKOUT,
                stdout=stream,
                stderr=stream,
                check=False,
            )
        if done.returncode:
            raise CannotGoOn(f"A script in the Odoo shell failed: see {log}.")

    # Databases

    def exists(self, database):
        query = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
        return bool(run(["psql", "-XAtc", query], env=self.environment))

    def drop(self, database):
        run(["dropdb", "--if-exists", "--force", database], env=self.environment)
        shutil.rmtree(self._filestore(database), ignore_errors=True)

    def clone(self, source, target):
        self.drop(target)
        run(["createdb", "-T", source, target], env=self.environment)
        if self._filestore(source).is_dir():
            shutil.copytree(self._filestore(source), self._filestore(target))

    def _filestore(self, database):
        return self.data_dir / "filestore" / database

    def dependencies(self):
        """Return the template database that holds the addons we depend on."""
        name = f"customer_archive_base_{odoo_key(self.source)}"
        with exclusive("template"):
            if not self.exists(name):
                with step("Odoo's own addons (once per Odoo build)"):
                    building = f"{name}_building"
                    self.drop(building)
                    run(
                        ["createdb", "-T", "template0", "-E", "UTF8", building],
                        env=self.environment,
                    )
                    self._initialise(building, DEPENDENCIES)
                    # --load-language would make it the administrator's as well.
                    self.odoo(
                        "i18n",
                        "loadlang",
                        "-d",
                        building,
                        "-l",
                        LANGUAGE,
                        log=self.log(building),
                    )
                    run(
                        [
                            "psql",
                            "-XAtc",
                            f'ALTER DATABASE "{building}" RENAME TO "{name}"',
                        ],
                        env=self.environment,
                    )
                    shutil.rmtree(self._filestore(name), ignore_errors=True)
                    self._filestore(building).rename(self._filestore(name))
        return name

    def with_addon(self, name, *, demo=False):
        """Make ``name`` anew: dependencies, the addon, and its demo data if wanted."""
        base = self.dependencies()
        with step("Database with the addon" + (" and demo data" if demo else "")):
            self.clone(base, name)
            # Keys and anchors are kept by this identity: no two databases share it.
            identity = "UPDATE ir_config_parameter SET value = gen_random_uuid()"
            where = "WHERE key = 'database.uuid'"
            run(["psql", "-XqAtc", f"{identity} {where}", name], env=self.environment)
            self.log(name).unlink(missing_ok=True)
            self._initialise(name, "customer_archive")
            if demo:
                script = "from devtools.load_demo import load\nload(env)\n"
                self.shell(name, script, log=self.log(name))

    def prepare_tests(self, *, people=False):
        """Make the database for tests anew: a copy of one that is made once.

        What it was made from decides whether it is made again. Nobody connects to the
        one that is copied, so that tests can copy it, too.

        :param people: whether those whom most tests need are in it already
        """
        prepared, name = self.prepared_database, self.test_database
        stamp = self.folder / "prepared"
        digest = f"{self.dependencies()} {addon_digest()}"
        made = stamp.exists() and stamp.read_text() == digest
        if not made or not self.exists(prepared):
            stamp.unlink(missing_ok=True)
            self.with_addon(prepared)
            stamp.write_text(digest)
        self.clone(self._peopled(digest) if people else prepared, name)
        shutil.copyfile(self.log(prepared), self.log(name))
        self.environment["CUSTOMER_ARCHIVE_INSTALL_LOG"] = str(self.log(name))
        self.environment["CUSTOMER_ARCHIVE_PREPARED"] = prepared
        return name

    def _peopled(self, digest):
        """Return a copy of the prepared database with people in it, made once."""
        name, stamp = self.peopled_database, self.folder / "peopled"
        for path in PEOPLE:
            digest += f" {hashlib.sha256(path.read_bytes()).hexdigest()}"
        if not stamp.exists() or stamp.read_text() != digest or not self.exists(name):
            stamp.unlink(missing_ok=True)
            with step("People for tests"), tempfile.TemporaryDirectory() as keys:
                self.clone(self.prepared_database, name)
                script = f"from {SUPPORT}.clone import make_people\nmake_people(env)\n"
                own = {
                    f"CUSTOMER_ARCHIVE_{each}": f"{keys}/{each}"
                    for each in ("KEYSTORE", "ANCHORS")
                }
                self.shell(name, script, log=self.log(name), **own)
                run(["psql", "-XqAtc", UNVACUUMED, name], env=self.environment)
            stamp.write_text(digest)
        return name

    def _initialise(self, database, modules):
        arguments = [
            "-d",
            database,
            "-i",
            modules,
            "--stop-after-init",
            "--no-http",
            "--max-cron-threads=0",
        ]
        self.odoo(*arguments, log=self.log(database))

    def ensure_serving(self):
        """Return the database for people: made once, updated when the addon changed."""
        name = self.serve_database
        stamp = self.folder / "serving"
        digest = addon_digest()
        if not stamp.exists() or not self.exists(name):
            stamp.unlink(missing_ok=True)
            self.with_addon(name, demo=True)
        elif stamp.read_text() != digest:
            with step("Update of the addon"):
                arguments = ["-u", "customer_archive", "--stop-after-init", "--no-http"]
                self.odoo("-d", name, *arguments, log=self.log(name))
        stamp.write_text(digest)
        return name


def addon_digest():
    """Return a digest of everything whose change asks for an update of a database."""
    digest = hashlib.sha256()
    for path in sorted(ADDON.rglob("*")):
        parts = path.relative_to(ADDON).parts
        if path.is_file() and not {"tests", "__pycache__"}.intersection(parts):
            digest.update(
                str(path.relative_to(ADDON)).encode() + b"\0" + path.read_bytes()
            )
    return digest.hexdigest()
