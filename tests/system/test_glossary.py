"""The glossary says what screens say, and knows every model."""

import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

ADDON = Path(customer_archive.__path__[0])
GLOSSARY = ADDON.resolve().parent / "docs" / "glossary.md"
ROW = re.compile(
    r"\| (?P<term>[^|]+) \| (?P<chinese>[^|]+) \| [^|]+ \| (?P<code>[^|]*)\|"
)


@tagged("post_install", "-at_install")
class TestGlossary(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = [row.groupdict() for row in ROW.finditer(GLOSSARY.read_text())]
        cls.chinese = {row["term"]: row["chinese"] for row in rows}
        cls.names = set(re.findall(r"`([\w.]+)`", " ".join(r["code"] for r in rows)))
        cls.models = [
            model
            for name, model in cls.env.items()
            if name.partition(".archive")[0] == "customer" and not model._abstract
        ]

    def test_every_model_is_named(self):
        models = {model._name for model in self.models}
        self.assertGreater(len(models), 30)
        self.assertFalse(models - self.names)

    def test_models_have_their_words(self):
        for model in self.models:
            with self.subTest(model._name):
                self.assertIn(model._description, self.chinese)
                self.check(model._description)

    def test_roles_have_their_words(self):
        roles = self.env.ref("customer_archive.privilege_customer_archive").group_ids
        self.assertGreater(len(roles), 5)
        for role in roles.with_context(lang="en_US"):
            with self.subTest(role.name):
                self.assertIn(role.name, self.chinese)
                self.check(role.name)

    def check(self, term):
        catalogue = polib.pofile(str(ADDON / "i18n" / "zh_CN.po"))
        self.assertEqual(catalogue.find(term).msgstr, self.chinese[term])
