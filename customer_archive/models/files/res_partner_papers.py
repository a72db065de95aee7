from odoo import models

# What of a party decides which papers its file asks for.
ASKS = {"legal_representative_id", "registered_address", "street"}


class ResPartner(models.Model):
    """Papers that a file asks for because its party has changed are due from then."""

    _inherit = "res.partner"

    def write(self, vals):
        # Whoever changes the party may see less of its file than the system knows.
        files = self.sudo().archive_ids if ASKS & vals.keys() else None
        before = files and files._required_by_file()
        result = super().write(vals)
        if before:
            files._set_new_due_dates(before)
        return result
