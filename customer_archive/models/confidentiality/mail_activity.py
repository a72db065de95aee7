from odoo import api, models
from odoo.exceptions import UserError

FILE = "customer.archive"
# Activities on these name a file.
NAMING = (
    *(FILE, "customer.archive.agreement", "customer.archive.document"),
    *("customer.archive.event", "customer.archive.integrity"),
    "customer.archive.assessment",
    "customer.archive.audit.finding",
)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.constrains("user_id", "res_model_id", "res_id")
    def _check_archive_classification(self):
        """Give nobody an activity on a classified file that they may not see.

        An activity shows the name of its record to whom it is assigned.
        """
        for activity, archive in self._archive_files():
            # Constraints run as superuser. Who can't see the file is refused by the
            # rights, and doesn't learn from this answer that it is classified.
            if (
                archive._is_classified()
                and archive.sudo(False).has_access("read")
                # It outlasts a grant.
                and not archive._has_permanent_access(activity.user_id)
                and not activity._archive_is_asked()
            ):
                raise UserError(
                    self.env._(
                        "%(user)s may not see this file (%(level)s), or only "
                        "temporarily: assign the activity to another user.",
                        user=activity.user_id.name,
                        level=archive._level_label(),
                    )
                )

    def _archive_is_asked(self):
        """Whether its user has to decide on what it is about, which opens that."""
        # Who decides isn't asked as the user.
        record = self.env[self.res_model].sudo().browse(self.res_id)
        named = "approver_ids" in record._fields and record.approver_ids
        return bool(named) and self.user_id in named

    def _archive_files(self):
        """Return pairs of an activity with a user, and the file that it names."""
        pairs = []
        for model, activities in self.filtered("user_id").grouped("res_model").items():
            if model not in NAMING:
                continue
            # Of which file a record is isn't asked as the user.
            records = self.env[model].sudo().browse(activities.mapped("res_id"))
            found = {record.id: record for record in records.exists()}
            for activity in activities:
                record = found.get(activity.res_id)
                if record:
                    archive = record if model == FILE else record.archive_id
                    pairs.append((activity, archive))
        return pairs
