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
