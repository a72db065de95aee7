"""What this checkout installs that another revision installs otherwise.

``./dev compare BEFORE [AFTER]`` installs the addon of both on databases of their own,
the second being what is here unless it is named, and prints what they differ in:
shipped records (views, rules, menus, rights, data) with their English and Chinese,
fields, columns, constraints, indexes, triggers, functions.
It is how a change that should change nothing is shown to change nothing.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .environment import python
from .machine import ADDON, CHECKOUT, CannotGoOn, checkout_key, run

CONTENT = ADDON / "tests" / "support" / "database_content.py"
# Run in the folder of each revision, by its own ./dev.
INSTALL = """
import sys
from devtools.databases import Workspace, prepare
from devtools.postgres import server
source = prepare()
with server() as environment:
    workspace = Workspace(source, environment)
    workspace.with_addon(sys.argv[1])
    workspace.shell(sys.argv[1], open(sys.argv[2]).read(), log=sys.argv[3])
    workspace.drop(sys.argv[1])
"""
ASKED = """
import json
found = {
    "record": {" ".join(key): value for key, value in shipped(env).items()},
    "field": fields_of(env),
    "structure": {f"{kind} {text}": True for kind, text in structure(env.cr)},
}
with open(%r, "w") as target:
    json.dump(found, target, default=str)
"""


def compare(arguments):
    """Print the differences; return 1 if there are any."""
    if not 1 <= len(arguments) <= 2:
        raise CannotGoOn("Say with which revision: ./dev compare BEFORE [AFTER]")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        trees = [stack.enter_context(checked_out(each)) for each in arguments]
        trees = [*trees, CHECKOUT][:2]
        before = content_of(trees[0], Path(folder, "before"))
        after = content_of(trees[1], Path(folder, "after"))
    lines = list(differences(before, after))
    print(*lines or ["no difference"], sep="\n")
    return int(bool(lines))


@contextlib.contextmanager
def checked_out(revision):
    """Give a folder with the files of a revision."""
    with tempfile.TemporaryDirectory() as folder:
        tree = str(Path(folder, "tree"))
        run(["git", "-C", str(CHECKOUT), "worktree", "add", "--detach", tree, revision])
        try:
            yield Path(tree)
        finally:
            run(["git", "-C", str(CHECKOUT), "worktree", "remove", "--force", tree])


def content_of(folder, target):
    """Install the addon that is in a folder, and return what its database holds."""
    script = target.with_suffix(".py")
    script.write_text(CONTENT.read_text() + ASKED % str(target))
    database = f"customer_archive_compare_{checkout_key()}"
    log = target.with_suffix(".log")
    command = [str(python()), "-c", INSTALL, database, str(script), str(log)]
    done = subprocess.run(command, cwd=folder, check=False)
    if done.returncode or not target.exists():
        print(log.read_text() if log.exists() else "", file=sys.stderr)
        raise CannotGoOn(f"What the addon of {folder} installs can't be read.")
    return json.loads(target.read_text())


def differences(before, after):
    """Yield a line for each thing that only one has or that both have otherwise.

    :param dict before, after: by kind, what is there by its name
    """
    for kind in before:
        old, new = before[kind], after[kind]
        for name in sorted(old.keys() | new.keys()):
            if name not in new:
                yield f"{kind}: {name}: gone"
            elif name not in old:
                yield f"{kind}: {name}: new"
            elif old[name] != new[name]:
                yield f"{kind}: {name}: {old[name]!r} → {new[name]!r}"
