from odoo import models

from ...tools.xlsx import workbook
from .cells import first_rows
from .customer_archive_register_preview import shown


class CustomerArchiveRegister(models.Model):
    """A form on paper: what its workbook says, for a print."""

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


def _sections(columns, row, instead):
    texts = [
        instead.get(column.path) or shown(column, value)
        for column, value in zip(columns, row, strict=True)
    ]
    return workbook.form_sections(columns, texts)
