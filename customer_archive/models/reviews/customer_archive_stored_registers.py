import io
import zipfile

from odoo import fields, models

from ..common.internal_job import as_job
from ..common.sentinel import as_system
from ..registers.customer_archive_register_run import OPEN


class CustomerArchive(models.Model):
    """Stored registers go with the first file that is destroyed of those they list.

    They tell its number, name and phone in plain, and can't be kept without these.
    """

    _inherit = "customer.archive"

    def _erase_registers(self):
        """Delete the stored registers that list this file, and what was exported.

        :return: names of the stored files of the attachments
        """
        self.ensure_one()
        return self._erase_annual_registers() + self._erase_exports()

    def _erase_annual_registers(self):
        domain = fields.Domain("company_id", "=", self.company_id.id)
        if self.opening_date:
            domain &= fields.Domain("annual_id.date", ">=", self.opening_date)
        if self.closed_on:
            domain &= fields.Domain("annual_id.date", "<=", self.closed_on)
        lines = self.env["customer.archive.annual.line"].sudo().search(domain)
        lines = lines.filtered(lambda line: line._may_list(self.name))
        attachments = lines._stored_registers()
        stored = list(filter(None, attachments.mapped("store_fname")))
        as_system(attachments).unlink()
        for line in lines:
            removed = self.env._(
                "Removed with file %s, which was destroyed.", self.name
            )
            as_system(line).write({"note": removed})
        return stored

    def _erase_exports(self):
        """Delete what is stored of exports; running ones are restarted."""
        here = fields.Domain("company_ids", "in", self.company_id.ids)
        runs = self.env["customer.archive.register.run"].sudo()
        # Also those that wait: one that begins now collides with this, and comes later.
        under_way = runs.search(here & fields.Domain("state", "in", OPEN))
        as_system(under_way).write({"state": "waiting"})
        if under_way:
            self.env.ref("customer_archive.cron_register_run").sudo()._trigger()
        stored = runs.search(here & fields.Domain("attachment_id", "!=", False))
        words = self.env._("Removed with file %s, which was destroyed.", self.name)
        return stored._remove_workbooks(words)


class CustomerArchiveAnnualLine(models.Model):
    _inherit = "customer.archive.annual.line"

    def _stored_registers(self):
        return self.summary_id | self.basic_data_id | self.ledger_id

    def _may_list(self, number):
        """Whether a file of this number is in what is stored, or might be.

        The ledger has all numbers; without it, nobody knows.
        """
        if self.ledger_id:
            return _lists(self.ledger_id, number)
        return bool(self._stored_registers())


def _lists(workbook, number):
    """Whether a stored ledger has a file of this number."""
    with zipfile.ZipFile(io.BytesIO(as_job(workbook, "erasure").raw)) as book:
        return any(
            f">{number}<".encode() in book.read(name)
            for name in book.namelist()
            if name.endswith(".xml")
        )
