"""What people paste into an ERP, and what comes of it in a register."""

import io

import openpyxl
from openpyxl.utils.escape import unescape

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ..support.common import ArchiveCase

TITLE = '=HYPERLINK("http://x")[a]:*?/\\\''
TEXTS = {
    "=cmd|' /C calc'!A0": None,
    "+1+1": None,
    "-2+3": None,
    "@SUM(1+1)*cmd": None,
    "\t=1+1": None,
    "😀 مرحبا 𠮷 \u202eabc\u202c": None,
    "<r><t>rich</t></r>": None,
    "</t></is></c></row><!-- &amp; -->": None,
    "_x0041_ stays": None,
    "62220212345678901234": None,
    "9.1E+17": None,
    " before and after ": None,
    "line\nbreak": None,
    "bell\x07 tab\x0b null": "bell tab null",
    "\ufffe\uffff end": " end",
    "x" * 40_000: "x" * 32_767,
    "😀" * 20_000: "😀" * 16_383,
}


@tagged("post_install", "-at_install")
class TestRegistersHostile(ArchiveCase, HttpCase):
    """Requirement H9."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = cls.env["customer.archive"]
        for place, text in enumerate(TEXTS):
            partner = cls.partner(f"Party {place:02}")
            cls.files |= cls.archive(partner=partner, note=text).sudo(False)
        cls.files = cls.env["customer.archive"].browse(cls.files.ids)
        cls.env.flush_all()

    def _register(self, layout):
        model = self.env["ir.model"]._get_id("customer.archive")
        columns = [
            {"name": "=1+1 & <b>", "group": "@both", "path": "note"},
            {"name": "x" * 40_000, "group": "@both", "path": "partner_id.name"},
        ]
        return self.env["customer.archive.register"].create(
            {
                "name": TITLE,
                "model_id": model,
                "layout": layout,
                "order": "id",
                "group_path": "state",
                "statement": "=statement\x0b",
                "signatures": "=who,+me",
                "column_ids": [Command.create(each) for each in columns],
            }
        )

    def _downloaded(self, register):
        """Return the workbook as the browser gets it."""
        self.authenticate(self.users["auditor"].login, self.users["auditor"].login)
        wizard = (
            self.env["customer.archive.export"]
            .with_user(self.users["auditor"])
            .with_context(default_archive_ids=self.files.ids)
            .create({"register_id": register.id})
        )
        response = self.url_open(wizard.action_export()["url"])
        self.assertEqual(response.status_code, 200, response.text[:200])
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def test_list(self):
        sheet = self._downloaded(self._register("list")).active
        cells = [sheet.cell(row, 1) for row in range(5, 5 + len(TEXTS))]
        for cell, (text, expected) in zip(cells, TEXTS.items(), strict=True):
            with self.subTest(text[:20]):
                self.assertEqual(unescape(cell.value), expected or text)
                self.assertEqual(cell.data_type, "s")
        self.assertEqual((sheet["A1"].value, sheet["A1"].data_type), (TITLE, "s"))
        self.assertEqual(sheet["A3"].value, "@both")
        self.assertEqual(sheet["A4"].value, "=1+1 & <b>")
        self.assertEqual(sheet["A4"].data_type, "s")
        self.assertEqual(len(sheet["B4"].value), 32_767)
        self.assertEqual(sheet.title, '=HYPERLINK("http   x") a')

    def test_forms(self):
        book = self._downloaded(self._register("form"))
        self.assertEqual(len(book.sheetnames), len(TEXTS))
        found = [unescape(sheet["B3"].value) for sheet in book]
        self.assertEqual(found, [expected or text for text, expected in TEXTS.items()])

    def test_registers_that_cannot_be(self):
        register = self._register("list")
        for values in (
            {"column_ids": [Command.create({"name": "x", "path": "__class__"})]},
            {"column_ids": [Command.create({"name": "x", "path": "note.."})]},
            {"column_ids": [Command.create({"name": "x", "path": "id; DROP"})]},
            {"column_ids": [Command.create({"name": "x", "path": "nowhere.name"})]},
            {"group_path": "partner_id.name; DROP TABLE x"},
            {"group_path": "missing_type_ids"},
            {"domain": "[('id', '=', 1), __import__('os')]"},
            {"domain": "[('nowhere', '=', 1)]"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                register.write(values)

    def test_nothing_is_downloaded_by_half(self):
        """What can't be exported is said in words, before a file begins."""
        register = self._register("list")
        column = register.column_ids[0]
        # The field goes, as with an addon that is uninstalled.
        self.env.cr.execute(
            "UPDATE customer_archive_register_column SET path = 'gone' WHERE id = %s",
            [column.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "there is no field “gone”"):
            self._downloaded(register)
