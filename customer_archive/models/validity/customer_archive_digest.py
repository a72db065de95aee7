from datetime import timedelta

from odoo import api, models

from ..common.at_once import write_at_once
from ..common.readers import readable_by

# Users who are told before what was done is committed.
BATCH = 50
# Nobody reads a longer mail: the others are in the user's activities.
LINES = 100


class CustomerArchiveDigest(models.AbstractModel):
    """One mail a day instead of one for each reminder.

    An activity is marked until its user was told of it. The mail, the mark and the
    day are written in one transaction, so nobody gets it twice.
    """

    _name = "customer.archive.digest"
    _description = "Reminder Digest"

    @api.model
    def _send(self):
        """Tell each user what is new, on working days and once a day."""
        cron = self.env["ir.cron"]
        activities = self.env["mail.activity"].sudo()
        groups = activities._read_group([("archive_digest", "=", True)], ["user_id"])
        users = [user for (user,) in groups if self._is_due(user)]
        cron._commit_progress(remaining=len(users))
        for start in range(0, len(users), BATCH):
            part = users[start : start + BATCH]
            for user in part:
                self._tell(user)
            if not cron._commit_progress(len(part)):
                break

    @api.model
    def _is_due(self, user):
        if not user.active:
            return True
        company = user.company_id
        today = company._archive_today()
        working = company._archive_working_day(1, today - timedelta(days=1))
        return user.archive_digest_date != today and working == today

    @api.model
    def _tell(self, user):
        """Queue the mail for one user."""
        activities = self.env["mail.activity"].sudo()
        domain = [("archive_digest", "=", True), ("user_id", "=", user.id)]
        new = activities.search(domain, order="date_deadline, id")
        shown = self._readable(new, user) if user.active else activities
        if shown and user.email:
            self.env["mail.mail"].sudo().create(self._mail_values(shown, user))
            user.archive_digest_date = user.company_id._archive_today()
        write_at_once(new, {"archive_digest": False})

    @api.model
    def _readable(self, activities, user):
        """Return the activities on what the user may read still."""
        readable = activities.browse()
        for model, part in activities.grouped("res_model").items():
            records = self.env[model].browse(part.mapped("res_id"))
            ids = set(readable_by(user, records).ids)
            readable += part.filtered(lambda each, ids=ids: each.res_id in ids)
        return readable.sorted(lambda each: (each.date_deadline, each.id))

    @api.model
    def _mail_values(self, activities, user):
        own = self.with_context(lang=user.lang)
        base = self.get_base_url()
        left = len(activities) - LINES
        values = {
            "user": user,
            "lines": [
                {
                    "text": activity.summary,
                    "day": activity.date_deadline,
                    "url": f"{base}/odoo/{activity.res_model}/{activity.res_id}",
                }
                for activity in activities[:LINES]
            ],
            "more": left > 0 and own.env._("… and %s more.", left),
            "all_of_them": f"{base}/odoo/action-mail.mail_activity_action_my",
        }
        body = own.env["ir.qweb"]._render("customer_archive.mail_digest", values)
        company = user.company_id
        return {
            "subject": own.env._("Customer files: %s new reminders", len(activities)),
            "body_html": body,
            "author_id": company.partner_id.id,
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "recipient_ids": [(4, user.partner_id.id)],
            "auto_delete": True,
        }
