"""The tables of requirements and of obligations name tests that show what they say."""

import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

HERE = Path(__file__).resolve().parents[1]
DOCS = HERE.parent / "docs"
TABLE, OBLIGATIONS = DOCS / "requirements.md", DOCS / "obligations.md"
TEST = re.compile(r"`(test_\w+\.py)::(\w+)::(\w+)`")
ROWS = dict(zip("ABCDEFGHI", (24, 10, 9, 8, 6, 8, 8, 10, 5), strict=True))
NUMBERS = {"RR": 38, "CD": 33, "EN": 52, "SC": 62, "RI": 26}
# Capabilities that bring what isn't there yet, as docs/obligations.md explains them.
LATER = {f"later: {each}" for each in ("portal and consent", "backup")}


def docstrings():
    """Return what each test says: by file, class and method, of itself and around."""
    said = {}
    for path in HERE.rglob("test_*.py"):
        module = ast.parse(path.read_text())
        for group in module.body:
            if not isinstance(group, ast.ClassDef):
                continue
            for each in group.body:
                if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                    texts = map(ast.get_docstring, (module, group, each))
                    name = path.name, group.name, each.name
                    said[name] = "\n".join(filter(None, texts))
    return said


def table_rows(path, pattern, width):
    """Return the cells of the rows whose first cell is like the pattern."""
    lines = re.findall(rf"^\| ({pattern} \|.*) \|$", path.read_text(), re.MULTILINE)
    rows = [[cell.strip() for cell in line.split(" |")] for line in lines]
    assert all(len(row) == width for row in rows), "a row has another number of cells"
    return rows


def shown_by(cell):
    """Return the tests in a cell, and whatever else is in it."""
    parts = [part for part in cell.split("<br>") if part]
    tests = [match.groups() for match in map(TEST.fullmatch, parts) if match]
    return tests, [part for part in parts if not TEST.fullmatch(part)]


@tagged("post_install", "-at_install")
class TestRequirements(BaseCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.said = docstrings()
        cls.rows = table_rows(TABLE, r"[A-I]\d+", 4)
        cls.obligations = table_rows(OBLIGATIONS, r"(?:RR|CD|EN|SC|RI)-\d+", 5)

    def test_files_are_told_by_their_names(self):
        """A test is named by file, class and method: no two files have one name."""
        names = [path.name for path in HERE.rglob("test_*.py")]
        self.assertEqual(len(names), len(set(names)))

    def test_every_test_named_exists(self):
        for path, least in ((TABLE, 300), (OBLIGATIONS, 300)):
            text = path.read_text()
            named = TEST.findall(text)
            self.assertGreater(len(named), least, path.name)
            # Nor is one written in another way, so that nobody looks for it.
            self.assertEqual(len(named), len(re.findall(r"test_\w+\.py::", text)))
            self.assertEqual(set(named) - self.said.keys(), set(), path.name)

    def test_every_row_is_there_once(self):
        expected = [
            f"{letter}{number + 1}"
            for letter, count in ROWS.items()
            for number in range(count)
        ]
        self.assertEqual(sorted(row[0] for row in self.rows), sorted(expected))

    def test_every_row_has_a_test_or_a_reason(self):
        for row in self.rows:
            tests, reasons = shown_by(row[-1])
            self.assertTrue(tests or reasons, row[0])
            unknown = set(reasons) - LATER - {"not yet"}
            self.assertFalse(unknown, row[0])

    def test_tests_mention_the_row(self):
        """Whoever changes a test sees which row it shows."""
        silent = [
            f"{row[0]}: {'::'.join(test)}"
            for row in self.rows
            for test in shown_by(row[-1])[0]
            if not re.search(rf"\b{row[0]}\b", self.said.get(test, ""))
        ]
        self.assertEqual(silent, [])

    def test_every_obligation_is_there_once(self):
        expected = [
            f"{source}-{number + 1}"
            for source, count in NUMBERS.items()
            for number in range(count)
        ]
        self.assertEqual([row[0] for row in self.obligations], expected)
        self.assertEqual(len(expected), 211)

    def test_every_obligation_has_a_test_or_a_reason(self):
        for number, *_words, cell in self.obligations:
            tests, reasons = shown_by(cell)
            self.assertTrue(tests or reasons, number)
            self.assertFalse(set(reasons) - LATER, number)

    def test_obligations_name_rows(self):
        known = {row[0] for row in self.rows}
        for number, _words, rows, *_more in self.obligations:
            self.assertTrue(rows.split(), number)
            self.assertFalse(set(rows.split()) - known, number)

    def test_the_reasons_are_known(self):
        """Those of the forms, too; and each is explained."""
        text = OBLIGATIONS.read_text()
        given = re.findall(r"(?:\| |<br>)((?:later|in work): .*?)(?=<br>| \|)", text)
        # Each that is written, but for where they are explained.
        written = re.findall(r"(?<!`)\b(?:later|in work): ", text)
        self.assertEqual(len(given), len(written))
        self.assertTrue(given)
        self.assertEqual(set(given) - LATER, set())
        for reason in LATER:
            self.assertIn(f"- `{reason}`: ", text)
