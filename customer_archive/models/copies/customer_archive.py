from odoo import api, fields, models


class CustomerArchive(models.Model):
    """What a file tells of the copies of its items."""

    _inherit = "customer.archive"

    copy_warnings = fields.Text(
        compute="_compute_copy_warnings",
        string="About the Copies",
        export_string_translation=False,
    )

    @api.depends("document_ids.copy_warning")
    @api.depends_context("uid", "lang")
    def _compute_copy_warnings(self):
        for archive in self:
            archive.copy_warnings = "\n".join(
                warning
                for item in archive.document_ids
                if (warning := item.copy_warning)
            )
