from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    archive_digest_date = fields.Date(
        groups="base.group_system",
        copy=False,
        export_string_translation=False,
        help="Date of the last reminder digest.",
    )

    @api.model
    def _get_activity_groups(self):
        """Of the customer files, the clock opens what somebody has to do alone."""
        groups = super()._get_activity_groups()
        for group in groups:
            if group["model"].startswith("customer.archive"):
                own = ("activity_user_id", "=", self.env.uid)
                group["domain"] = [*group.get("domain", []), own]
        return groups
