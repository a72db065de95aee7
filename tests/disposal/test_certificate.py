import io
import json

import openpyxl
import pypdf

from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.customer_archive.tools.certificate import Certificate

from .disposal_case import DisposalCase


@tagged("post_install", "-at_install")
class TestCertificateLanguage(DisposalCase, TransactionCase):
    """A job draws it up, which has no language: it is in that of the company."""

    def setUp(self):
        super().setUp()
        self.company.partner_id.lang = "zh_CN"

        def printing(report, name, ids):
            # What would be printed; tests print no PDF of their own accord.
            return report._render_qweb_html(name, ids)[0], "pdf"

        self.patch(self.registry["ir.actions.report"], "_render_qweb_pdf", printing)
        file = self.closed(partner=self.partner("南京示例贸易有限公司"))
        self.over(file)
        self.disposal = self.approve(self.listed(file))
        self.witnessed(self.disposal)
        self.run_cron()
        self.assertEqual(self.disposal.state, "done")

    def kept(self, kind):
        """Return what is stored of a kind; its digest was checked."""
        stored = self.disposal._bound_certificate(kind)
        return self.by(stored, "archivist").raw

    def test_printed(self):
        printed = self.kept("pdf").decode()
        self.assertIn("销毁证明", printed)
        self.assertNotIn("Executed", printed)

    def test_for_machines(self):
        values = json.loads(self.kept("json"))
        steps = self.disposal._approved_rows().with_context(lang="zh_CN")
        self.assertEqual(
            [row["step"] for row in values["approvals"]], steps.mapped("name")
        )
        english = steps.with_context(lang="en_US").mapped("name")
        self.assertNotEqual(steps.mapped("name"), english)


@tagged("post_install", "-at_install")
class TestCertificate(DisposalCase, HttpCase):
    """Requirements F5 and H6: the certificate in print, and the register."""

    def setUp(self):
        super().setUp()
        self.file = self.closed(partner=self.partner("Gone Ltd"))
        self.over(self.file)
        self.disposal = self.approve(self.listed(self.file))
        self.witnessed(self.disposal)
        self.run_cron()
        self.assertEqual(self.disposal.state, "done")

    def test_printed(self):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, kind = reports.with_user(self.users["archivist"])._render_qweb_pdf(
            "customer_archive.report_certificate", self.disposal.ids
        )
        self.assertEqual(kind, "pdf")
        printed = pypdf.PdfReader(io.BytesIO(content))
        self.assertEqual(len(printed.pages), 1)
        text = " ".join(printed.pages[0].extract_text().split())
        for words in (
            *(self.disposal.certificate, self.disposal.name, self.file.name),
            *("Test archivist", "Test compliance", "Test legal", "Test management"),
            *("Shredded and erased", "Retention period over"),
        ):
            self.assertIn(words, text)
        self.assertNotIn("Gone Ltd", text)

    def test_stored_as_an_attachment(self):
        disposal = self.by(self.disposal, "archivist")
        [stored] = disposal.certificate_ids.filtered(
            lambda each: each.mimetype == "application/json"
        )
        values = json.loads(stored.raw)
        self.assertEqual(values["number"], disposal.certificate)
        self.assertEqual(values["list"], disposal.name)
        self.assertEqual(values["method"], "Shredded and erased")
        self.assertEqual(values["executed_by"], "Test archivist")
        self.assertEqual(values["witnessed_by"], "Test compliance")
        self.assertEqual(
            [row["by"] for row in values["approvals"]],
            ["Test legal", "Test management"],
        )
        [file] = values["files"]
        self.assertEqual(file["number"], self.file.name)
        self.assertEqual(file["key"], self.file.sudo().key_id)
        keystore = self.env["customer.archive.keyring"]._keystore()
        told = keystore.destroyed_at([file["key"]])
        self.assertEqual(file["key_destroyed_at"], told[file["key"]])
        self.assertTrue(file["record"])
        header = {"database": values["database"], "company_id": self.company.id}
        self.assertEqual(Certificate(values, header).number, disposal.certificate)
        with self.assertRaises(ValueError):
            Certificate(values, {**header, "company_id": 0})

    def test_register(self):
        """H6, cell by cell."""
        register = self.env.ref("customer_archive.register_destruction")
        register = self.by(register, "auditor")
        lines = register.records() & self.by(self.disposal, "auditor").line_ids
        stream = io.BytesIO()
        register.write_xlsx(stream, lines)
        sheet = openpyxl.load_workbook(stream).active
        self.assertEqual(sheet["A1"].value, "Destruction register")
        heading, row = (
            [cell.value for cell in cells]
            for cells in sheet.iter_rows(min_row=3, max_row=4)
        )
        [line] = self.disposal.sudo().line_ids
        moment = line.executed_on
        self.assertEqual(
            dict(zip(heading, row, strict=True)),
            {
                "No.": 1,
                "File Number": self.file.name,
                "Customer/Supplier": self.file.sudo().partner_id.name,
                "List Number": self.disposal.name,
                "Approved by": "Test legal, Test management",
                "Executed by": "Test archivist",
                "Witnessed by": "Test compliance",
                "Method": "Shredded and erased",
                "Appraisal": "Destroy",
                "Destroyed on": row[9],
                "Certificate": self.disposal.certificate,
            },
        )
        self.assertEqual(str(row[9])[:7], str(moment)[:7])
        self.assertNotIn("Gone Ltd", row)
