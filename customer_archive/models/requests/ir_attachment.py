from odoo import models


class IrAttachment(models.Model):
    """The way from a copy that somebody may not see to the request to consult it."""

    _inherit = "ir.attachment"

    def archive_before_view(self):
        """Add ``application``: the action that applies to consult it, or False."""
        told = super().archive_before_view()
        item = self._bound_archive_items().sudo(False)
        way = bool(told["refused"]) and item._may_be_applied_for()
        return {**told, "application": way and item._new_consultation()}
