from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How registers are handed out."""

    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    archive_register_days = fields.Integer(
        related="company_id.archive_register_days", readonly=False, required=True
    )
    archive_register_mailing = fields.Boolean(
        related="company_id.archive_register_mailing", readonly=False
    )
