from odoo import fields, models

from ..common.sentinel import as_engine
from ..registers.customer_archive_register_run import OPEN


class CustomerArchive(models.Model):
    """Stored exports go with the first file of their companies that is destroyed.

    They may tell its number, name and phone in plain.
    """

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive"

    def _erase_registers(self):
        return super()._erase_registers() + self._erase_exports()

    def _erase_exports(self):
        """Delete what is stored of exports; those under way start anew.

        :return: names of the stored files of the attachments
        """
        self.ensure_one()
        here = fields.Domain("company_ids", "in", self.company_id.ids)
        runs = self.env["customer.archive.register.run"].sudo()
        # Also those that wait: one that begins now collides with this, and comes later.
        under_way = runs.search(here & fields.Domain("state", "in", OPEN))
        as_engine(under_way).write({"state": "waiting"})
        if under_way:
            self.env.ref("customer_archive.cron_register_run").sudo()._trigger()
        stored = runs.search(here & fields.Domain("attachment_id", "!=", False))
        words = self.env._("Removed with file %s, which is destroyed.", self.name)
        return stored._remove_workbooks(words)
