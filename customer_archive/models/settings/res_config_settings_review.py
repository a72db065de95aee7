from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    archive_review_days = fields.Integer(
        related="company_id.archive_review_days", readonly=False, required=True
    )
    archive_annual_month = fields.Selection(
        related="company_id.archive_annual_month", readonly=False, required=True
    )
    archive_annual_day = fields.Integer(
        related="company_id.archive_annual_day", readonly=False, required=True
    )
    archive_annual_days = fields.Integer(
        related="company_id.archive_annual_days", readonly=False, required=True
    )
