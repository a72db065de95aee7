from odoo import api, models


class CustomerArchiveAgreement(models.Model):
    """Papers that a file asks for because of who signs are due from then."""

    _inherit = "customer.archive.agreement"

    @api.model_create_multi
    def create(self, vals_list):
        files = self.env["customer.archive"].sudo()
        named = {vals["archive_id"] for vals in vals_list if vals.get("archive_id")}
        files = files.browse(named).exists()
        before = files._required_by_file()
        agreements = super().create(vals_list)
        files._set_new_due_dates(before)
        return agreements

    def write(self, vals):
        # Whoever writes an agreement, which was checked, needn't write its file.
        files = self.sudo().archive_id if "their_signatory_id" in vals else None
        before = files and files._required_by_file()
        result = super().write(vals)
        if before:
            files._set_new_due_dates(before)
        return result
