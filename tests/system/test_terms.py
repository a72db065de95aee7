"""What the code says is in the Chinese catalogue, as it is written."""

import ast
import re
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

from odoo.addons import customer_archive

ADDON = Path(customer_archive.__path__[0])
SHIPPED = ("controllers", "models", "wizards")
TERM_OF_SCRIPT = re.compile(r"\b_t\(\s*((?:\"(?:[^\"\\]|\\.)*\"\s*\+?\s*)+)")


def terms_of_python(source):
    """Return the texts that Python source has translated."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "_"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def terms_of_script(source):
    """Return the texts that JavaScript has translated."""
    return {
        "".join(
            ast.literal_eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', each)
        )
        for each in TERM_OF_SCRIPT.findall(source)
    }


@tagged("post_install", "-at_install")
class TestTerms(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        catalogue = polib.pofile(str(ADDON / "i18n" / "zh_CN.po"))
        cls.chinese = {entry.msgid for entry in catalogue if entry.msgstr}

    def test_python(self):
        for folder in SHIPPED:
            for path in sorted((ADDON / folder).rglob("*.py")):
                with self.subTest(str(path.relative_to(ADDON))):
                    missing = terms_of_python(path.read_text()) - self.chinese
                    self.assertFalse(missing, "./dev translations NEW.po adds them")

    def test_scripts(self):
        found = set()
        for path in sorted((ADDON / "static" / "src").rglob("*.js")):
            terms = terms_of_script(path.read_text())
            found |= terms
            with self.subTest(path.name):
                self.assertFalse(terms - self.chinese)
        self.assertTrue(found, "the walk finds none at all")

    def test_what_is_new_is_found(self):
        source = 'raise UserError(self.env._("Nobody has put this into Chinese."))'
        self.assertFalse(terms_of_python(source) <= self.chinese)
        self.assertEqual(terms_of_script('_t("Never " +\n "seen")'), {"Never seen"})
