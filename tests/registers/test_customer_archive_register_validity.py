import io

import openpyxl
from freezegun import freeze_time

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..validity.validity_case import TODAY, ValidityCase


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 02:00:00")
class TestRegistersOfValidity(ValidityCase, TransactionCase):
    """H7: qualifications and agreements, cell by cell. Requirements A5 and A6."""

    def rows(self, name, records):
        register = self.env.ref(f"customer_archive.register_{name}")
        register = register.with_user(self.users["auditor"])
        found = register.records() & records.with_env(register.env)
        stream = io.BytesIO()
        register.write_xlsx(stream, found)
        stream.seek(0)
        sheet = openpyxl.load_workbook(stream).active
        return [
            [cell.value for cell in row]
            for row in sheet.iter_rows(min_row=3, max_row=3 + len(found))
        ]

    def day(self, text):
        return fields.Datetime.to_datetime(text)

    def test_qualifications(self):
        card = self.env.ref("customer_archive.document_type_legal_id")
        iso = self.env.ref("customer_archive.document_type_iso")
        power = self.item(
            "2027-03-20", issuer="Test Party Ltd", issue_date="2025-01-02"
        )
        secret = self.item(
            "2027-02-27", type_id=card.id, number="11010519491231002X", issuer="Police"
        )
        endless = self.item(False, type_id=iso.id, is_endless=True, number="ISO-77")
        self.file.sudo().document_ids.invalidate_recordset()
        missing = self.file.document_ids.filtered(lambda item: not item.is_received)
        draft = self.collect(self.archive()).document_ids
        head, *rows = self.rows("validity", power | secret | endless | missing | draft)
        self.assertEqual(
            head,
            [
                "No.",
                "File Number",
                "Customer/Supplier",
                "Qualification",
                "Number",
                "Issuer",
                "Issued on",
                "Valid until",
                "Indefinite",
                "Days Left",
                "Status",
                "Handler",
            ],
        )
        common = [self.file.name, "Test Party Ltd"]
        self.assertEqual(
            rows,
            [
                [
                    1,
                    *common,
                    card.name,
                    secret.shown_number,
                    "Police",
                    None,
                    self.day("2027-02-27"),
                    "No",
                    "-2",
                    "Expired",
                    "Test sales",
                ],
                [
                    2,
                    *common,
                    "Power of attorney",
                    None,
                    "Test Party Ltd",
                    self.day("2025-01-02"),
                    self.day("2027-03-20"),
                    "No",
                    "19",
                    "Expiring",
                    "Test sales",
                ],
                [
                    3,
                    *common,
                    iso.name,
                    "ISO-77",
                    None,
                    None,
                    None,
                    "Yes",
                    None,
                    "Valid",
                    "Test sales",
                ],
            ],
        )
        self.assertTrue(secret.shown_number.endswith("002X"))
        self.assertNotIn("1949", secret.shown_number)

    def test_agreements(self):
        term = self.env["account.payment.term"].search([], limit=1)
        contact = self.file.partner_id.child_ids[0]
        one = self.agree(
            "2027-04-30",
            name="HT-1",
            kind="sales",
            amount=1200.5,
            content="=10 t a month",
            delivery_terms="Ex works",
            payment_term_id=term.id,
            settlement="By bank",
            our_signatory_id=self.users["head"].id,
            their_signatory_id=contact.id,
        )
        two = self.agree(False, name="HT-2", is_endless=True)
        draft = one.copy({"name": "HT-3"})
        three = self.agree("2027-12-31", name="HT-4")
        three.action_terminate("Breach")
        as_system(three).date_end = "2027-12-31"
        head, *rows = self.rows("agreement", one | two | draft | three)
        self.assertEqual(
            head,
            [
                "No.",
                "Number",
                "Customer/Supplier",
                "File Number",
                "Type",
                "Valid from",
                "Expiry Date",
                "Days Left",
                "Amount",
                "Currency",
                "Content",
                "Delivery Terms",
                "Payment Terms",
                "Settlement",
                "Breach Liability",
                "Signed for Us by",
                "Signed for Other Party by",
                "Approved on",
                "Signing Recorded on",
                "Status",
                "Validity",
                "Performance",
                "Handler",
            ],
        )
        party, start = ["Test Party Ltd", self.file.name], self.day("2027-01-01")
        currency = self.company.currency_id.name
        self.assertEqual(
            rows[0],
            [
                1,
                "HT-1",
                *party,
                "Sales",
                start,
                self.day("2027-04-30"),
                "60",
                1200.5,
                currency,
                "=10 t a month",
                "Ex works",
                term.name,
                "By bank",
                "0.05 % a day",
                "Test head",
                contact.name,
                # Where the company is.
                fields.Datetime.to_datetime("2027-03-01 10:00:00"),
                self.day("2027-03-01"),
                "Signed",
                "Expiring",
                None,
                "Test sales",
            ],
        )
        self.assertEqual(
            [row[1:2] + row[6:8] + row[19:21] for row in rows],
            [
                ["HT-1", self.day("2027-04-30"), "60", "Signed", "Expiring"],
                ["HT-4", self.day("2027-12-31"), None, "Terminated", None],
                ["HT-2", None, None, "Signed", "Valid"],
            ],
        )
