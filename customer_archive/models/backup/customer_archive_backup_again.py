from datetime import timedelta

from odoo import api, fields, models

from ..common.sentinel import as_system

# A run that failed is tried again so long after, and so often in all.
PAUSE, TRIES = timedelta(hours=1), 6


class CustomerArchiveBackup(models.Model):
    """A run that failed is gone on with soon, and not the next day.

    What it wrote is there still. Administrators are told once, not for each attempt.
    """

    _inherit = "customer.archive.backup"

    tries = fields.Integer(string="Failed Attempts", readonly=True, aggregator=None)
    next_try_on = fields.Datetime(string="Tried Again", readonly=True)

    @api.model
    def _protected(self):
        return {**super()._protected(), "tries": 0, "next_try_on": False}

    def _fail(self, text):
        tries = self.tries + 1
        again = fields.Datetime.now() + PAUSE if tries < TRIES else False
        as_system(self).write({"tries": tries, "next_try_on": again})
        if again:
            cron = self.env.ref("customer_archive.cron_backup_daily")
            # A little later: it isn't due before.
            cron._trigger(at=again + timedelta(minutes=1))
        return super()._fail(text)

    def _finish(self, **values):
        return super()._finish(**{**values, "next_try_on": False})

    def _tell_failed(self):
        """Have administrators see to it, unless they were asked already."""
        asked = self.search(
            [
                ("target_id", "=", self.target_id.id),
                # What else is wrong with one that is there says nothing of a failure.
                ("state", "=", "failed"),
                ("activity_ids", "!=", False),
            ]
        )
        if not asked._activities("mail_activity_backup"):
            self._tell()

    def _again(self):
        """Go on with a run that failed, if it is time; return whether it is."""
        if not self.next_try_on or self.next_try_on > fields.Datetime.now():
            return False
        as_system(self).write(
            {"state": "running", "ended_on": False, "problem": False,
             "next_try_on": False}
        )  # fmt: skip
        return True


class CustomerArchiveBackupTarget(models.Model):
    _inherit = "customer.archive.backup.target"

    def _begin(self, kind, user=None):
        # A new one takes the place of one that would be tried again.
        waiting = self.env["customer.archive.backup"].search(
            [("target_id", "in", self.ids), ("next_try_on", "!=", False)]
        )
        as_system(waiting).write({"next_try_on": False})
        return super()._begin(kind, user)

    def _due_run(self, kind):
        runs = self.env["customer.archive.backup"]
        last = runs.search([("target_id", "=", self.id)], limit=1)
        if last.state == "failed" and last.next_try_on:
            return last if last._again() else runs
        return super()._due_run(kind)
