from odoo import api, models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("group_ids")
    def _check_archive_duties(self):
        """Whoever supervises the files neither keeps nor configures them."""
        auditor = self.env.ref("customer_archive.group_auditor")
        others = self.env.ref("customer_archive.group_admin") | self.env.ref(
            "customer_archive.group_archivist"
        )
        for user in self:
            groups = user.all_group_ids
            if auditor in groups and others & groups:
                raise ValidationError(
                    self.env._(
                        "%s can't be auditor of the customer files and their "
                        "administrator or archivist as well.",
                        user.name,
                    )
                )
