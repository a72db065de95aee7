from odoo import api, fields, models

from ..common.windows import open_new


class CustomerArchive(models.Model):
    """Ways from a file to the requests about it."""

    _inherit = "customer.archive"

    is_read_in_passing = fields.Boolean(
        compute="_compute_is_read_in_passing", export_string_translation=False
    )

    @api.depends("user_id", "department_id", "approver_ids", "security_level")
    @api.depends_context("uid")
    def _compute_is_read_in_passing(self):
        """Whoever reads it by a grant alone may need more of it, or longer."""
        for archive in self:
            archive.is_read_in_passing = not archive._has_permanent_access(
                self.env.user
            )

    def action_new_consultation(self):
        """Return the form that applies to consult this file."""
        return self._new_request("customer.archive.consultation")

    def action_new_loan(self):
        """Return the form that applies to borrow papers of this file."""
        return self._new_request("customer.archive.loan")

    def action_new_sharing(self):
        """Return the form that applies to share items of this file."""
        return self._new_request("customer.archive.sharing")

    def action_new_change(self):
        """Return the form that applies to change data of this file."""
        return self._new_request("customer.archive.change")

    def _new_request(self, model):
        self.ensure_one()
        self.check_access("read")
        return open_new(
            model,
            self.env["ir.model"]._get(model).name,
            {
                "default_archive_id": self.id,
                "default_partner_id": self.partner_id.id,
            },
        )
