from odoo import fields, models

from .customer_archive_incident import INCIDENT


class CustomerArchiveApproval(models.Model):
    """Steps of incidents are for those who look into them, as the incidents are."""

    _inherit = "customer.archive.approval"

    incident_id = fields.Many2one(
        INCIDENT,
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    def _recorded_comment(self, comment):
        # The access record is read by more people than the steps of incidents are.
        return None if self.incident_id else super()._recorded_comment(comment)
