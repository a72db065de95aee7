from odoo import models


class ResourceResource(models.Model):
    """Whose employee somebody is, is kept here, and can be written here as well."""

    _inherit = "resource.resource"

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            # What hangs on it is looked at for everybody, as the person who writes.
            employees = self.env["hr.employee"].sudo()
            found = employees.search([("resource_id", "in", self.ids)])
            found.with_env(self.env)._archive_check_heads()
        return result
