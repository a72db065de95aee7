from odoo import models

from ..common.sentinel import quietly
from .customer_archive_gated_line import REINVOICED


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        """Pass our own expenses on as usual, whatever the party of the order lacks.

        They were made already, and are posted by a vendor's bill. That it is an expense
        says this, and no flag of the line: anybody who sells could set that.
        """
        marked = quietly(self, REINVOICED)
        return super(AccountMoveLine, marked)._sale_create_reinvoice_sale_line()
