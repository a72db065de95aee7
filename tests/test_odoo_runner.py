import ast
import importlib
import inspect
from pathlib import Path
from unittest import TestCase, defaultTestLoader

from odoo.tests import BaseCase, tagged
from odoo.tests.tag_selector import TagsSelector

HERE = Path(__file__).resolve().parent
PACKAGE = "odoo.addons.customer_archive.tests"


@tagged("post_install", "-at_install")
class TestOdooRunner(BaseCase):
    """``odoo --test-enable`` and pytest run the same tests.

    Odoo asks each class for what its own base class sets; a plain ``TestCase`` with a
    tag stops the whole run, that of every other addon included.
    """

    def test_odoo_imports_every_file(self):
        tree = ast.parse((HERE / "__init__.py").read_text())
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        self.assertEqual({path.stem for path in HERE.glob("test_*.py")}, imported)

    def test_odoo_selects_every_class(self):
        selector = TagsSelector("/customer_archive")
        for path in sorted(HERE.glob("test_*.py")):
            module = importlib.import_module(f"{PACKAGE}.{path.stem}")
            for name, case in inspect.getmembers(module, inspect.isclass):
                if not issubclass(case, TestCase) or case.__module__ != module.__name__:
                    continue
                for method in defaultTestLoader.getTestCaseNames(case):
                    with self.subTest(f"{path.stem}.{name}.{method}"):
                        self.assertTrue(selector.check(case(method)))
                        self.assertIn("post_install", case.test_tags)
