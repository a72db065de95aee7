from odoo import models
from odoo.fields import Command

from ..common.roles import ADMIN


class CustomerArchiveDocument(models.Model):
    """Ways from an item to the requests about it."""

    _inherit = "customer.archive.document"

    def _may_be_applied_for(self):
        """Whether a request, once approved, would show this item to the user."""
        user, consultations = self.env.user, self.env["customer.archive.consultation"]
        # Who never decrypts anything has no use for it.
        if not self or user.has_group(ADMIN) or not self.has_access("read"):
            return False
        if self.sudo().is_sensitive and not user._archive_sees_sensitive():
            return False
        archive = self.archive_id
        open_to = archive.has_access("read") and archive.state == "active"
        return open_to and consultations.has_access("create")

    def _new_consultation(self):
        """Return the form that applies to consult this item."""
        self.ensure_one()
        action = self.archive_id.action_new_consultation()
        item = {
            "default_scope": "items",
            "default_document_ids": [Command.set(self.ids)],
            "default_include_sensitive": self.is_sensitive,
        }
        # The viewer takes it as it is, without what a button's answer is completed by.
        views = [(False, "form")]
        return {**action, "views": views, "context": {**action["context"], **item}}
