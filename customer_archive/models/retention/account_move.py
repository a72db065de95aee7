from odoo import models


class AccountMove(models.Model):
    """Posted invoices and payments move the files of their parties."""

    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "posted":
            self._archive_note()
        return result

    def _archive_note(self):
        clock = self.env["customer.archive.clock"]
        invoices = self.filtered(lambda move: move.is_invoice(include_receipts=True))
        pairs = {(move.partner_id.id, move.company_id.id) for move in invoices}
        clock._note(pairs, is_new=True)
        if entries := self - invoices:
            clock._note(
                (line.partner_id.id, line.company_id.id) for line in entries.line_ids
            )
