from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    archive_lead_days = fields.Char(
        related="company_id.archive_lead_days", readonly=False, required=True
    )
