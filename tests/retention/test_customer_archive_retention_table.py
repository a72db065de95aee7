"""The company's own table of what is filed and how long 归档范围和保管期限表."""

import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase

TABLE, POLICY = "customer.archive.retention.table", "customer.archive.retention.policy"


@tagged("post_install", "-at_install")
class TestRetentionTable(ArchiveCase, TransactionCase):
    """Requirement B10."""

    def rows(self, **domain):
        domain = [(name, "=", value) for name, value in domain.items()]
        return self.env[TABLE].with_user(self.users["archivist"]).search(domain)

    def test_a_row_for_each_item_type_of_each_category(self):
        expected = {
            (category.id, type_.id)
            for category in self.env["customer.archive.category"].search([])
            for type_ in category.document_type_ids
        }
        found = [(row.category_id.id, row.type_id.id) for row in self.rows()]
        self.assertEqual(len(found), len(expected))
        self.assertEqual(set(found), expected)

    def test_what_a_row_says(self):
        self.buyer.class_code = "KH01"
        contract = self.env.ref("customer_archive.document_type_contract")
        contract.class_code = "05"
        row = self.rows(category_id=self.buyer.id, type_id=contract.id)
        self.assertEqual(row.class_code, "KH01-05")
        self.assertEqual(row.class_name, self.buyer.name)
        # The item type's own policy; the others have that of the category.
        self.assertEqual(row.policy_id, contract.retention_policy_id)
        self.assertEqual((row.period, row.period_code), ("10 years", "D10"))
        self.assertEqual(row.trigger, "agreement_end")
        other = self.buyer.document_type_ids.filtered(
            lambda each: not each.retention_policy_id
        )[0]
        row = self.rows(category_id=self.buyer.id, type_id=other.id)
        self.assertEqual(row.policy_id, self.buyer.retention_policy_id)
        self.assertIn("to be verified", row.legal_basis)

    def test_what_is_asked_on_condition_says_so(self):
        power = self.env.ref("customer_archive.document_type_power")
        row = self.rows(category_id=self.buyer.id, type_id=power.id)
        self.assertEqual(row.requirement, "conditional")
        for condition in (False, " ", "[]"):
            power.condition = condition
            self.env.flush_all()
            row.invalidate_recordset()
            self.assertEqual(row.requirement, power.requirement, condition)

    def test_period_codes(self):
        policy = self.env[POLICY].create({"name": "测试", "years": 30})
        for values, code in (
            ({}, "D30"),
            ({"years": 10, "months": 1}, "D11"),
            ({"years": 0, "months": 6}, "D1"),
            ({"is_permanent": True}, "Y"),
        ):
            policy.write(values)
            self.assertEqual(policy.period_code, code)
        policy.period_code = "C"
        self.assertEqual(policy.period_code, "C")

    def test_read_by_every_role_and_written_by_nobody(self):
        for role in set(self.users) - {"portal", "employee"}:
            table = self.env[TABLE].with_user(self.users[role])
            row = table.search([], limit=1)
            self.assertTrue(row, role)
            for do in (
                lambda row=row: row.write({"class_code": "X"}),
                lambda row=row: row.unlink(),
                lambda table=table: table.create({"class_code": "X"}),
            ):
                with self.subTest(role), self.assertRaises(AccessError):
                    do()
        for role in ("portal", "employee"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.env[TABLE].with_user(self.users[role]).search([])

    def test_printed_as_a_register(self):
        """Cell by cell."""
        self.buyer.class_code = "KH01"
        register = self.env.ref("customer_archive.register_retention_table")
        register = register.with_user(self.users["archivist"])
        rows = register.records([("category_id", "=", self.buyer.id)])
        stream = io.BytesIO()
        register.write_xlsx(stream, rows)
        sheet = openpyxl.load_workbook(stream).active
        heading, *cells = (
            [cell.value for cell in row]
            for row in sheet.iter_rows(min_row=3, max_row=3 + len(rows))
        )
        self.assertEqual(
            heading,
            [
                *("No.", "Class Code", "Class Name", "Group", "What Is Filed"),
                *("Required", "Retention Period", "Period Code", "Counted From"),
                *("From the End of the Year", "After Retention", "Legal Basis"),
            ],
        )
        for number, (row, printed) in enumerate(zip(rows, cells, strict=True), 1):
            policy = row.policy_id
            self.assertEqual(printed[:3], [number, "KH01", self.buyer.name])
            self.assertEqual(printed[4], row.type_id.name)
            self.assertEqual(printed[6:8], ["10 years", "D10"])
            self.assertEqual(printed[9], "No")
            self.assertEqual(printed[11], policy.legal_basis)

    def test_what_shortens_waits_for_a_second_person(self):
        policy = self.env.ref("customer_archive.retention_accounting")
        own = policy.with_user(self.users["admin"])
        own.from_year_end = False
        self.assertTrue(policy.from_year_end)
        self.assertEqual(policy.lifting_by_id, self.users["admin"])
        other = self.env.ref("customer_archive.retention_person")
        other.with_user(self.users["admin"]).from_year_end = True
        self.assertTrue(other.from_year_end)
        other.with_user(self.users["admin"]).period_code = "D3X"
        self.assertEqual(other.period_code, "D3X")
