import io

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestCustomerArchiveRegister(ArchiveCase, TransactionCase):
    def _register(self, name, role="auditor"):
        return self.env.ref(f"customer_archive.register_{name}").with_user(
            self.users[role]
        )

    def _book(self, register, records=None):
        stream = io.BytesIO()
        records = (
            register.records() if records is None else records.with_env(register.env)
        )
        register.write_xlsx(stream, records)
        stream.seek(0)
        return openpyxl.load_workbook(stream)

    def _values(self, sheet, first, last):
        return [
            [cell.value for cell in row]
            for row in sheet.iter_rows(min_row=first, max_row=last)
        ]

    def test_summary(self):
        """H1, cell by cell."""
        one = self.archive(
            partner=self.partner("Alpha Ltd"),
            cooperation_content="=buys(scrap)",
            note="first",
        )
        two = self.archive(partner=self.partner("Beta Ltd", email=False))
        sheet = self._book(self._register("summary"), one + two).active
        today = fields.Date.context_today(one)
        self.assertEqual(sheet["A1"].value, "Supplier/customer summary")
        self.assertEqual(
            sheet["A2"].value,
            f"Company: {self.company.name}        "
            f"Department: Test Sales        Date: {today}",
        )
        heading = [
            "No.",
            "Supplier/Customer",
            "Legal Representative",
            "Contact",
            "Phone",
            "E-mail",
            "Content of Cooperation",
            "Remarks",
        ]
        names = [
            sorted(archive.partner_id.child_ids.mapped("name"))
            for archive in (one, two)
        ]
        self.assertEqual(
            self._values(sheet, 3, 5),
            [
                heading,
                [
                    1,
                    "Alpha Ltd",
                    names[0][1],
                    names[0][0],
                    "021-55550001",
                    "office@party.example",
                    "=buys(scrap)",
                    "first",
                ],
                [
                    2,
                    "Beta Ltd",
                    names[1][1],
                    names[1][0],
                    "021-55550001",
                    None,
                    None,
                    None,
                ],
            ],
        )
        self.assertRegex(sheet["A6"].value, r"^Prepared by: +Handled by: +Checked by:")
        self.assertRegex(
            sheet.oddFooter.left.text,
            r"^Exported by Test auditor, \d{4}-\d\d-\d\d \d\d:\d\d$",
        )

    def test_basic_data_form(self):
        """H2: one sheet per party, the account with all but its end hidden."""
        partner = self.partner(
            "Gamma Ltd", fax="021-55550009", website="https://gamma.example"
        )
        bank = self.env["res.bank"].create({"name": "Test Bank"})
        partner.bank_ids = [
            Command.create({"acc_number": "31001518800050012345", "bank_id": bank.id})
        ]
        one = self.archive(partner=partner, main_products="Castings", note="none")
        two = self.archive(partner=self.partner("Delta Ltd"))
        book = self._book(self._register("basic_data"), one + two)
        self.assertEqual(book.sheetnames, ["Gamma Ltd", "Delta Ltd"])
        contact, legal = sorted(partner.child_ids.mapped("name"))
        self.assertEqual(
            self._values(book["Gamma Ltd"], 3, 10),
            [
                ["Company Name", "Gamma Ltd", None, None],
                ["Address", "1 Test Road, Shanghai", None, None],
                [
                    "Legal Representative",
                    legal,
                    "Bank Account",
                    "Test Bank ****************2345",
                ],
                ["Business Licence", partner.vat, "Main Products", "Castings"],
                ["Phone", "021-55550001", "Fax", "021-55550009"],
                ["Contact", contact, "Handler", "Test sales"],
                ["E-mail", "office@party.example", "Other", "https://gamma.example"],
                ["Remarks", "none", None, None],
            ],
        )
        self.assertTrue(
            book["Gamma Ltd"]["A11"].value.startswith("Handler's declaration")
        )

    def test_ledger_and_index_sheet(self):
        """H3"""
        archive = self.registered(relation_stage="cooperating")
        self.archive()
        ledger = self._register("ledger")
        self.assertIn(archive, ledger.records())
        self.assertFalse(ledger.records().filtered(lambda each: not each.name))
        sheet = self._book(ledger, archive).active
        row = self._values(sheet, 4, 4)[0]
        self.assertEqual(
            row[:9],
            [
                1,
                archive.name,
                archive.partner_id.name,
                archive.partner_id.vat,
                "Finished-goods buyer",
                "Cooperating",
                "Test Sales",
                "Test sales",
                fields.Datetime.to_datetime(archive.opening_date),
            ],
        )
        self.assertEqual(row[9:], ["Internal", 5, 100, "Test clerk", "On File", None])
        items = archive.document_ids.filtered("is_received")
        sheet = self._book(self._register("index"), items).active
        self.assertEqual(
            [row[4] for row in self._values(sheet, 4, 8)], items.type_id.mapped("name")
        )
        self.assertEqual(sheet["F4"].value, archive.partner_id.vat)

    def test_rights_hold(self):
        """I4: an export shows what its user may see."""
        own, other = self.archive(), self.archive("sales_other")
        register = self._register("summary", "sales")
        self.assertIn(own, register.records())
        self.assertNotIn(other, register.records())
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            self._book(register, own + other)
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            self._register("summary", "employee").records()
        column = self.env["customer.archive.register.column"]
        column.create(
            {"register_id": register.id, "name": "Credit", "path": "partner_id.credit"}
        )
        with self.assertRaisesRegex(AccessError, "may not read column “Credit”"):
            self._book(register, own)

    def test_nothing_to_export(self):
        register = self._register("ledger", "sales")
        with self.assertRaisesRegex(UserError, "nothing to export"):
            self._book(register, register.records().browse())

    def test_broken_register_is_refused(self):
        register = self.env.ref("customer_archive.register_summary")
        with self.assertRaisesRegex(
            ValidationError, "there is no field “partner_id.nowhere”"
        ):
            register.column_ids[1].path = "partner_id.nowhere"
        with self.assertRaisesRegex(ValidationError, "there is no field “name.more”"):
            register.column_ids[1].path = "name.more"
        for values in (
            {"domain": "[('nowhere', '=', 1)]"},
            {"domain": "("},
            {"order": "nowhere desc"},
            {"order": "id; DROP TABLE x"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                register.write(values)

    def test_headings_in_the_readers_language(self):
        auditor = self.users["auditor"]
        auditor.lang = "zh_CN"
        archive = self.registered()
        sheet = self._book(
            self._register("ledger").with_context(lang="zh_CN"), archive
        ).active
        self.assertEqual(sheet["A1"].value, "档案台账")
        self.assertIn("在册", self._values(sheet, 4, 4)[0])

    def test_export_dialog(self):
        one, two = self.registered(), self.archive()
        wizards = self.env["customer.archive.export"].with_user(self.users["auditor"])
        selected = wizards.with_context(default_archive_ids=two.ids).create({})
        self.assertEqual((selected.scope, selected._records()), ("selected", two))
        summary = self.env.ref("customer_archive.register_summary").id
        values = {
            "register_id": summary,
            "department_ids": self.departments["sales"].ids,
            "state": "active",
        }
        filtered = wizards.create(values)
        self.assertEqual(
            (filtered.scope, filtered._records(), filtered.count), ("filter", one, 1)
        )
        index = self.env.ref("customer_archive.register_index").id
        self.assertEqual(
            wizards.create({**values, "register_id": index})._records().archive_id, one
        )
        with self.assertRaisesRegex(UserError, "nothing to export"):
            wizards.create({**values, "state": "closed"}).action_export()

    def test_cost_grows_by_batches_not_by_rows(self):
        """The same number of queries for 3 files and for 30."""
        register = self._register("ledger", "auditor")
        archives = self.env["customer.archive"].browse(
            [self.registered().id for _count in range(30)]
        )

        def queries(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._book(register, records)
            return self.env.cr.sql_log_count - before

        queries(archives[:3])
        self.assertLessEqual(queries(archives), queries(archives[:3]) + 3)
