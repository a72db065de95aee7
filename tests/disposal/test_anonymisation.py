"""Files that are anonymised: nobody is named any more, and what counts stays (F1)."""

import io
import json

import pypdf
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from . import test_erasure
from .disposal_case import LIST, DisposalCase

SECRETS = ("lanted", "PLANTED77", "77770001", "77770002")


class AnonymisationCase(DisposalCase):
    """Mixed into a TransactionCase or HttpCase."""

    def anonymised(self, *files):
        """Return the list on which files were anonymised, carried out."""
        self.over(*files)
        disposal = self.listed(*files)
        disposal.line_ids.action_verdict_anonymise()
        self.approve(disposal)
        self.witnessed(disposal)
        self.run_cron()
        self.assertEqual(disposal.state, "done")
        return disposal


@tagged("post_install", "-at_install")
class TestAnonymisation(AnonymisationCase, TransactionCase):
    planted = test_erasure.TestErasure.planted
    everything = test_erasure.TestErasure.everything

    def test_nobody_is_named_and_what_counts_stays(self):
        file = self.planted()
        own = file.sudo()
        agreement = self.env["customer.archive.agreement"].search(
            [("archive_id", "=", file.id)], limit=1
        )
        as_system(agreement).amount = 125000
        names = (
            *("name", "category_id", "department_id", "security_level"),
            *("opening_date", "closed_on", "company_id", "relation_stage"),
        )
        before = own.read(names)
        dates = agreement.read(["name", "amount", "date_start", "date_end"])
        key, party = own.key_id, own.partner_id
        self.anonymised(file)
        self.assertEqual(own.read(names), before)
        self.assertEqual(
            agreement.read(["name", "amount", "date_start", "date_end"]), dates
        )
        self.assertTrue(own.is_anonymised)
        self.assertEqual(own.state, "destroyed")
        keystore = self.env["customer.archive.keyring"]._keystore()
        self.assertTrue(keystore.is_destroyed(key))
        self.assertFalse(own.secret_ids)
        self.assertFalse(own.document_ids.attachment_ids)
        self.assertIn(own.name, party.name)
        left = [
            text
            for text in self.everything()
            if any(value in text for value in SECRETS)
            and not text.startswith("customer_archive_dispose ")
        ]
        self.assertEqual(left, [])

    def test_recorded_as_what_it_was(self):
        file = self.closed(partner=self.partner("个人示例甲"))
        self.anonymised(file)
        log = self.env["customer.archive.log"]
        [row] = log.search([("archive_id", "=", file.id), ("event", "=", "erase")])
        self.assertIn("anonymised list", row.detail)
        self.assertIn("Anonymised", row.with_user(self.users["auditor"]).summary)
        found = self.env["customer.archive"].search([("is_anonymised", "=", True)])
        self.assertEqual(found, file.sudo())

    def test_proposed_by_the_policy(self):
        person = self.env.ref("customer_archive.category_person")
        file, other = self.closed(), self.closed()
        as_system(file.sudo()).category_id = person
        self.over(file, other)
        self.run_cron()
        lines = self.env[LIST].search([("is_proposed", "=", True)]).line_ids
        self.assertEqual(
            {line.archive_id.id: line.verdict for line in lines},
            {file.id: "anonymise", other.id: False},
        )

    def test_refused_as_long_as_the_erp_needs_it(self):
        file, good = self.closed(), self.closed()
        self.over(file, good)
        disposal = self.listed(file, good)
        disposal.line_ids.action_verdict_anonymise()
        self.approve(disposal)
        product = self.env["product.product"].create(
            {"name": "服务", "type": "service"}
        )
        order = self.env["sale.order"].create({"partner_id": file.sudo().partner_id.id})
        order.order_line = [(0, 0, {"product_id": product.id})]
        order.action_confirm()
        as_system(file.sudo()).retention_date = "2020-01-01"
        self.witnessed(disposal)
        self.run_cron()
        lines = {line.archive_id.id: line for line in disposal.line_ids}
        self.assertEqual(lines[file.id].state, "failed")
        self.assertIn(order.name, lines[file.id].problem or "")
        self.assertEqual(lines[good.id].state, "done")
        self.assertEqual((file.state, good.state), ("closed", "destroyed"))
        self.assertFalse(file.is_anonymised)

    def test_held_it_is_not_carried_out(self):
        file = self.closed()
        self.over(file)
        disposal = self.listed(file)
        disposal.line_ids.action_verdict_anonymise()
        self.approve(disposal)
        self.by(file, "legal").action_hold("legal", "诉讼")
        with freeze_time(disposal.wait_until), self.assertRaises(UserError):
            self.by(disposal, "archivist").action_execute("匿名化")

    def test_brought_back_it_is_anonymised_again(self):
        file = self.closed()
        self.over(file)
        disposal = self.listed(file)
        disposal.line_ids.action_verdict_anonymise()
        self.approve(disposal)
        file.sudo()._erase_once_more()
        self.assertTrue(file.is_anonymised)
        self.assertTrue(disposal.line_ids.is_repeated)

    def test_nobody_says_so(self):
        file = self.closed()
        for role in ("sales", "clerk", "archivist", "admin"):
            with self.subTest(role), self.assertRaises(Exception):  # noqa: B017
                self.by(file, role).is_anonymised = True


@tagged("post_install", "-at_install")
class TestAnonymisationCertificate(AnonymisationCase, HttpCase):
    def printed(self, disposal):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, kind = reports.with_user(self.users["archivist"])._render_qweb_pdf(
            "customer_archive.report_certificate", disposal.ids
        )
        self.assertEqual(kind, "pdf")
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def test_certificate(self):
        file = self.closed(partner=self.partner("Gone Person"))
        disposal = self.anonymised(file)
        text = self.printed(disposal)
        self.assertIn("Certificate of Anonymisation", text)
        self.assertNotIn("Certificate of Destruction", text)
        self.assertIn(file.name, text)
        self.assertNotIn("Gone Person", text)
        [stored] = self.by(disposal, "archivist").certificate_ids.filtered(
            lambda each: each.mimetype == "application/json"
        )
        [said] = json.loads(stored.raw)["files"]
        self.assertEqual(said["ending"], "anonymise")
        self.assertTrue(said["key_destroyed_at"])

    def test_both_on_one_list(self):
        one, other = self.closed(), self.closed()
        self.over(one, other)
        disposal = self.listed(one, other)
        disposal.line_ids[0].action_verdict_anonymise()
        self.approve(disposal)
        self.witnessed(disposal)
        self.run_cron()
        text = self.printed(disposal)
        self.assertIn("Certificate of Destruction and Anonymisation", text)
