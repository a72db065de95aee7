"""Record rules are laid out as models are, and none is forgotten."""

import ast
import re

from lxml import etree

from odoo.tests import BaseCase, TransactionCase, tagged

from odoo.addons.customer_archive.models.common.roles import READ_ALL, SEES_MASKED

from .test_layers import ADDON, MODELS, models_of, packages

ARCHIVE, SECRET = "customer.archive", "customer.archive.secret"
# Longer ones are to be said by ``reader``, see models/confidentiality/reader.py.
LONGEST = 160
# What is in no company's rule: each has but one reader.
NO_COMPANY = {"customer.archive.register.run"}
# What is about files and goes by no rule of theirs: holds are for those who see blocked
# files, the access record for those who see all; rows of a ledger go with their import.
NOT_BY_BLOCK = {
    "customer.archive.hold",
    "customer.archive.import.row",
    "customer.archive.log",
}
NOT_BY_LEVEL = NOT_BY_BLOCK - {"customer.archive.hold"}
# Dialogs that hold nothing but what is counted anew.
NOT_OWN = {"customer.archive.uninstall"}


def files():
    """Return the files of record rules by their packages."""
    found = (ADDON / "security").glob("*rules*.xml")
    return {path.stem.removesuffix("_rules"): path for path in sorted(found)}


def rules(path):
    """Yield (id, model, domain) of each rule in a file."""
    for record in etree.parse(path).iter("record"):
        model = record.find("field[@name='model_id']").get("ref")
        yield record.get("id"), model, record.findtext("field[@name='domain_force']")


def homes():
    """Return the package that each model is defined in, by the XML id of the model."""
    found = {}
    for package in reversed(packages()):
        for path in (MODELS / package).glob("*.py"):
            for model in models_of(path.read_text()):
                found[f"model_{model.replace('.', '_')}"] = package
    return found


@tagged("post_install", "-at_install")
class TestRuleFiles(BaseCase):
    def test_one_file_for_each_package(self):
        order = packages()
        self.assertLessEqual(set(files()), set(order))
        manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
        named = [
            re.sub(r"security/|_rules\.xml", "", name)
            for name in manifest["data"]
            if "rules" in name
        ]
        self.assertEqual(named, [name for name in order if name in files()])

    def test_rules_are_of_the_package_or_of_one_before(self):
        order, home = packages(), homes()
        for package, path in files().items():
            for name, model, _domain in rules(path):
                if model in home:
                    with self.subTest(name):
                        first, here = order.index(home[model]), order.index(package)
                        self.assertLessEqual(first, here, "lies below its model")

    def test_domains_are_short(self):
        for path in files().values():
            for name, _model, domain in rules(path):
                with self.subTest(name):
                    self.assertLessEqual(max(map(len, domain.splitlines())), LONGEST)

    def test_administrators_may_change_them(self):
        for path in files().values():
            self.assertEqual(etree.parse(path).getroot().get("noupdate"), "1", path)


@tagged("post_install", "-at_install")
class TestRulesOfModels(TransactionCase):
    """Reckoned from the registry: whoever adds a model is told what it lacks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = {
            name: cls.env[name]
            for name in cls.env.registry
            if name.startswith(ARCHIVE) and not cls.env[name]._abstract
        }
        found = cls.env["ir.rule"].search([("model_id.model", "in", [*cls.models])])
        cls.rules = found.grouped(lambda rule: rule.model_id.model)

    def lacking(self, field, part):
        """Return the lasting models with a field but no rule for all by ``part``."""
        return {
            name
            for name, model in self.models.items()
            if not model._transient and field in model._fields
            if model._fields[field].store and not self.says(name, part)
        }

    def says(self, model, part):
        return any(
            part in rule.domain_force and not rule.groups
            for rule in self.rules.get(model, ())
        )

    def test_companies(self):
        self.assertEqual(self.lacking("company_id", "company_ids"), NO_COMPANY)

    def test_levels(self):
        within = self.lacking("archive_id", "reader.within_level('archive_id')")
        # Where what has no file is there for everybody.
        optional = "reader.cleared_for('archive_id', optional=True)"
        found = within & self.lacking("archive_id", optional)
        self.assertEqual(found, NOT_BY_LEVEL)
        self.assertTrue(self.says(ARCHIVE, "reader.within_level()"))

    def test_blocked_files(self):
        found = self.lacking("archive_id", "reader.unblocked('archive_id')")
        self.assertEqual(found, NOT_BY_BLOCK)
        self.assertTrue(self.says(ARCHIVE, "reader.unblocked()"))

    def test_dialogs(self):
        found = {
            name
            for name, model in self.models.items()
            if model._transient
            if not self.says(name, "[('create_uid', '=', user.id)]")
        }
        self.assertEqual(found, NOT_OWN)

    # Roles in code, and those of the rules and rights

    def test_who_reads_all(self):
        reading = self.rules[ARCHIVE].filtered(
            lambda rule: rule.groups and rule.perm_read
        )
        every = reading.filtered(lambda rule: rule.domain_force == "[(1, '=', 1)]")
        self.assertEqual(self.names(every.groups), set(READ_ALL.split(",")))

    def test_who_sees_masked_values(self):
        readers = self.env["ir.model.access"].search(
            [("model_id.model", "=", SECRET), ("perm_read", "=", True)]
        )
        self.assertEqual(self.names(readers.group_id), set(SEES_MASKED.split(",")))

    def names(self, groups):
        return set(groups.get_external_id().values())
