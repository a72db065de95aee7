"""A register shows of each field what its reader is shown of it anywhere else."""

import io

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.registers.cells import TEXTS, first_rows
from odoo.addons.customer_archive.tools.xlsx import workbook

from ..confidentiality.test_res_partner_bank import BANK, MASKED, NUMBER, BankCase

REGISTER = "customer.archive.register"
FILE, ITEM, SECRET, PARTY = (
    "customer.archive",
    "customer.archive.document",
    "customer.archive.secret",
    "res.partner",
)
NUMBERS = ("acc_number", "sanitized_acc_number", "display_name")


@tagged("post_install", "-at_install")
class TestRegistersMasked(BankCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env[SECRET].create(
            {"archive_id": cls.file.id, "kind": "bank_account", "value": NUMBER}
        )
        cls.roots = {
            FILE: cls.file,
            ITEM: cls.file.document_ids,
            SECRET: cls.file.secret_ids,
            PARTY: cls.party | cls.unfiled,
            BANK: cls.all,
        }

    def register(self, model, *paths, **values):
        return self.env[REGISTER].create(
            {
                "name": "Accounts",
                "model_id": self.env["ir.model"]._get_id(model),
                "column_ids": [
                    Command.create({"name": path, "path": path}) for path in paths
                ],
                **values,
            }
        )

    def written(self, register, role, records):
        """Return the cells of the workbook that a role exports, as one text."""
        stream = io.BytesIO()
        own = register.with_user(self.users[role])
        own.write_xlsx(stream, self.own(role, records))
        sheets = openpyxl.load_workbook(stream).worksheets
        rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
        return " ".join(str(cell) for row in rows for cell in row if cell)

    def test_accounts(self):
        """By path, as the register's own model, as its groups, in the preview."""
        accounts = [f"partner_id.bank_ids.{name}" for name in NUMBERS]
        cases = [
            (self.register(FILE, *accounts), self.file),
            (self.register(FILE, "name", "partner_id.bank_ids"), self.file),
            (self.register(FILE, "name", group_path="partner_id"), self.file),
            (self.register(FILE, *accounts, layout="form"), self.file),
            (self.register(BANK, *NUMBERS, "partner_id"), self.bank),
            (self.register(BANK, *NUMBERS, layout="form"), self.bank),
            (self.register(PARTY, "bank_ids.acc_number"), self.party),
        ]
        for register, records in cases:
            for role in (*MASKED, "finance", "clerk"):
                with self.subTest(register.model, layout=register.layout, role=role):
                    self._assert_masked(register, role, records)

    def _assert_masked(self, register, role, records):
        try:
            texts = [self.written(register, role, records)]
            shown = register.with_user(self.users[role])
            texts.append(str(shown.preview))
        except UserError:
            # Who sees no registers, or not these records, is shown nothing.
            return
        for text in texts if role in MASKED else ():
            self.assertHidden(text)
            self.assertNotIn(NUMBER[::-1], text)

    def test_whole_for_who_needs_them(self):
        register = self.register(FILE, "partner_id.bank_ids.acc_number")
        self.assertIn(NUMBER, self.written(register, "finance", self.file))

    def test_every_text_within_two_steps(self):
        """A cell is what the same person's own ``read`` gives, or both are refused."""
        compared = set()
        for role in ("head", "archivist", "auditor", "admin", "purchase", "finance"):
            done = set()
            for model, records in self.roots.items():
                for prefix, owner in self._ways(model):
                    # Which way leads there makes no difference to what is shown.
                    if (owner, owner) not in done:
                        done |= self._compare(role, records, prefix, owner)
            compared |= done
        self.assertLessEqual({(BANK, name) for name in NUMBERS}, compared)
        self.assertGreater(len(compared), 200)

    def _ways(self, model):
        """Return {path: model} of what is within two steps, each model once."""
        ways, found = [((), model)], {model}
        for prefix, owner in ways:
            if len(prefix) == 2:
                continue
            for name, field in self.env[owner]._fields.items():
                if field.relational and field.comodel_name not in found:
                    found.add(field.comodel_name)
                    ways.append(((*prefix, name), field.comodel_name))
        return ways

    def _compare(self, role, records, prefix, owner):
        """Compare cells with what is read; return the fields that were shown."""
        user = self.users[role]
        if not self._may_follow(records.with_user(user), prefix):
            # A column by this way is refused before any cell is read.
            return set()
        names = [
            name
            for name, field in self.env[owner]._fields.items()
            if field.type in TEXTS
            and self.env[owner].with_user(user)._has_field_access(field, "read")
        ]
        columns = [
            workbook.Column(name, ".".join((*prefix, name)), 14, workbook.TEXT)
            for name in names
        ]
        read = self._shown(lambda: self._read(self.own(role, records), prefix, names))
        own = self.own(role, records)
        cells = self._shown(lambda: first_rows(own, columns))
        if read is None or cells is None:
            # A register may show less, such as nothing if one of many is hidden.
            self.assertIsNone(cells, (role, records, prefix))
            return set()
        self.assertEqual(cells, read, (role, records, prefix))
        if not any(any(row) for row in cells):
            return set()
        return {(owner, name) for name in (*names, owner)}

    def _may_follow(self, model, prefix):
        for name in prefix:
            field = model._fields[name]
            if not model._has_field_access(field, "read"):
                return False
            model = model.env[field.comodel_name]
        return True

    def _shown(self, call):
        try:
            with self.env.cr.savepoint():
                return call()
        except AccessError:
            return None

    def _read(self, records, prefix, names):
        rows = []
        for record in records:
            owners = record
            for name in prefix:
                owners = owners[name]
            values = owners.read(names) if owners else []
            rows.append(
                tuple(
                    ", ".join(str(each[name]) for each in values if each[name]) or None
                    for name in names
                )
            )
        return rows
