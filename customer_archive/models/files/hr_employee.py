from odoo import models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _archive_check_heads(self):
        """Nobody becomes a head by taking over the head's employee."""
        # Which departments somebody manages doesn't depend on who asks.
        departments = self.env["hr.department"].sudo()
        headed = departments.search([("manager_id", "in", self.ids)])
        headed = headed.with_env(self.env)
        headed._archive_check_heads()
        headed._archive_record("write manager_id.user_id")


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
