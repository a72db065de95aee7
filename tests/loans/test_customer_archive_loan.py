import io

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .loan_case import LoanCase


@tagged("post_install", "-at_install")
class TestLoan(LoanCase, TransactionCase):
    """Requirement C3: applying for a loan, and what everybody sees of it."""

    def test_approved_by_management_the_papers_wait_to_be_handed_out(self):
        department = self.employee("sales_other", "purchase_head")
        loan = self.ask()
        self.assertRegex(loan.name, r"^JY-\d{4}-\d{4}$")
        loan.action_submit()
        self.assertEqual(loan.approver_ids, self.users["management"])
        self.assertEqual(loan.borrower_department_id, department)
        self.assertFalse(loan.line_ids)
        self.by(loan, "management").action_approve("fine")
        self.assertEqual(loan.state, "approved")
        self.assertEqual(loan.approved_by, "Test management")
        self.assertEqual(loan.line_ids.type_id, self.kinds[:2])
        self.assertEqual(set(loan.line_ids.mapped("state")), {"waiting"})
        self.assertFalse(loan.due_date)
        told = loan.sudo().message_ids.notified_partner_ids
        for role in ("sales_other", "archivist"):
            self.assertIn(self.users[role].partner_id, told)

    def test_refused_mended_and_approved(self):
        loan = self.ask()
        loan.action_submit()
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            loan.days = 3
        self.by(loan, "management").action_reject("Take fewer")
        self.assertEqual(loan.state, "draft")
        loan.type_ids = self.kinds[:1]
        loan.action_submit()
        self.by(loan, "management").action_approve()
        self.assertEqual(loan.line_ids.type_id, self.kinds[:1])
        self.assertEqual(loan.approval_round, 2)

    def test_the_whole_bag_is_what_is_on_paper(self):
        sensitive = self.file.sudo().document_ids.filtered(
            lambda item: item.is_paper and item.is_sensitive
        )
        self.assertTrue(sensitive)
        loan = self.approved_loan(scope="file", type_ids=False)
        self.assertEqual(loan.line_ids.sudo().document_id, self.papers)
        loan = self.approved_loan(scope="file", include_sensitive=True)
        items = loan.line_ids.sudo().document_id
        self.assertEqual(items, self.papers | sensitive)

    def test_what_cannot_be_applied_for(self):
        paper = self.papers[0]
        copy = Command.create({"name": "a.txt", "raw": b"a"})
        values = {"archive_id": self.file.id, "type_id": paper.type_id.id}
        scan = self.file.document_ids.create({**values, "attachment_ids": [copy]})
        cases = (
            ("between 1 and 30 working days", {"days": 31}),
            ("Enter the purpose", {"purpose": " "}),
            ("Select the items", {"type_ids": False}),
            ("contains sensitive data", {"type_ids": [(6, 0, self._sensitive().ids)]}),
        )
        for message, change in cases:
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.ask(**change).action_submit()
        loan = self.ask("sales", type_ids=False, document_ids=[(6, 0, scan.ids)])
        with self.assertRaisesRegex(
            UserError, "Not kept on paper: “.*request a consultation"
        ):
            loan.action_submit()
        self.env.flush_all()
        items = self.file.sudo().document_ids
        self.env.cr.execute(
            "UPDATE customer_archive_document SET is_paper = false WHERE id IN %s",
            [tuple(items.ids)],
        )
        items.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "None of the requested items"):
            self.ask(scope="file", type_ids=False).action_submit()
        with self.assertRaisesRegex(UserError, "Not kept on paper"):
            self.ask().action_submit()

    def _sensitive(self):
        items = self.file.sudo().document_ids
        return items.filtered(lambda item: item.is_paper and item.is_sensitive).type_id

    def test_papers_gone_before_the_decision(self):
        loan = self.ask()
        loan.action_submit()
        items = loan.sudo()._wanted_items()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive_document SET is_paper = false WHERE id IN %s",
            [tuple(items.ids)],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "kept on paper any more. Refuse it"):
            self.by(loan, "management").action_approve()

    def test_management_does_not_approve_its_own(self):
        """Without another manager, compliance decides instead."""
        loan = self.ask("management")
        loan.action_submit()
        self.assertEqual(loan.sudo().approver_ids, self.users["compliance"])
        with self.assertRaisesRegex(AccessError, "your own request"):
            loan.action_approve("fine")
        self.by(loan, "compliance").action_approve("fine")
        self.assertEqual(loan.state, "approved")

    def test_who_sees_a_loan(self):
        self.employee("sales_other", "purchase_head")
        loan = self.lent()
        readers = {
            role
            for role in self.users
            if role != "portal" and self.by(loan, role).has_access("read")
        }
        concerned = {"sales", "sales_other", "head", "purchase_head"}
        roles = {"clerk", "compliance", "archivist", "management", "auditor"}
        self.assertEqual(readers, concerned | roles)
        for role in readers:
            self.assertTrue(self.by(loan.line_ids, role).has_access("read"), role)
        for role in set(self.users) - readers - {"portal"}:
            self.assertFalse(self.by(loan.line_ids, role).has_access("read"), role)

    def test_secret_files_are_lent_in_secret(self):
        self.employee("sales_other", "purchase_head")
        loan = self.lent()
        self.env.cr.execute(
            "UPDATE customer_archive SET security_level = 'secret' WHERE id = %s",
            [self.file.id],
        )
        self.env.invalidate_all()
        self.assertTrue(loan.has_access("read"))
        self.assertTrue(loan.line_ids.has_access("read"))
        for record in (loan, loan.line_ids):
            self.assertFalse(self.by(record, "purchase_head").has_access("read"))
        self.assertEqual(loan.sudo()._heads(), self.users["head"])

    def test_the_borrower_reads_what_he_has_and_not_the_file(self):
        loan = self.lent()
        with self.assertRaises(AccessError):
            self.by(self.file, "sales_other").read(["note"])
        with self.assertRaises(AccessError):
            self.by(self.papers, "sales_other").read(["note"])
        (row,) = loan.line_ids[:1].read(["archive_number", "type_id", "form"])
        self.assertEqual(row["archive_number"], self.file.name)

    def test_nothing_recorded_is_written_by_hand(self):
        loan = self.approved_loan()
        line = loan.line_ids[:1]
        draft = self.ask()
        for values in (
            {"state": "out"},
            {"due_date": "2030-01-01"},
            {"borrower_department_id": self.file.department_id.id},
            {"line_ids": [Command.create({"document_id": self.papers[0].id})]},
            {"reminder_date": "2030-01-01"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                draft.write(values)
        for user in (self.users["sales_other"], self.users["archivist"], self.env.user):
            own = line.with_user(user)
            with self.assertRaises(AccessError):
                own.write({"state": "returned"})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                own.create({"loan_id": loan.id, "document_id": self.papers[0].id})
        draft = self.archive().document_ids[:1]
        with self.assertRaises(AccessError):
            draft.write({"loan_line_ids": [Command.clear()]})
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            loan.unlink()

    def test_item_says_where_it_is(self):
        loan = self.lent()
        item = loan.line_ids[:1].sudo().document_id
        own = self.by(item, "sales")
        self.assertEqual(own.current_loan_id, loan)
        self.assertEqual(own.loan_state, f"On loan: {loan.name}, due {loan.due_date}")
        with self.assertRaisesRegex(
            UserError, f"isn't in the cabinet. On loan: {loan.name}"
        ):
            item._check_not_out()
        with self.assertRaisesRegex(UserError, "isn't in the cabinet"):
            item.unlink()
        with self.assertRaisesRegex(UserError, "isn't in the cabinet"):
            item.is_paper = False
        loan.action_bring_back()
        self.give_back(loan)
        self.assertFalse(own.loan_state)
        item._check_not_out()

    # What is handed out on it

    def test_slip(self):
        loan = self.lent()
        report = self.env["ir.actions.report"].with_user(self.users["sales_other"])
        html, _kind = report._render_qweb_html("customer_archive.report_loan", loan.ids)
        text = html.decode()
        for part in (
            loan.name,
            self.file.name,
            self.file.partner_id.name,
            "Notary wants to see them",
            self.kinds[0].name,
            "Test sales_other",
            "Printed by",
            "Archivist (signature, date)",
        ):
            self.assertIn(part, text)
        log = self.env["customer.archive.log"].search([("event", "=", "print")])
        self.assertIn(loan.id, log.mapped("res_id"))
        with self.assertRaises(AccessError):
            report.with_user(self.users["finance"])._render_qweb_html(
                "customer_archive.report_loan", loan.ids
            )

    def test_register(self):
        """H4: one row per paper, from the application to the return."""
        loan = self.lent()
        first = loan.line_ids[:1]
        loan.action_bring_back(first.ids)
        self.give_back(loan, first, "damaged", "A corner is torn")
        register = self.env.ref("customer_archive.register_loan")
        register = register.with_user(self.users["auditor"])
        stream = io.BytesIO()
        register.write_xlsx(stream, register.records([("loan_id", "=", loan.id)]))
        sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue())).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        top = next(place for place, row in enumerate(rows) if row[0] == "No.")
        # Columns about handing out and return have a heading above.
        both = zip(rows[top], rows[top + 1], strict=True)
        heading = [below or above for above, below in both]
        found = [
            dict(zip(heading, row, strict=True)) for row in rows if row[0] in (1, 2)
        ]
        self.assertEqual(len(found), 2)
        common = {
            "Loan Number": loan.name,
            "Borrower": "Test sales_other",
            "Supplier/Customer": self.file.partner_id.name,
            "File Number": self.file.name,
            "Purpose": "Notary wants to see them",
            "Approved by": "Test management",
            "Handed out by": "Test archivist",
        }
        for row in found:
            self.assertLessEqual(common.items(), row.items())
            self.assertEqual(row["Due Back"].date(), loan.due_date)
            self.assertTrue(row["Handed out on"])
        self.assertEqual([row["Item"] for row in found], self.kinds[:2].mapped("name"))
        self.assertEqual([row["Status"] for row in found], ["Returned", "On Loan"])
        self.assertEqual(found[0]["Condition"], "Damaged")
        self.assertEqual(found[0]["Remarks"], "A corner is torn")
        self.assertEqual(found[0]["Return received by"], "Test archivist")
        self.assertEqual(found[1]["Returned on"], None)

    def test_every_view_loads(self):
        for model, kinds in (
            ("customer.archive.loan", ("form", "list", "search")),
            ("customer.archive.loan.line", ("form", "list", "search")),
            ("customer.archive.loan.extension", ("form", "list")),
        ):
            views = self.env[model].with_user(self.users["sales_other"])
            for kind in kinds:
                self.assertTrue(views.get_view(view_type=kind)["arch"])
