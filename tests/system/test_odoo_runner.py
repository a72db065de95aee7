import importlib
import inspect
from pathlib import Path
from unittest import TestCase, defaultTestLoader

from odoo.tests import BaseCase, tagged
from odoo.tests.tag_selector import TagsSelector

HERE = Path(__file__).resolve().parents[1]
PACKAGE = "odoo.addons.customer_archive.tests"


def module_name(path):
    """Return under which name a file of tests is imported."""
    return ".".join((PACKAGE, *path.relative_to(HERE).with_suffix("").parts))


@tagged("post_install", "-at_install")
class TestOdooRunner(BaseCase):
    """``odoo --test-enable`` and pytest run the same tests.

    Odoo asks each class for what its own base class sets; a plain ``TestCase`` with a
    tag stops the whole run, that of every other addon included.
    """

    def test_odoo_imports_every_file(self):
        """Odoo takes modules of the package of tests that begin with ``test_``."""
        package = importlib.import_module(PACKAGE)
        modules = inspect.getmembers(package, inspect.ismodule)
        found = {
            module.__name__ for name, module in modules if name.startswith("test_")
        }
        self.assertEqual(set(map(module_name, HERE.rglob("test_*.py"))), found)

    def test_odoo_selects_every_class(self):
        selector = TagsSelector("/customer_archive")
        for path in sorted(HERE.rglob("test_*.py")):
            module = importlib.import_module(module_name(path))
            for name, case in inspect.getmembers(module, inspect.isclass):
                if not issubclass(case, TestCase) or case.__module__ != module.__name__:
                    continue
                for method in defaultTestLoader.getTestCaseNames(case):
                    with self.subTest(f"{path.stem}.{name}.{method}"):
                        self.assertTrue(selector.check(case(method)))
                        self.assertIn("post_install", case.test_tags)
