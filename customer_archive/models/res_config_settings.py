from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    archive_number_format = fields.Char(
        related="company_id.archive_number_format", readonly=False, required=True
    )
    archive_number_padding = fields.Integer(
        related="company_id.archive_number_padding", readonly=False, required=True
    )
