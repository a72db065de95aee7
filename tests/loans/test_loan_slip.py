import io

import pypdf

from odoo.tests import HttpCase, tagged

from .loan_case import LoanCase


@tagged("post_install", "-at_install")
class TestLoanSlip(LoanCase, HttpCase):
    """Requirement C3: the borrow slip, as it comes out of the printer."""

    def test_the_slip_is_one_page_with_number_papers_and_signatures(self):
        loan = self.lent()
        # Tests get a page instead of a print, unless they insist.
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, kind = reports.with_user(loan.user_id)._render_qweb_pdf(
            "customer_archive.report_loan", loan.ids
        )
        self.assertEqual(kind, "pdf")
        slip = pypdf.PdfReader(io.BytesIO(content))
        self.assertEqual(len(slip.pages), 1)
        text = " ".join(slip.pages[0].extract_text().split())
        for words in (loan.name, self.file.name, "Test sales_other", "Archivist"):
            self.assertIn(words, text)
        for line in loan.line_ids:
            self.assertIn(line.type_id.name, text)
        printed = self.env["customer.archive.log"].search(
            [("model", "=", loan._name), ("event", "=", "print")]
        )
        self.assertEqual(printed.mapped("res_id"), loan.ids)
