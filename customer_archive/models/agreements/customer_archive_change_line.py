from odoo import api, models


class CustomerArchiveChangeLine(models.Model):
    """The old and the new value of what changes."""

    _name = "customer.archive.change.line"
    _inherit = ["customer.archive.change.line", "customer.archive.opened"]

    @api.model
    def _names_only(self):
        return super()._names_only() | {"change_id", "field_id", "state", "subject"}
