"""Files with papers that end, and days on which the scheduled action runs."""

from datetime import date, timedelta

from freezegun import freeze_time

from ..support.common import ArchiveCase

KINDS = ("mail_activity_expiring", "mail_activity_expired")
ITEM = "customer.archive.document"
AGREEMENT = "customer.archive.agreement"
TODAY = date(2027, 3, 1)


class ValidityCase(ArchiveCase):
    """Mixed into a TransactionCase; everything is made on 1 March 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref("customer_archive.document_type_power")
        with freeze_time(f"{TODAY} 02:00:00"):
            cls.file = cls.signed_by_other(cls.registered())

    @classmethod
    def signed_by_other(cls, file):
        """Return a file that asks for a power of attorney once it cooperates."""
        legal = file.partner_id.legal_representative_id
        other = file.partner_id.child_ids - legal
        file.with_user(file.user_id).signatory_id = other
        return file

    def item(self, until, file=None, **values):
        """Return a paper, taken in now by a clerk, that is valid until a day."""
        file = file or self.file
        return (
            self.env[ITEM]
            .with_user(self.users["clerk"])
            .create(
                {
                    "archive_id": file.id,
                    "type_id": self.kind.id,
                    "is_paper": True,
                    "valid_until": until,
                    **values,
                }
            )
        )

    def agree(self, until, file=None, **values):
        """Return a signed agreement."""
        file = file or self.file
        agreement = (
            self.env[AGREEMENT]
            .with_user(file.user_id)
            .create(
                {
                    "archive_id": file.id,
                    "kind": "framework",
                    "date_start": "2027-01-01",
                    "date_end": until,
                    **values,
                }
            )
        )
        return self.sign(agreement)

    def run_cron(self, day, hour=3):
        with freeze_time(f"{day} {hour:02}:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_validity").method_direct_trigger()
        self.env.invalidate_all()

    def reminders(self, records):
        return records.sudo()._activities(*KINDS)

    def walk(self, records, first, last, step=1):
        """Run the cron twice a day; return who was newly reminded, by day."""
        found, seen, day = {}, self.reminders(records), first
        while day <= last:
            for hour in (3, 9):
                self.run_cron(day, hour)
                present = self.reminders(records)
                for activity in (present - seen).sorted("id"):
                    what = activity.user_id.login[2:], activity.activity_type_id.id
                    found.setdefault(day, []).append(
                        (what[0], self.kind_names()[what[1]])
                    )
                seen = present
            day += timedelta(days=step)
        return found

    def kind_names(self):
        return {
            self.env.ref(f"customer_archive.{name}").id: name.rpartition("_")[2]
            for name in KINDS
        }

    def mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "ilike", "reminders")])
