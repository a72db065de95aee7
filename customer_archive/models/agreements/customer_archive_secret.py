from odoo import api, models


class CustomerArchiveSecret(models.Model):
    """What of a sensitive value opens its file."""

    _name = "customer.archive.secret"
    _inherit = ["customer.archive.secret", "customer.archive.opened"]

    @api.model
    def _names_only(self):
        return super()._names_only() - {"display_name"} | {"kind"}
