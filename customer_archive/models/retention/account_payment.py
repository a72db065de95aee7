from odoo import models


class AccountPayment(models.Model):
    """Payments move the files of their parties, also without an entry."""

    _inherit = "account.payment"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("in_process", "paid"):
            pairs = [(each.partner_id.id, each.company_id.id) for each in self]
            self.env["customer.archive.clock"]._note(pairs)
        return result
