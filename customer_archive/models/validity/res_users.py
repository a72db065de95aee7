from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    archive_digest_date = fields.Date(
        groups="base.group_system",
        copy=False,
        export_string_translation=False,
        help="Date of the last reminder digest.",
    )
