"""Takes guards, checks and locks out of the source one by one: do the tests notice?

Each is tried on a copy of this checkout, by the tests that should fail for it, in the
size of the quick run. What is taken out is found by its text; a guard that has moved on
must be named anew in ``guards_of_*.py``, as ./dev lint tells.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .environment import python
from .guards import GUARDS
from .machine import CHECKOUT, CannotGoOn

LEFT_OUT = shutil.ignore_patterns(".git", "__pycache__", "docs", "bench")


def run_mutations(workspace, names):
    """Try the guards named, or all; return 0 if each was missed.

    :param names: names of guards, or how many of them, in their order
    """
    guards = _chosen(names)
    check_guards(guards)
    workspace.prepare_tests()
    outcomes = {}
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        tree = Path(folder, "tree")
        shutil.copytree(CHECKOUT, tree, symlinks=True, ignore=LEFT_OUT)
        environment = _environment(workspace, tree)
        for guard in guards:
            outcome = outcomes[guard] = _try(workspace, environment, tree, guard)
            print(f"{outcome:<60} {guard.name}", flush=True)
    caught = [guard for guard, outcome in outcomes.items() if outcome[0] != "!"]
    print(f"{len(caught)} of {len(guards)} guards are missed when they are gone")
    return 0 if len(caught) == len(guards) else 1


def check_guards(guards=GUARDS):
    """Check that the guards, and the tests that are named for them, are there.

    :raise CannotGoOn: naming the first that isn't
    """
    for guard in guards:
        guard.taken_out(CHECKOUT)
        for test in guard.tests:
            if not (CHECKOUT / "tests" / test.partition("::")[0]).exists():
                raise CannotGoOn(f"{guard.name}: there is no {test}.")


def _chosen(names):
    if not names:
        return GUARDS
    if names[0].isdigit():
        return GUARDS[: int(names[0])]
    known = {guard.name: guard for guard in GUARDS}
    if unknown := set(names) - known.keys():
        raise CannotGoOn(f"Unknown: {', '.join(sorted(unknown))}")
    return [known[name] for name in names]


def _environment(workspace, tree):
    """Return the variables under which Odoo runs what is in ``tree``."""
    config = tree / "odoo.conf"
    config.write_text(workspace.config.read_text().replace(str(CHECKOUT), str(tree)))
    own = {"ODOO_RC": str(config), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**workspace.environment, **own}


def _try(workspace, environment, tree, guard):
    """Take one guard out, run its tests, put it back; return what came of it."""
    database = workspace.test_database
    workspace.clone(workspace.prepared_database, database)
    path = tree / guard.path
    whole = path.read_text()
    path.write_text(guard.taken_out(tree))
    try:
        if guard.is_installed:
            # Anew: an update leaves rules as they are.
            workspace.clone(workspace.dependencies(), database)
            starter = tree / "devtools" / "start_odoo.py"
            install = [python(), starter, "-d", database, "-i", "customer_archive"]
            install += ["--stop-after-init", "--no-http", "--max-cron-threads=0"]
            done = _run(install, environment, tree)
            if done.returncode:
                return f"! the installation failed: {done.stderr[-500:]}"
        options = ["-n0", "-x", "-q", "-rf", "--odoo-http", "--odoo-log-level=critical"]
        command = [python(), "-m", "pytest", "--odoo-database", database, *options]
        tests = [f"customer_archive/tests/{each}" for each in guard.tests]
        done = _run([*command, *tests], environment, tree)
    finally:
        path.write_text(whole)
    return _told(done)


def _run(command, environment, tree):
    return subprocess.run(
        [os.fspath(part) for part in command],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _told(done):
    """Return the test that failed; what went wrong, behind "!", if none did."""
    if done.returncode == 0:
        return "! nothing failed"
    # A part of a test is told by its own words before the test's name.
    lines = r"^(?:FAILED|SUBFAIL|ERROR).*?tests/[a-z_]+/(test_\w+\.py::\S+)"
    failed = re.search(lines, done.stdout, re.MULTILINE)
    if done.returncode != 1 or not failed:
        return f"! pytest ended with {done.returncode}: {done.stdout[-300:]}"
    return failed[1]
