import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

HERE = Path(__file__).resolve().parents[1]
TABLE = HERE.parent / "docs" / "requirements.md"


def methods_of(path):
    """Return "Class::method" of every test in a file."""
    return {
        f"{node.name}::{each.name}"
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


@tagged("post_install", "-at_install")
class TestRequirements(BaseCase):
    def test_every_test_named_exists(self):
        named = re.findall(r"`(test_\w+\.py)::(\w+::\w+)`", TABLE.read_text())
        self.assertGreater(len(named), 20)
        files = {path.name: path for path in HERE.rglob("test_*.py")}
        missing = [
            f"{file}::{test}"
            for file, test in named
            if file not in files or test not in methods_of(files[file])
        ]
        self.assertEqual(missing, [])

    def test_every_row_is_there_once(self):
        ids = re.findall(r"^\| ([A-I]\d+) \|", TABLE.read_text(), re.MULTILINE)
        self.assertEqual(len(ids), len(set(ids)))
        counts = {
            letter: sum(each[0] == letter for each in ids) for letter in "ABCDEFGHI"
        }
        self.assertEqual(list(counts.values()), [21, 9, 7, 6, 5, 8, 8, 10, 5])
