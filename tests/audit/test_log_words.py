"""Every code that can get into the access record has words, in both languages."""

import ast
import re

from odoo.tests import BaseCase, TransactionCase, tagged

from ...models.audit import phrases as log_phrases
from ...models.audit import words_system as log_words_system
from ...models.audit.names import Names
from ...models.audit.operations import operation_words
from ..rights.rights_case import our_models
from .log_sites import RECORDING, Sources

LOG = "customer.archive.log"
KEYS = "customer.archive.keyring"
OPERATIONS = {"read", "write", "create", "unlink"}
# What a record says of itself, wherever it is recorded: no text of this addon.
NOT_OURS = {
    "models/approvals/customer_archive_approval_mixin.py": {"draft > review"},
    # The names of fields and roles, whose labels are looked up.
    "models/common/customer_archive_configured.py": {
        "create",
        "write department_id",
        "unlink",
    },
    "models/audit/base.py": {"2: name partner_id/name", "2: register ledger"},
    "models/confidentiality/res_users.py": {
        "+customer_archive.group_clerk -base.group_user"
    },
    "models/ledger_import/customer_archive_import_write.py": {
        "created import 7",
        "updated import 7: note partner_id.phone",
    },
    # An event that comes from outside the function: see Odoo's four operations.
    "models/audit/ir_model_access.py": OPERATIONS,
    "models/audit/ir_rule.py": OPERATIONS,
}
REPORTS = {"customer_archive.report_loan"}


@tagged("post_install", "-at_install")
class TestForms(BaseCase):
    """The forms of details, without a database."""

    def test_a_form_is_taken_once(self):
        for detail in ("attachment 7", "attachment 7 unmarked"):
            self.assertIsNotNone(log_phrases.phrase("view", detail))
        self.assertIsNone(log_phrases.phrase("view", "attachment x"))
        self.assertIsNone(log_phrases.phrase("nothing", "attachment 7"))
        self.assertIsNone(log_phrases.phrase("loan", "JY-2026-0001 eaten"))


@tagged("-at_install", "post_install")
class TestLogWords(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        selections = {}
        for model in our_models(cls.env):
            for field in cls.env[model]._fields.values():
                if field.type == "selection" and isinstance(field.selection, list):
                    codes = selections.setdefault(field.name, set())
                    codes.update(code for code, _label in field.selection)
        cls.sources = Sources(selections)
        cls.sites = list(cls.sources.sites())
        cls.events = set(dict(cls.env[LOG]._fields["event"].selection))

    def details(self, site):
        """Return the details of a site: those found, or samples of what isn't ours."""
        name = site.place.split(":")[0]
        if name == "models/audit/ir_actions_report.py":
            return REPORTS
        if site.events == {"denied"} and site.details:
            # What was refused is a code of ours, wherever it stands.
            return site.details
        return site.details | NOT_OURS.get(name, set())

    def test_the_sources_are_read(self):
        """A walk that finds nothing would prove nothing."""
        details = {each for site in self.sites for each in site.details}
        self.assertGreater(len(self.sites), 40)
        for known in ("fell due", "blocked", "waive", "witness", "1 lost", "record"):
            self.assertIn(known, details)
        events = set().union(*(site.events for site in self.sites))
        self.assertEqual(self.events, events)

    def test_nothing_is_recorded_about_an_abstract_model(self):
        """What somebody did is found by the record he did it to.

        The keystore alone has no records: it is a folder.
        """
        found = set()
        for name in (*RECORDING, "_record_refusal", "_refusal"):
            for function, call in self.sources.calls.get(name, ()):
                about = [call.func.value] if name == "_refusal" else call.args[:2]
                words = " ".join(map(ast.unparse, about))
                for model in re.findall(r"env\['([\w.]+)'\]", words):
                    if self.env[model]._abstract:
                        found.add((function.file, model))
        self.assertLessEqual({model for _file, model in found}, {KEYS}, found)

    def test_every_detail_is_followed(self):
        for site in self.sites:
            with self.subTest(site.place):
                self.assertTrue(site.events)
                self.assertTrue(self.details(site), "its details aren't found")

    def test_every_code_has_words(self):
        for site in self.sites:
            for event in site.events:
                for detail in self.details(site):
                    with self.subTest(site.place, event=event, detail=detail):
                        self.assertTrue(
                            self._words(event, detail), (site.place, event, detail)
                        )

    def _words(self, event, detail):
        found = log_phrases.phrase(event, detail)
        if not found:
            return False
        function, groups = found
        if function is log_words_system._denied:
            return operation_words(self.env, groups["operation"])
        return True

    def test_operations_in_both_languages(self):
        operations = {
            found[1]["operation"]
            for site in self.sites
            if site.events == {"denied"}
            for detail in self.details(site)
            if (found := log_phrases.phrase("denied", detail))
            and "operation" in found[1]
        }
        self.assertGreater(len(operations), 40)
        chinese = self.env(context={"lang": "zh_CN"})
        for code in operations:
            with self.subTest(code):
                self.assertTrue(operation_words(self.env, code).isascii())
                self.assertRegex(operation_words(chinese, code), "[\u4e00-\u9fff]")
        self.assertIsNone(Names(self.env).of("res.users", False))
