from odoo import api, fields, models


class CustomerArchiveAgreement(models.Model):
    """What was negotiated before and besides 洽谈."""

    _inherit = "customer.archive.agreement"

    event_ids = fields.One2many(
        "customer.archive.event",
        "agreement_id",
        string="Negotiations",
        readonly=True,
        copy=False,
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "event_ids": []}
