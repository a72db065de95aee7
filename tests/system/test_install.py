import os
import re
from pathlib import Path

import polib

from odoo import tools
from odoo.tests import TransactionCase, tagged

from odoo.addons import customer_archive

ADDON = Path(customer_archive.__path__[0])


@tagged("post_install", "-at_install")
class TestInstall(TransactionCase):
    def test_installation_logs_no_warning(self):
        """What is logged during the tests is checked after each, in conftest.py."""
        path = os.environ.get("CUSTOMER_ARCHIVE_INSTALL_LOG") or tools.config["logfile"]
        self.assertTrue(path, "run by ./dev test, or with Odoo's --logfile")
        lines = Path(path).read_text().splitlines()
        self.assertTrue(any("Module customer_archive loaded" in line for line in lines))
        self.assertFalse(
            [line for line in lines if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]
        )

    def test_every_model_has_access_rights_and_portal_has_none(self):
        models = self.env["ir.model"].search(
            [("model", "=like", "customer.archive%"), ("abstract", "=", False)]
        )
        self.assertGreater(len(models), 10)
        outside = self.env.ref("base.group_portal") + self.env.ref("base.group_public")
        for model in models:
            self.assertTrue(model.access_ids, model.model)
            self.assertTrue(
                all(access.group_id for access in model.access_ids), model.model
            )
            self.assertFalse(model.access_ids.group_id & outside, model.model)

    def test_records_are_found_by_what_is_typed_of_their_name(self):
        # A warning fails this test, too: some models would find everything.
        for name in self.env.registry:
            model = self.env[name]
            if name.startswith("customer.archive") and not (
                model._abstract or model._transient
            ):
                with self.subTest(name):
                    self.assertEqual(model.name_search("no such name"), [])

    def test_translation_is_complete(self):
        """zh_CN has a text for every term of the source, with the same placeholders."""
        folder = ADDON / "i18n"
        catalogue = polib.pofile(str(folder / "zh_CN.po"))
        terms = [entry for entry in catalogue if not entry.obsolete]
        self.assertGreater(len(terms), 300)
        self.assertEqual(
            [entry.msgid for entry in terms if not entry.msgstr or entry.fuzzy], []
        )
        pattern = re.compile(r"%(?:\(\w+\))?[sd]")
        for entry in terms:
            self.assertEqual(
                sorted(pattern.findall(entry.msgid)),
                sorted(pattern.findall(entry.msgstr)),
                entry.msgid,
            )
