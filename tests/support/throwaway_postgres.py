"""A PostgreSQL server of a test's own, from the programs that are in use."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROLE = "odoo"
SETTINGS = (
    # A process that is killed loses nothing that was written; only a machine does.
    "fsync=off",
    "synchronous_commit=on",
    "listen_addresses=",
    "max_connections=100",
)


class ThrowawayPostgres:
    """A context manager: made on entering, gone on leaving."""

    def __enter__(self):
        # Short, for the path of a socket is limited.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        # PostgreSQL refuses to run as root.
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data = self.folder / "data"
        try:
            self._run(
                "initdb", "-D", self.data, "-U", ROLE, "--auth=trust", "--no-sync",
                "--encoding=UTF8", "--locale=C.UTF-8",
            )  # fmt: skip
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def options(self):
        """Odoo's options to connect to it."""
        return {
            "db_host": str(self.folder),
            "db_port": 5432,
            "db_user": ROLE,
            "db_password": False,
        }

    def start(self):
        options = " ".join(f"-c '{setting}'" for setting in SETTINGS)
        options += f" -c 'unix_socket_directories={self.folder}' -c port=5432"
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", options,
            "-w", "start",
        )  # fmt: skip

    def restart(self):
        """Stop it as a failure does, and start it again."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        self.start()

    def restore(self, database):
        """Copy a database of the server in use."""
        own = {**os.environ, "PGHOST": str(self.folder), "PGUSER": ROLE}
        own |= {"PGPORT": "5432"}
        subprocess.run(
            ["createdb", "-T", "template0", "-E", "UTF8", database],
            check=True,
            env=own,
        )
        with subprocess.Popen(
            ["pg_dump", "--no-owner", database], stdout=subprocess.PIPE
        ) as dump:
            subprocess.run(
                ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", database],
                stdin=dump.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
                env=own,
            )

    def _run(self, name, *arguments):
        identity = {}
        if self.user:
            identity = {
                "user": self.user.pw_uid,
                "group": self.user.pw_gid,
                "extra_groups": [],
            }
        subprocess.run(
            [_program(name), *map(str, arguments)],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **identity,
        )


def _program(name):
    """Return the path of a server's program, which often isn't on the path."""
    packages = Path(sys.prefix).glob(
        f"lib/python3*/site-packages/*/pginstall*/bin/{name}"
    )
    system = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    found = [shutil.which(name), *sorted(packages), *sorted(system)]
    return next(str(path) for path in found if path)
