"""Which tests a change can touch, by the layers of the addon and who imports whom."""

import ast
import functools
import re
import subprocess
from pathlib import Path

from .machine import ADDON, CHECKOUT, CannotGoOn

TESTS = CHECKOUT / "tests"
MODELS = ADDON / "models"
# Cheap, and about all files: the house, the table of requirements, what is shipped,
# and a row for each model, method and address.
ALWAYS = (
    "system/test_layers.py",
    "system/test_requirements.py",
    "system/test_install.py",
    "rights/test_rights_table.py",
)
# What isn't a package's by its place or its name.
CONCERNS = {
    "controllers/audit.py": "audit",
    "controllers/binary.py": "copies",
    "controllers/export.py": "registers",
    "controllers/ledger_import.py": "ledger_import",
    "controllers/mail.py": "history",
    "controllers/sharing.py": "requests",
    "controllers/streaming.py": "copies",
}
# Packages without a folder of tests: where theirs are.
TESTED = {
    "attachments": ("audit", "copies", "history"),
    "settings": ("approvals", "confidentiality", "encryption", "files", "retention"),
}
# Rules and rights of all: the matrix tries them, whatever else does.
RIGHTS = ("rights", "rpc")
WORDS = (
    *("system/test_install.py", "system/test_terms.py", "system/test_languages.py"),
    *("system/test_chinese_words.py", "system/test_names_everywhere.py"),
)
UPDATES = ("system/test_updated.py", "system/test_migration.py")
# What no test looks at, or only those that always run.
NOTHING = re.compile(
    r"(docs/|bench/|devtools/|demo/|\.ci/|README|LICENSE|CONTRIBUTING|\.gitignore"
    r"|customer_archive/(README\.rst|readme/|demo/|static/description/))"
)
IMPORTED = re.compile(r"customer_archive\.(models|tools|wizards|controllers)\.([\w.]+)")


class Everything(Exception):
    """A change that can touch any test."""


def tests_of_changes(reference):
    """Return the paths of the tests that a change can touch; None for all of them.

    :param reference: what is compared with, None for the branch that this one is of
    """
    paths = _changed(reference)
    try:
        found = {TESTS / name for name in ALWAYS}
        for path in paths:
            found |= _tests_of(path)
    except Everything as reason:
        print(f"{reason}: all tests")
        return None
    found = {path for path in found if path.exists()}
    print(f"{len(paths)} files changed: {len(found)} files of tests")
    names = (path.relative_to(TESTS) for path in sorted(found))
    return [f"customer_archive/tests/{name}" for name in names]


def _changed(reference):
    if reference:
        return _differing(reference)
    for guess in ("origin/main", "HEAD~1"):
        try:
            if paths := _differing(guess):
                return paths
        except CannotGoOn:
            continue
    raise CannotGoOn("Nothing has changed: say against what, ./dev test --changed REF")


def _differing(reference):
    """Return the paths that differ from where this branch left ``reference``."""
    base = _git("merge-base", reference, "HEAD").strip()
    known = _git("diff", "--name-only", "--no-renames", base).splitlines()
    new = _git("ls-files", "--others", "--exclude-standard").splitlines()
    return sorted({*known, *new})


def _git(*arguments):
    done = subprocess.run(
        ["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotGoOn(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _tests_of(path):
    """Return the files of tests that a changed file can touch.

    :raise Everything: if that can't be told
    """
    if path.startswith("tests/"):
        return _tests_importing(CHECKOUT / path)
    if NOTHING.match(path):
        return set()
    inside = path.removeprefix("customer_archive/")
    if inside.startswith("migrations/"):
        own = TESTS.glob("*/test_*migration*")
        return {TESTS / name for name in UPDATES}.union(own)
    if inside.startswith("i18n/"):
        return {TESTS / name for name in WORDS}
    found = set()
    if inside.startswith("security/"):
        found |= _in_packages(RIGHTS)
        if inside in ("security/rules.xml", "security/ir.model.access.csv"):
            return found | _in_packages(("files", "requests", "confidentiality"))
    if inside.startswith("tools/"):
        return found | _of_tool(inside)
    return found | _of_package(_package(inside, path)) | _naming(inside)


def _package(inside, path):
    """Return the package of models whose concern a file of the addon is."""
    if inside in CONCERNS:
        return CONCERNS[inside]
    parts = inside.split("/")
    known = {folder.parent.name for folder in MODELS.glob("*/__init__.py")}
    if parts[0] in ("models", "views") and len(parts) > 2 and parts[1] in known:
        return parts[1]
    stem = Path(inside).stem.removesuffix("_rules").removesuffix("_views")
    if stem in known:
        return stem
    # By the model whose name the file has, or begins with.
    while "_" in stem:
        if homes := list(MODELS.glob(f"*/{stem}.py")):
            return homes[0].parent.name
        stem = stem.rpartition("_")[0]
    raise Everything(path)


def _of_package(package):
    """Return the tests of a package, and of the later ones that import from it."""
    packages, grown = {package}, True
    while grown:
        used = _packages_imported().items()
        more = {name for name, others in used if others & packages} - packages
        packages |= more
        grown = bool(more)
    return _in_packages(packages) | _naming(f"models/{package}/")


@functools.cache
def _packages_imported():
    """Return, by package of models, those that it imports from."""
    found = {}
    for path in MODELS.glob("*/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level == 2 and node.module:
                used = found.setdefault(path.parent.name, set())
                used.add(node.module.split(".")[0])
    return found


def _of_tool(inside):
    """Return the tests of the packages that use a tool, and those that name it."""
    tool = Path(inside).parts[1].removesuffix(".py")
    used = re.compile(rf"tools(\.|.* import .*\b){tool}\b")
    found = _naming(inside)
    for path in ADDON.glob("[!t]*/**/*.py"):
        if used.search(path.read_text()):
            name = str(path.relative_to(ADDON))
            found |= _of_package(_package(name, name))
    if not found:
        raise Everything(inside)
    return found


def _naming(inside):
    """Return the tests that import, patch or read a file or folder of the addon."""
    name = inside.removesuffix(".py").strip("/").replace("/", ".")
    found = set()
    for path, named in _named().items():
        if any(f"{each}.".startswith(f"{name}.") for each in named):
            found |= _tests_importing(path)
    return found


@functools.cache
def _named():
    """Return, by file under tests/, the modules of the addon that it names."""
    return {
        path: {".".join(each.groups()) for each in IMPORTED.finditer(path.read_text())}
        for path in TESTS.rglob("*.py")
    }


def _in_packages(packages):
    folders = {each for name in packages for each in TESTED.get(name, (name,))}
    return {path for name in folders for path in (TESTS / name).glob("test_*.py")}


def _tests_importing(path):
    """Return the files of tests that a file under tests/ is part of."""
    if path.suffix != ".py":
        # Tables and dumps are read by the tests beside them.
        places = {"dumps": {TESTS / UPDATES[0]}}
        own = path.relative_to(TESTS).parts[0]
        return places.get(own) or _in_packages({own})
    importers = _importers()
    found, open_ = set(), [path]
    while open_:
        module = open_.pop()
        if module not in found:
            found.add(module)
            open_ += importers.get(module, ())
    return {each for each in found if each.name.startswith("test_")}


@functools.cache
def _importers():
    """Return, by file under tests/, the files there that import it."""
    found = {}
    for path in TESTS.rglob("*.py"):
        if path.parent == TESTS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level in (1, 2):
                folder = path.parents[node.level - 1]
                for module in _modules(folder, node):
                    found.setdefault(module, set()).add(path)
    return found


def _modules(folder, node):
    place = folder.joinpath(*(node.module or "").split("."))
    if place.is_dir():
        return [place / f"{each.name}.py" for each in node.names]
    return [place.with_suffix(".py")]
