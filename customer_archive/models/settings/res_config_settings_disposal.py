from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How files end."""

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    archive_waiting_days = fields.Integer(
        related="company_id.archive_waiting_days", readonly=False, required=True
    )
    archive_unused_months = fields.Integer(
        related="company_id.archive_unused_months", readonly=False, required=True
    )
    archive_clearing_date = fields.Date(
        related="company_id.archive_clearing_date", readonly=False
    )
