"""The house keeps its rooms: packages in layers, files named by their models."""

import ast
import re
from pathlib import Path

from lxml import etree

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
        flat = [path.name for path in (ADDON / "views").glob("*.xml")]
        self.assertEqual(flat, ["menus.xml"])

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


def loaded_wrongly(names, order):
    """Return the files of a manifest's data that come too late, or are no such files.

    Rights come first, then data, dialogs, prints, screens by package, menus last.
    """
    kinds = [
        r"security/groups\.xml",
        r"security/ir\.model\.access\.csv",
        r"security/(\w+_)?rules\.xml",
        r"data/(\w+_data|registers/\w+)\.xml",
        r"wizards/\w+_views\.xml",
        r"reports/\w+_reports\.xml",
        *(rf"views/{package}/\w+_(views|templates)\.xml" for package in order),
        r"views/menus\.xml",
    ]
    last, wrong = 0, []
    for name in names:
        places = [at for at, kind in enumerate(kinds) if re.fullmatch(kind, name)]
        if not places or places[0] < last:
            wrong.append(name)
        else:
            last = places[0]
    return wrong


def pieces(root):
    """Return the views that extend one of the addon, and are no variants of it."""
    found = []
    for node in root.iter("record", "template"):
        fields = {field.get("name"): field for field in node.iter("field")}
        inherited, mode = fields.get("inherit_id"), fields.get("mode")
        whole = node.get("inherit_id")
        if inherited is not None:
            whole = inherited.get("ref") or inherited.get("eval")
        is_variant = node.get("primary") or mode is not None and mode.text == "primary"
        if whole and not is_variant and ("." not in whole or "customer_arch" in whole):
            found.append(node.get("id"))
    return found


def models_shown(root):
    """Return the models of a file's views, or of its actions if it has no views."""
    return [
        field.text
        for field in root.iterfind("record[@model='ir.ui.view']/field[@name='model']")
    ] or [field.text for field in root.iterfind("record/field[@name='res_model']")]


@tagged("post_install", "-at_install")
class TestScreens(BaseCase):
    def files(self, folder):
        for path in sorted((ADDON / folder).rglob("*.xml")):
            yield path, etree.parse(path).getroot()

    def test_a_screen_is_one_view(self):
        for folder in ("views", "wizards", "reports", "data"):
            for path, root in self.files(folder):
                with self.subTest(path.name):
                    self.assertFalse(pieces(root), "are part of the view they extend")

    def test_files_of_views_are_named_by_their_models(self):
        for path, root in self.files("views"):
            stem = path.stem.removesuffix("_views")
            if path.stem != stem:
                with self.subTest(str(path.relative_to(ADDON))):
                    models = models_shown(root)
                    self.assertTrue(is_named(stem, models), models)

    def test_files_of_data_are_named_by_their_models(self):
        for path, root in self.files("data"):
            if path.parent.name == "data":
                [name, *_] = [
                    node.get("model") for node in root.iter("record", "function")
                ]
                with self.subTest(path.name):
                    self.assertEqual(path.name, f"{name.replace('.', '_')}_data.xml")

    def test_menus_are_in_one_file(self):
        self.assertEqual(
            [
                path.name
                for path, root in self.files(".")
                if root.find(".//menuitem") is not None
            ],
            ["menus.xml"],
        )

    def test_the_manifest_is_complete_and_in_order(self):
        names = ast.literal_eval((ADDON / "__manifest__.py").read_text())["data"]
        self.assertFalse(loaded_wrongly(names, packages()))
        there = {
            str(path.relative_to(ADDON))
            for folder in ("security", "data", "wizards", "reports", "views")
            for path in (ADDON / folder).rglob("*.*")
            if path.suffix in (".xml", ".csv")
        }
        self.assertEqual(sorted(names), sorted(there))

    def test_what_is_broken_is_found(self):
        """The walks above see a piece, a file that comes too late, a wrong name."""
        view = (
            "<odoo><record id='piece' model='ir.ui.view'>"
            "<field name='model'>hr.leave</field>"
            "<field name='inherit_id' {}/>{}</record></odoo>"
        )
        for whole in (
            "ref='view_own'",
            "ref='customer_archive.own'",
            "eval=\"ref('own')\"",
        ):
            root = etree.fromstring(view.format(whole, ""))
            self.assertEqual(pieces(root), ["piece"])
            variant = view.format(whole, "<field name='mode'>primary</field>")
            self.assertFalse(pieces(etree.fromstring(variant)))
        self.assertFalse(pieces(etree.fromstring(view.format("ref='base.view'", ""))))
        template = "<odoo><template id='piece' inherit_id='report_own'/></odoo>"
        self.assertEqual(pieces(etree.fromstring(template)), ["piece"])
        self.assertEqual(models_shown(root), ["hr.leave"])
        right = ["security/groups.xml", "security/rules.xml", "data/a_data.xml"]
        right += [
            "views/files/a_views.xml",
            "views/loans/b_views.xml",
            "views/menus.xml",
        ]
        order = ["files", "loans"]
        self.assertFalse(loaded_wrongly(right, order))
        for number, name in enumerate(right[:-1]):
            late = right[:number] + right[number + 1 :] + [name]
            self.assertEqual(loaded_wrongly(late, order), [name])
        for name in ("views/loans/b.xml", "views/gone/b_views.xml", "data/a.xml"):
            self.assertEqual(loaded_wrongly([*right, name], order), [name])
