import io

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestCustomerArchiveRegister(ArchiveCase, TransactionCase):
    """Requirements A4, C7 and H9."""

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
            "Company's Legal Representative",
            "Contact",
            "Contact Phone",
            "Contact E-mail",
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
                    "13900000002",
                    "office@party.example",
                    "=buys(scrap)",
                    "first",
                ],
                [
                    2,
                    "Beta Ltd",
                    names[1][1],
                    names[1][0],
                    "13900000002",
                    None,
                    None,
                    None,
                ],
            ],
        )
        self.assertRegex(sheet["A6"].value, r"^Prepared by: +Handled by: +Reviewed by:")
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
        one = self.archive(
            partner=partner,
            main_products="Castings",
            other_contact="WeChat gamma",
            note="none",
        )
        two = self.archive(partner=self.partner("Delta Ltd"))
        book = self._book(self._register("basic_data"), one + two)
        self.assertEqual(book.sheetnames, ["Gamma Ltd", "Delta Ltd"])
        contact, legal = sorted(partner.child_ids.mapped("name"))
        self.assertEqual(
            self._values(book["Gamma Ltd"], 3, 13),
            [
                ["I. Company Data", None, None, None],
                ["Name of Company", "Gamma Ltd", None, None],
                ["Address", "1 Test Road, Shanghai", None, None],
                [
                    *("Legal Representative's Name", legal),
                    *("Business Licence", partner.vat),
                ],
                [
                    *("Bank and Account Number", "Test Bank ****************2345"),
                    *(None, None),
                ],
                ["Main Products in Cooperation", "Castings", None, None],
                ["II. Contact Details", None, None, None],
                ["Contact Phone", "13900000002", "Contact Fax", "021-55550009"],
                ["Contact", contact, "Handler", "Test sales"],
                ["E-mail Address", "office@party.example", "Other", "WeChat gamma"],
                ["Remarks", "none", None, None],
            ],
        )
        self.assertTrue(
            book["Gamma Ltd"]["A14"].value.startswith("The handler fills in")
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
        self.assertEqual(
            row[9:], ["Internal", 4, 1, "Test clerk", None, "On Record", None]
        )
        items = archive.document_ids.filtered("is_received")
        sheet = self._book(self._register("index"), items).active
        self.assertEqual(
            [row[5] for row in self._values(sheet, 4, 7)], items.type_id.mapped("name")
        )
        self.assertEqual(sheet["G4"].value, archive.partner_id.vat)

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
        with self.assertRaisesRegex(
            AccessError, "don't have access to column “Credit”"
        ):
            self._book(register, own)

    def test_nothing_to_export(self):
        register = self._register("ledger", "sales")
        with self.assertRaisesRegex(UserError, "Nothing to export"):
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
            {"domain": "[('user_id.password', '=', 'x')]"},
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
        with self.assertRaisesRegex(UserError, "Nothing to export"):
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

    def _own(self, *columns, **values):
        """Return a register of files, made by an administrator, as the auditor."""
        register = self.env["customer.archive.register"].with_user(self.users["admin"])
        model = self.env["ir.model"]._get_id("customer.archive")
        lines = [
            Command.create({"name": each.get("path", "No."), "sequence": place, **each})
            for place, each in enumerate(columns)
        ]
        values = {"name": "Own", "model_id": model, "column_ids": lines, **values}
        return register.create(values).with_user(self.users["auditor"])

    def test_groups_and_totals(self):
        """H9: rows by group, with subtotals, and formulas that say what they add up."""
        one, two = self.registered(), self.registered("sales_other")
        three = self.archive()
        register = self._own(
            {},
            {"path": "partner_id.name"},
            {"path": "completeness", "format": "percent", "total": "average"},
            {"path": "document_count", "total": "sum", "group": "Papers"},
            {"path": "name", "total": "count", "group": "Papers"},
            group_path="state",
            order="id",
        )
        files = self.env["customer.archive"].browse((one + two + three).ids)
        domain = [("id", "in", files.ids)]
        sheet = self._book(register, register.records(domain)).active
        groups = [each for _state, each in sorted(files.grouped("state").items())]
        expected, row = [], 5
        for group in groups:
            first = row
            for file in group:
                expected.append(
                    [
                        len([each for each in expected if each[1]]) + 1,
                        file.partner_id.name,
                        file.completeness / 100,
                        file.document_count,
                        file.name or None,
                    ]
                )
                row += 1
            end = f":{{0}}{row - 1}" if row - 1 > first else ""
            span = f"{{0}}{first}{end}"
            label = dict(file._fields["state"]._description_selection(self.env))
            expected.append(
                [
                    f"Subtotal: {label[file.state]}",
                    None,
                    f"=SUBTOTAL(1,{span.format('C')})",
                    f"=SUBTOTAL(9,{span.format('D')})",
                    f"=SUBTOTAL(3,{span.format('E')})",
                ]
            )
            row += 1
        expected.append(
            [
                "Total",
                None,
                *(
                    f"=SUBTOTAL({function},{letter}5:{letter}{row - 1})"
                    for function, letter in ((1, "C"), (9, "D"), (3, "E"))
                ),
            ]
        )
        self.assertEqual(self._values(sheet, 5, row), expected)
        self.assertEqual(
            self._values(sheet, 3, 4),
            [
                ["No.", "partner_id.name", "completeness", "Papers", None],
                [None, None, None, "document_count", "name"],
            ],
        )
        merged = {str(each) for each in sheet.merged_cells.ranges}
        self.assertLessEqual({"A3:A4", "B3:B4", "C3:C4", "D3:E3"}, merged)
        self.assertEqual(sheet["C5"].number_format, "0%")
        self.assertEqual(sheet[f"C{row}"].number_format, "0%")

    def test_totals_are_in_the_file_for_readers_that_dont_calculate(self):
        archive = self.registered()
        register = self._own(
            {"path": "name"}, {"path": "completeness", "total": "average"}
        )
        stream = io.BytesIO()
        register.write_xlsx(stream, archive.with_env(register.env))
        sheet = openpyxl.load_workbook(stream, data_only=True).active
        self.assertEqual(sheet["B5"].value, archive.completeness)

    def test_what_cannot_be_shown_is_refused(self):
        for column, message in (
            (
                {"path": "partner_id.image_1920"},
                "this type of content can't be shown in a cell",
            ),
            ({"path": "name", "total": "sum"}, "only numbers"),
            ({"path": "document_ids.sequence", "total": "sum"}, "only numbers"),
            ({"path": "name", "format": "percent"}, "not a number"),
            ({"path": "name", "format": "date"}, "not a date"),
            ({"path": "key_id"}, None),
        ):
            with self.subTest(column):
                if message:
                    with self.assertRaisesRegex(ValidationError, message):
                        self._own(column)
                    continue
                register = self._own(column)
                with self.assertRaisesRegex(AccessError, "don't have access to column"):
                    self._book(register, self.archive())

    def test_sensitive_values_stay_masked(self):
        archive = self.archive()
        self.env["customer.archive.secret"].create(
            {
                "archive_id": archive.id,
                "kind": "bank_account",
                "label": "Bank",
                "value": "6222021234567890123",
            }
        )
        columns = ({"path": "secret_ids.masked"}, {"path": "secret_ids.value"})
        for role in ("auditor", "compliance", "management"):
            register = self._own(*columns).with_user(self.users[role])
            shown = self._values(self._book(register, archive).active, 4, 4)
            with self.subTest(role):
                self.assertEqual(shown, [["***************0123", None]])

    def test_more_than_a_workbook_holds(self):
        archive = self.registered()
        register = self._register("ledger")
        many = self.env["customer.archive"].browse([archive.id] * 1_048_577)
        with self.assertRaisesRegex(UserError, "1048577 records.*Choose fewer"):
            register.write_xlsx(io.BytesIO(), many.with_env(register.env))
        forms = self._register("basic_data")
        with self.assertRaisesRegex(UserError, "Choose fewer"):
            few = many[:2001].with_env(forms.env)
            forms.write_xlsx(io.BytesIO(), few)

    def test_several_registers_in_one_workbook(self):
        archive = self.registered()
        registers = self._register("summary") + self._register("basic_data")
        registers += self._register("ledger")
        rows, stream = [], io.BytesIO()
        none = archive.browse().with_env(registers.env)

        def records_of(register):
            own = archive.with_env(registers.env)
            return none if register == registers[2] else own

        registers.write_book(stream, records_of, rows.append)
        book = openpyxl.load_workbook(stream)
        names = ["Supplier customer summary", archive.display_name, "File register"]
        self.assertEqual(book.sheetnames, names)
        self.assertEqual(rows, [1, 1])
        self.assertEqual(book["File register"]["A3"].value, "No.")
        with self.assertRaisesRegex(UserError, "Nothing to export"):
            registers.write_book(stream, lambda _register: none)

        def stop(_rows):
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            registers.write_book(io.BytesIO(), records_of, stop)

    def test_preview(self):
        archive = self.registered(cooperation_content="<b>=x</b>")
        register = self._own(
            {},
            {"path": "cooperation_content", "group": "Words"},
            {"path": "completeness", "format": "percent"},
            domain=f"[('id', '=', {archive.id})]",
        )
        preview = str(register.preview)
        self.assertIn("<td>&lt;b&gt;=x&lt;/b&gt;</td>", preview)
        self.assertIn("<th>Words</th>", preview)
        self.assertIn(f"<td>{archive.completeness}%</td>", preview)
        others = register.with_user(self.users["sales_other"])
        self.assertNotIn("=x", str(others.preview))
        with Form(register.with_user(self.users["admin"])) as form:
            with form.column_ids.new() as column:
                column.name = "Broken"
                column.path = "nowhere"
            self.assertIn("there is no field", str(form.preview))
            form.column_ids.remove(3)

    def test_a_copy_is_ones_own(self):
        """Shipped registers are copied with their columns, and changed as one likes."""
        shipped = self.env.ref("customer_archive.register_ledger")
        copy = shipped.with_user(self.users["admin"]).copy({"name": "Ours"})
        self.assertEqual(
            copy.column_ids.mapped("path"), shipped.column_ids.mapped("path")
        )
        copy.column_ids[1].unlink()
        self.assertEqual(len(copy.column_ids) + 1, len(shipped.column_ids))
        self.assertFalse(copy.get_external_id()[copy.id])
        xmlids = self.env["ir.model.data"].search(
            [("model", "=like", "customer.archive.register%")]
        )
        self.assertTrue(all(xmlids.mapped("noupdate")))
