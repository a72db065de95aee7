from odoo import api, models
from odoo.exceptions import UserError

from ...tools.ledger import workbook as ledger_workbook
from ...tools.ledger.headings import FIELDS
from .customer_archive_import import COLUMN
from .vocabulary import CHOICES


class CustomerArchiveImport(models.Model):
    """The workbooks that people fill in and correct."""

    _inherit = "customer.archive.import"

    def action_download_template(self):
        """Return the download of an empty ledger, in the user's language."""
        self._check_importer("template")
        url = "/customer_archive/import/template"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_download_errors(self):
        """Return the download of the rows that are wrong.

        :raise AccessError: unless the user imports ledgers, or is to confirm it
        :raise UserError: if there is none
        """
        self.ensure_one()
        self._check_errors()
        url = f"/customer_archive/import/{self.id}/errors"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _check_errors(self):
        self._check_importer("errors")
        self.check_access("write")
        if not self.error_count:
            raise UserError(self.env._("There are no errors to download."))
        if not self.has_upload:
            raise UserError(
                self.env._("The ledger is no longer kept: upload it again.")
            )

    @api.model
    def _write_template(self, stream):
        """Write the template in the language of the user."""
        columns = self.env[COLUMN]
        hints = self._column_hints()
        ledger_workbook.write_template(
            stream,
            self.env._("Ledger"),
            [
                (columns._field_label(key), *hints[key], self._column_choices(key))
                for key in FIELDS
            ],
            self.env._("Hints"),
        )

    def _write_errors(self, stream):
        """Write the rows with errors; who asks was checked."""
        self.ensure_one()
        places = {column.field: column.index for column in self.column_ids}
        # The codes are closed to everybody; what they say is the user's to read.
        wrong = self.sudo().row_ids.filtered(lambda row: row.result == "error")
        problems = {
            row.number: [
                (places.get(problem[0]), self._problem_line(*problem))
                for problem in row.problems
            ]
            for row in wrong
        }
        columns = {column.index: column.heading for column in self.column_ids}
        headings = [columns.get(index) for index in range(max(columns, default=0) + 1)]
        title, error_heading = self.env._("Errors"), self.env._("Error description")
        rows = self._rows()
        ledger_workbook.write_errors(
            stream, title, headings, rows, problems, error_heading
        )
        log = self.env["customer.archive.log"]
        log._record("export", self, f"errors {len(problems)}")

    @api.model
    def _column_choices(self, key):
        if key in CHOICES:
            field = self.env["customer.archive"]._fields[CHOICES[key]]
            return [text for _code, text in field._description_selection(self.env)]
        if key == "category":
            categories = self.env["customer.archive.category"]
            return categories.search([], limit=200).mapped("name")
        if key == "core":
            return [self.env._("Yes"), self.env._("No")]
        if key == "kind":
            return [self.env._("Company"), self.env._("Person")]
        return []

    @api.model
    def _column_hints(self):
        """Return (hint, example) for each column of the template."""
        one_of = self.env._("A value from the list; choose it in the cell.")
        plain = self.env._("Text.")
        return {
            "number": (
                self.env._(
                    "Only for files approved on paper: they are imported under "
                    "this number. Leave empty for a new file, to be collected and "
                    "reviewed."
                ),
                "2024-SALE-001",
            ),
            "name": (
                self.env._("As on the business licence. Required."),
                self.env._("Example Trading Co., Ltd."),
            ),
            "vat": (
                self.env._("18 characters, as text. Used to find the file."),
                "91310100MA1T00001",
            ),
            "kind": (self.env._("Company or person."), self.env._("Company")),
            "category": (self.env._("Required for new files."), ""),
            "department": (
                self.env._("Name or code. Leave empty for the category's department."),
                "SALE",
            ),
            "user": (
                self.env._("Login or name of the user responsible for the party."),
                "",
            ),
            "custodian": (
                self.env._("Login or name of the custodian of the paper file."),
                "",
            ),
            "stage": (one_of, ""),
            "core": (self.env._("Yes or no."), ""),
            "level": (one_of, ""),
            "date": (
                self.env._("The filing date; entered together with a file number."),
                "2024-03-01",
            ),
            "legal": (self.env._("Name only, no identity number."), ""),
            "address": (self.env._("As on the business licence."), ""),
            "contact": (self.env._("Name of one contact."), ""),
            "phone": (self.env._("Mobile, or landline with its area code."), ""),
            "phone2": (
                self.env._("Additional numbers, separated by 、."),
                "13900139000、021-55550002",
            ),
            "email": (plain, "name@company.cn"),
            "content": (plain, ""),
            "products": (plain, ""),
            "term": (one_of, ""),
            "organisation": (
                self.env._("On documents from before October 2015, as XXXXXXXX-X."),
                "",
            ),
            "licence": (
                self.env._("On documents from before October 2015: 15 digits, or 13."),
                "",
            ),
            "note": (self.env._("No identity or bank card numbers."), ""),
        }
