from odoo import api, models


class CustomerArchiveDocument(models.Model):
    """What of an item opens its file."""

    _name = "customer.archive.document"
    _inherit = ["customer.archive.document", "customer.archive.opened"]

    @api.model
    def _names_only(self):
        """Which papers there are, and which aren't there."""
        return super()._names_only() | {
            "description",
            "due_date",
            "group",
            "has_number",
            "has_validity",
            "is_complete",
            "is_locked",
            "is_received",
            "is_sensitive",
            "name",
            "received_on",
            "requirement",
            "sequence",
            "state",
            "type_id",
        }
