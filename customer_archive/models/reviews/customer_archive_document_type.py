from odoo import api, fields, models

from ..common.customer_archive_lifted import unticked


class CustomerArchiveDocumentType(models.Model):
    """Which papers are asked for anew once a year."""

    _inherit = "customer.archive.document.type"

    is_asked_yearly = fields.Boolean(
        string="Requested Every Year",
        help="The annual run requests this document from all cooperating parties.",
    )

    @api.model
    def _power(self):
        return {**super()._power(), "is_asked_yearly": unticked}


class CustomerArchive(models.Model):
    _inherit = "customer.archive"

    def _types_asked_yearly(self):
        """Return the types of papers that the annual run asks for."""
        return self.category_id.document_type_ids.filtered("is_asked_yearly")
