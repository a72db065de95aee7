"""The house keeps its rooms: packages in layers, files named by their models."""

import ast
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons import customer_archive

ADDON = Path(customer_archive.__path__[0])
MODELS = ADDON / "models"
# Rules over several models: each is a room with a plain name, whose first lines say it.
ROOMS = {
    "common/company_day.py",
    "common/stand_in.py",
    "files/need_to_know.py",
    "confidentiality/user_names.py",
    "history/embedded_pictures.py",
    "history/hidden_names.py",
    "history/mail_language.py",
    "history/messages_elsewhere.py",
    "history/recipients.py",
    "succession/leaving.py",
}


def packages(root=MODELS):
    """Return the names of the packages in the order of their layers."""
    [statement] = ast.parse((root / "__init__.py").read_text()).body
    return [each.name for each in statement.names]


def upward(source, package, order):
    """Return the packages of later layers that a module imports from."""
    later = set(order[order.index(package) + 1 :])
    imported = (
        node.module.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.level == 2 and node.module
    )
    return sorted(later.intersection(imported))


def models_of(source):
    """Return the models that a module's classes define or extend."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            said = _said(node)
            model = said.get("_name") or said.get("_inherit")
            found += [model] if isinstance(model, str) else model or []
    return found


def _said(node):
    return {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and getattr(statement.targets[0], "id", "") in ("_name", "_inherit")
        and isinstance(statement.value, ast.Constant | ast.List)
    }


def is_named(stem, models):
    """Whether a file is named by the one model in it, or by that and its parts."""
    names = [model.replace(".", "_") for model in models]
    own = [name for name in names if stem == name or stem.startswith(f"{name}_")]
    return bool(own) and all(name.startswith(max(own, key=len)) for name in names)


@tagged("post_install", "-at_install")
class TestLayers(BaseCase):
    def files(self):
        for path in sorted(MODELS.glob("*/*.py")):
            if path.name != "__init__.py":
                yield str(path.relative_to(MODELS)), path

    def test_nothing_lies_flat(self):
        for folder in (MODELS, ADDON / "tests"):
            flat = {path.name for path in folder.glob("*.py")}
            self.assertEqual(flat, {"__init__.py"}, folder)
        self.assertFalse(
            [
                path.name
                for path in (ADDON / "views").glob("*.xml")
                if not path.name.startswith("menus")
            ]
        )

    def test_packages_are_all_in_the_order(self):
        folders = {path.parent.name for path in MODELS.glob("*/__init__.py")}
        self.assertEqual(set(packages()), folders)

    def test_imports_go_down(self):
        order = packages()
        for name, path in self.files():
            with self.subTest(name):
                found = upward(path.read_text(), path.parent.name, order)
                self.assertFalse(found, "imports from packages after its own")

    def test_files_are_named_by_their_models(self):
        for name, path in self.files():
            models = models_of(path.read_text())
            if models and name not in ROOMS:
                with self.subTest(name):
                    self.assertTrue(is_named(path.stem, models), models)

    def test_no_class_says_a_thing_twice(self):
        """The second of two methods of a name takes the place of the first."""
        for name, path in self.files():
            for model in ast.parse(path.read_text()).body:
                if isinstance(model, ast.ClassDef):
                    methods = [
                        each.name
                        for each in model.body
                        if isinstance(each, ast.FunctionDef)
                    ]
                    with self.subTest(f"{name} {model.name}"):
                        self.assertEqual(len(methods), len(set(methods)))

    def test_rooms_say_what_they_are(self):
        for name in ROOMS:
            self.assertTrue(ast.get_docstring(ast.parse((MODELS / name).read_text())))
            models = models_of((MODELS / name).read_text())
            self.assertGreater(len(set(models)), 1, f"{name} is named by its model now")

    def test_what_is_broken_is_found(self):
        """The walks above see an import upward, and a file under a wrong name."""
        order = ["common", "files", "loans"]
        source = "from ..loans.customer_archive_loan import MOVES\n"
        self.assertEqual(upward(source, "files", order), ["loans"])
        self.assertFalse(upward(source, "loans", order))
        source = "class Loan(models.Model):\n    _inherit = 'customer.archive.loan'\n"
        models = models_of(source)
        self.assertTrue(is_named("customer_archive_loan_reminder", models))
        self.assertFalse(is_named("customer_archive_use", models))
        models.append("customer.archive")
        self.assertFalse(is_named("customer_archive_loan", models))
