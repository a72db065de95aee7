"""Files on record, and what is asked about them by a day."""

import contextlib
from datetime import timedelta

from freezegun import freeze_time

from ..support.common import ArchiveCase


class ReviewCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase. Days are those of Shanghai."""

    CRON = "customer_archive.cron_review"
    HTTP = False

    def by(self, record, role):
        return record.with_user(self.users[role])

    @classmethod
    def file_on(cls, day, role="sales", **values):
        """Return a file that was registered on a day, as superuser."""
        with freeze_time(f"{day} 02:00:00"):
            return cls.registered(role, **values).sudo()

    def run_cron(self, day, hour=3, cron=None):
        # A HttpCase is in test mode already.
        mode = (
            contextlib.nullcontext() if self.HTTP else self.enter_registry_test_mode()
        )
        with freeze_time(f"{day} {hour:02}:00:00"), mode:
            self.env.ref(cron or self.CRON).method_direct_trigger()
        self.env.invalidate_all()

    def told(self, records, kind):
        """Return the logins of who has an activity of a kind on records."""
        activities = records.sudo()._activities(f"mail_activity_{kind}")
        return sorted(login[2:] for login in activities.user_id.mapped("login"))

    def events(self, record):
        """Return what the access record says of a record, as (user, detail)."""
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        domain += [("event", "=", "review")]
        rows = self.env["customer.archive.log"].sudo().search(domain, order="id")
        return [(row.user_id.login.removeprefix("t_"), row.detail) for row in rows]

    @staticmethod
    def working_day_after(day, days):
        """Return the day so many working days later: plain counting, no holidays."""
        while days:
            day += timedelta(days=1)
            days -= day.weekday() < 5
        return day
