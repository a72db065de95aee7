from odoo import api, models

REGULATION = "customer.archive.regulation"
# Whether somebody is at work, and for whom.
WHERE = {"active", "company_id", "company_ids"}


class ResUsers(models.Model):
    """Who is given a role is asked to acknowledge; who leaves isn't any more."""

    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if WHERE & vals.keys() and self.env.registry.ready:
            self._archive_ask(self)
        return result

    def _record_archive_groups(self, before):
        # Whichever way roles are given or taken, it is recorded here.
        result = super()._record_archive_groups(before)
        if self.env.registry.ready:
            now = self._archive_groups_by_user()
            nothing = self.env["res.groups"]
            changed = [
                user.id for user in self if before.get(user, nothing) != now[user]
            ]
            self._archive_ask(self.browse(changed))
        return result

    def _leave_archives(self):
        result = super()._leave_archives()
        self._archive_ask(self)
        return result

    @api.model
    def _archive_ask(self, users):
        # Whoever gives roles need not see regulations.
        self.env[REGULATION].sudo()._ask_users(users)

    @api.model
    def _archive_mentions(self):
        return {
            **super()._archive_mentions(),
            f"{REGULATION}.acknowledgement": ["user_id"],
            "customer.archive.training.line": ["user_id"],
        }
