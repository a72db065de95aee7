import io
import zipfile

from odoo import fields, models

from ..common.internal_job import as_job
from ..common.sentinel import as_engine


class CustomerArchive(models.Model):
    """Registers stored by annual runs go with the first file on them that is destroyed.

    They tell its number, name and phone in plain, and can't be kept without these.
    """

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive"

    def _erase_registers(self):
        """Delete the stored registers that list this file.

        :return: names of the stored files of the attachments
        """
        self.ensure_one()
        domain = fields.Domain("company_id", "=", self.company_id.id)
        if self.opening_date:
            domain &= fields.Domain("annual_id.date", ">=", self.opening_date)
        if self.closed_on:
            domain &= fields.Domain("annual_id.date", "<=", self.closed_on)
        lines = self.env["customer.archive.annual.line"].sudo().search(domain)
        lines = lines.filtered(lambda line: _lists(line.ledger_id, self.name))
        attachments = lines.summary_id | lines.ledger_id
        stored = list(filter(None, attachments.mapped("store_fname")))
        as_engine(attachments).unlink()
        for line in lines:
            removed = self.env._("Removed with file %s, which is destroyed.", self.name)
            as_engine(line).write({"note": removed})
        return stored


def _lists(workbook, number):
    """Whether a stored ledger has a file of this number."""
    if not workbook:
        return False
    with zipfile.ZipFile(io.BytesIO(as_job(workbook, "erasure").raw)) as book:
        return any(
            f">{number}<".encode() in book.read(name)
            for name in book.namelist()
            if name.endswith(".xml")
        )
