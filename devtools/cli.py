"""The commands of ./dev."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from .changed import tests_of_changes
from .compare import compare
from .databases import Workspace, prepare
from .environment import python, venv_dir
from .machine import ADDON, CHECKOUT, CannotGoOn, checkout_key, exclusive, step
from .mutations import check_guards, run_mutations
from .postgres import server

PORT = 8069
USAGE = """\
./dev serve [--port N] [Odoo options]  the ERP with the addon and demo data, in the
                                       browser
./dev test [pytest arguments]          every test on a fresh database, or those named;
                                       campaigns try a sample of their cases
./dev test --full [pytest arguments]   the same, campaigns at their full size
./dev test --changed [REF]             the tests that what has changed since REF can
                                       touch (origin/main, else the last commit)
./dev test --odoo [TAGS]               a part of them, or those with Odoo's tags, by
                                       Odoo's own runner
./dev shell [-d DB]                    runs the Python script on standard input in an
                                       Odoo shell
./dev odoo [arguments]                 Odoo's own command line with this checkout's
                                       configuration
./dev lint                             ruff, pylint-odoo and OCA's checks
./dev mutations [NAME...]              takes guards out, one by one: do tests fail?
./dev bench [NAME...]                  prints for each figure: NAME value target
                                       ok|short
./dev screenshots [FOLDER [NAME...]]   pictures of the main screens, in English and
                                       Chinese
./dev translations [NEW.po...]         the catalogues of terms anew, with the Chinese of
                                       those named; tells what has none
./dev readme                           README.rst of the addon, from its fragments
./dev map                              docs/code.md: what is in which file
./dev compare BEFORE [AFTER]           what a revision, or this checkout, installs that
                                       the one before installs otherwise
./dev registers FOLDER                 every register and print from the demo data;
                                       with LibreOffice and pdftoppm as pictures

Environment: ODOO_SOURCE (an Odoo 19 you have), PGHOST, PGPORT, PGUSER, PGPASSWORD (a
PostgreSQL of your own), CUSTOMER_ARCHIVE_CACHE (where everything is kept).
"""


def main(arguments):
    """Run one command; return its exit code."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    command = COMMANDS.get(name)
    if not command:
        print(
            USAGE, file=sys.stdout if name in ("help", "-h", "--help") else sys.stderr
        )
        return 0 if name in ("help", "-h", "--help") else 2
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    try:
        return command(rest)
    except CannotGoOn as error:
        print(f"./dev: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _call(command, **kwargs):
    """Run in the foreground, leaving Ctrl+C to the command."""
    process = subprocess.Popen([str(part) for part in command], **kwargs)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
        except SystemExit:
            process.terminate()


def serve(arguments):
    port = PORT
    if arguments[:1] == ["--port"] and len(arguments) > 1:
        port, arguments = int(arguments[1]), arguments[2:]
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotGoOn(
                f"Port {port} is in use: end what runs there or say --port N."
            ) from None
    source = prepare()
    with server() as environment:
        workspace = Workspace(source, environment)
        database = workspace.ensure_serving()
        print(
            f"\nhttp://localhost:{port}\n\n{_logins()}\n\nCtrl+C ends it.\n", flush=True
        )
        options = [
            "-d",
            database,
            "--http-port",
            port,
            "--log-level",
            "warn",
            *arguments,
        ]
        return _call(
            workspace.odoo_command(*map(str, options)), env=environment, cwd=CHECKOUT
        )


def _logins():
    rows = [
        line.split("\t")
        for line in (ADDON / "demo" / "logins.tsv").read_text().splitlines()
    ]
    width = max(len(login) for login, _name, _role in rows)
    return (
        "\n".join(f"  {login:<{width}}  {name}  {role}" for login, name, role in rows)
        + "\n  (password = login)"
    )


def test(arguments):
    if "--full" in arguments:
        # Read in tests/support/size.py alone.
        os.environ["CUSTOMER_ARCHIVE_FULL"] = "1"
        arguments = [each for each in arguments if each != "--full"]
    if arguments[:1] == ["--odoo"]:
        return _test_by_odoo(arguments[1:])
    if arguments[:1] == ["--changed"]:
        named = arguments[1:2] if arguments[1:2] and arguments[1][0] != "-" else []
        found = tests_of_changes(*named or [None])
        arguments = [*(found or []), *arguments[1 + len(named) :]]
    source = prepare()
    with server() as environment, exclusive(f"test-{checkout_key()}"):
        workspace = Workspace(source, environment)
        database = workspace.prepare_tests(people=True)
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        command = [python(), "-m", "pytest", *_pytest_options(database, arguments)]
        return _call(command, env=environment, cwd=CHECKOUT)


# For Odoo's own runner: each kind of test, and each base class of ours, at least once.
SAMPLE = (
    "TestChain",
    "TestCustomerArchiveExport",
    "TestIdentifiers",
    "TestInstall",
    "TestKeystore",
    "TestLedgerReader",
    "TestOdooRunner",
    "TestRequirements",
    "TestWatermarkXlsx",
)


def _test_by_odoo(tags):
    """Run what Odoo's users run: an update with --test-enable."""
    tags = tags or [",".join(f"/{ADDON.name}:{name}" for name in SAMPLE)]
    source = prepare()
    with server() as environment, exclusive(f"test-{checkout_key()}"):
        workspace = Workspace(source, environment)
        database = workspace.prepare_tests()
        with tempfile.TemporaryDirectory(prefix="keys-") as keys:
            for name in ("keystore", "anchors"):
                environment[f"CUSTOMER_ARCHIVE_{name.upper()}"] = f"{keys}/{name}"
            command = workspace.odoo_command("-d", database, "-u", ADDON.name)
            command += ["--test-tags", ",".join(tags), "--stop-after-init"]
            command += ["--http-port", str(_free_port()), "--max-cron-threads=0"]
            # What Odoo tells of its results is of level "info".
            for level in (":WARNING", "odoo.tests.result:INFO"):
                command.append(f"--log-handler={level}")
            return _call(command, env=environment, cwd=CHECKOUT)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _pytest_options(database, arguments):
    """Complete what was typed: all tests unless some are named, on all cores."""
    options = ["--odoo-database", database, "--odoo-http", "--odoo-log-level=warn"]
    options += ["-p", "devtools.durations"]
    if not any(each.startswith("-n") for each in arguments):
        options += ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadscope"]
        # The order is that of conftest.py: what takes longest is started first.
        options.append("--no-loadscope-reorder")
    paths = (each.partition("::")[0] for each in arguments if each[0] != "-")
    if not any(Path(path).exists() for path in paths):
        options.append("customer_archive/tests")
    return [*options, *arguments]


def shell(arguments):
    source = prepare()
    with server() as environment:
        workspace = Workspace(source, environment)
        if "-d" not in arguments:
            arguments = ["-d", workspace.ensure_serving(), *arguments]
        command = workspace.odoo_command(
            "shell", *arguments, "--no-http", "--log-level=warn"
        )
        return _call(command, env=environment, cwd=CHECKOUT)


def odoo(arguments):
    source = prepare()
    with server() as environment:
        workspace = Workspace(source, environment)
        return _call(workspace.odoo_command(*arguments), env=environment, cwd=CHECKOUT)


# A model's classes lie with the concerns that extend it: see docs/architecture.md.
NOT_MERGED = "--disable=consider-merging-classes-inherited"


def lint(_arguments):
    """Run every linter, also after one has failed."""
    prepare()
    tools = venv_dir() / "bin"
    commands = (
        [tools / "ruff", "check", "--no-cache", "."],
        [tools / "ruff", "format", "--no-cache", "--check", "--diff", "."],
        [tools / "pylint", "--rcfile=.pylintrc", NOT_MERGED, "customer_archive"],
        [tools / "oca-checks-odoo-module", *CHECKED_FILES],
        [tools / "oca-checks-po", *sorted((ADDON / "i18n").glob("*.po*"))],
        [tools / "python", CHECKOUT / "devtools" / "readme.py", "--check"],
        [tools / "python", CHECKOUT / "devtools" / "code_map.py", "--check"],
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    results = [
        subprocess.run(
            [str(p) for p in command], cwd=CHECKOUT, env=environment, check=False
        )
        for command in commands
    ]
    failed = [Path(result.args[0]).name for result in results if result.returncode]
    try:
        check_guards()
    except CannotGoOn as error:
        print(f"devtools/guards_of_*.py: {error}")
        failed.append("mutations")
    print(f"lint: {', '.join(failed) + ' found something' if failed else 'clean'}")
    return 1 if failed else 0


CHECKED_FILES = (ADDON / "__manifest__.py",)


def bench(arguments):
    """Run each benchmark on a database of its own: some of them commit."""
    source = prepare()
    ground = {"__main__", "__init__", "ground"}
    known = {path.stem for path in (CHECKOUT / "bench").glob("*.py")} - ground
    with server() as environment:
        workspace = Workspace(source, environment)
        database = workspace.bench_database
        results = []
        for name in arguments or sorted(known):
            workspace.with_addon(database)
            command = [python(), "-m", "bench", database, name]
            results.append(_call(command, env=environment, cwd=CHECKOUT))
        return max(results)


def mutations(arguments):
    """Take guards out of the source, one by one, and see that tests fail."""
    source = prepare()
    with server() as environment, exclusive(f"test-{checkout_key()}"):
        return run_mutations(Workspace(source, environment), arguments)


def readme(arguments):
    prepare()
    script = CHECKOUT / "devtools" / "readme.py"
    return _call([venv_dir() / "bin" / "python", script, *arguments])


def code_map(arguments):
    script = CHECKOUT / "devtools" / "code_map.py"
    return _call([sys.executable, script, *arguments])


def translations(arguments):
    """Export the terms of a database with the addon, and keep their Chinese."""
    source = prepare()
    with server() as environment, exclusive(f"test-{checkout_key()}"):
        workspace = Workspace(source, environment)
        database = workspace.prepare_tests()
        with tempfile.TemporaryDirectory() as folder:
            fresh = str(Path(folder, f"{ADDON.name}.pot"))
            command = ("i18n", "export", "-d", database, "-l", "pot", "-o", fresh)
            workspace.odoo(*command, ADDON.name, log=workspace.log(database))
            script = CHECKOUT / "devtools" / "translations.py"
            return _call([python(), script, fresh, *arguments], env=environment)


def screenshots(arguments):
    source = prepare()
    docs = CHECKOUT / "docs" / "screenshots"
    folder = Path(arguments[0]).resolve() if arguments else docs
    # Without arguments: those that the documentation shows.
    names = arguments[1:] or (
        {p.name.split(".")[0] for p in docs.glob("*.png")} if folder == docs else ()
    )
    with server() as environment:
        workspace = Workspace(source, environment)
        database = workspace.ensure_serving()
        with step(f"Screenshots into {folder}"):
            command = [python(), "-m", "devtools.screenshots", database, folder, *names]
            return _call(command, env=environment, cwd=CHECKOUT)


def registers(arguments):
    if len(arguments) != 1:
        raise CannotGoOn("Say into which folder: ./dev registers FOLDER")
    source, folder = prepare(), Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with server() as environment:
        workspace = Workspace(source, environment)
        database = workspace.ensure_serving()
        with step(f"Registers and prints into {folder}"):
            script = "from devtools.registers import write_registers\n"
            script += f"write_registers(env, {str(folder)!r})\n"
            workspace.shell(database, script, log=workspace.log(database))
            command = [python(), "-m", "devtools.registers", database, str(folder)]
            return _call(command, env=environment, cwd=CHECKOUT)


COMMANDS = {
    "serve": serve,
    "test": test,
    "shell": shell,
    "odoo": odoo,
    "lint": lint,
    "bench": bench,
    "mutations": mutations,
    "screenshots": screenshots,
    "translations": translations,
    "readme": readme,
    "map": code_map,
    "registers": registers,
    "compare": compare,
}
