from odoo import api, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.constrains("user_id", "res_model_id", "res_id")
    def _check_archive_classification(self):
        """Give nobody an activity on a classified file that he may not see.

        An activity shows the name of its record to whom it is assigned.
        """
        files = self.env["customer.archive"]
        for activity in self:
            if activity.res_model != files._name or not activity.user_id:
                continue
            archive = files.browse(activity.res_id).exists()
            # Constraints run as superuser. Who can't see the file is refused by the
            # rights, and doesn't learn from this answer that it is classified.
            if (
                archive
                and archive.sudo(False).has_access("read")
                and archive._is_classified()
                # It outlasts a grant.
                and not archive._is_read_for_good(activity.user_id)
            ):
                raise UserError(
                    self.env._(
                        "%(user)s may not see this file (%(level)s), "
                        "or only for a while: "
                        "assign the activity to somebody else.",
                        user=activity.user_id.name,
                        level=archive._level_label(),
                    )
                )
