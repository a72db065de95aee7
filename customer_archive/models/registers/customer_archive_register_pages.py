from odoo import models

from ...tools.xlsx import workbook
from .cells import first_rows
from .customer_archive_register_preview import shown


class CustomerArchiveRegister(models.Model):
    """A form or a list on paper: what its workbook says, for a print."""

    _inherit = "customer.archive.register"

    def _pages(self, records, instead=None):
        """Return a page for each record, with the rights of the user.

        :param records: records of the register's model
        :param dict instead: texts shown instead of a field, by its path
        :return: list of dictionaries with title, subtitle, sections, statement and
            signatures; a section is its heading and its lines of labels and texts
        """
        self.ensure_one()
        columns = self.column_ids._specifications(records)
        layout = self._layout(records)
        return [
            {
                "title": layout.title,
                "subtitle": self._subtitle(record),
                "sections": _sections(columns, row, instead or {}),
                "statement": layout.statement,
                "signatures": layout.signatures,
            }
            for record, row in zip(records, first_rows(records, columns), strict=True)
        ]

    def _list_sheets(self, records, size):
        """Return a list of some records, with the rights of the user.

        :param records: records of the register's model
        :param int size: rows on a sheet
        :return: dictionary with title, subtitle, columns (heading, and width in
            percent), sheets (of rows of texts), statement and signatures
        """
        self.ensure_one()
        columns = self.column_ids._specifications(records)
        layout = self._layout(records)
        rows = [list(map(shown, columns, row)) for row in first_rows(records, columns)]
        whole = sum(column.width for column in columns) or 1
        return {
            "title": layout.title,
            "subtitle": layout.subtitle,
            "columns": [
                {"heading": each.heading, "width": round(100 * each.width / whole, 1)}
                for each in columns
            ],
            "sheets": [rows[at : at + size] for at in range(0, len(rows), size)],
            "statement": layout.statement,
            "signatures": layout.signatures,
        }


def _sections(columns, row, instead):
    texts = [
        instead.get(column.path) or shown(column, value)
        for column, value in zip(columns, row, strict=True)
    ]
    return workbook.form_sections(columns, texts)
