from odoo import api, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        employees._archive_check_heads()
        return employees

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self._archive_check_heads()
            self._archive_headed()._archive_record("write manager_id.user_id")
        return result

    def _archive_headed(self):
        # Which departments somebody manages doesn't depend on who asks.
        departments = self.env["hr.department"].sudo()
        found = departments.search([("manager_id", "in", self.ids)])
        return found.with_env(self.env)

    def _archive_check_heads(self):
        """Nobody becomes a head by taking over the head's employee."""
        self._archive_headed()._archive_check_heads()
