"""Missing papers have a day: a reminder on it, and after it it goes up (A9)."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase

MISSING = ("mail_activity_papers", "mail_activity_papers_overdue")
PARTY = "示例再生资源（上海）有限公司"
# A Monday; the papers are due on Thursday.
OPENED, DUE = date(2027, 3, 1), date(2027, 3, 4)


@tagged("post_install", "-at_install")
class TestMissingPapers(ArchiveCase, TransactionCase):
    """A9: three working days, then whoever answers for the file, then further up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(f"{OPENED} 02:00:00"):
            cls.file = cls.archive(partner=cls.partner(PARTY))

    def run_cron(self, day):
        with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_archive.cron_validity").method_direct_trigger()
        self.env.invalidate_all()

    def told(self, file=None):
        """Return who has been told, as pairs of login and type of activity."""
        found = (file or self.file).sudo()._activities(*MISSING)
        types = {
            self.env.ref(f"customer_archive.{kind}"): kind.rpartition("_")[2]
            for kind in MISSING
        }
        return {
            (each.user_id.login[2:], types[each.activity_type_id]) for each in found
        }

    def test_day_by_day(self):
        self.assertEqual(self.file.papers_due, DUE)
        expected = {
            "2027-03-02": set(),
            "2027-03-03": set(),
            "2027-03-04": {("sales", "papers")},
            # The next working day.
            "2027-03-05": {("head", "overdue")},
            "2027-03-08": {("head", "overdue")},
            "2027-03-11": {("head", "overdue")},
            "2027-03-12": {("management", "overdue")},
            "2027-03-19": {("management", "overdue")},
        }
        for day, people in expected.items():
            for _twice in range(2):
                self.run_cron(day)
            with self.subTest(day):
                self.assertEqual(self.told(), people)

    def test_weekend(self):
        """What is due on Friday goes up on Monday."""
        with freeze_time("2027-03-02 02:00:00"):
            file = self.archive(partner=self.partner(PARTY))
        self.assertEqual(file.papers_due, date(2027, 3, 5))
        self.run_cron("2027-03-05")
        self.run_cron("2027-03-07")
        self.assertEqual(self.told(file), {("sales", "papers")})
        self.run_cron("2027-03-08")
        self.assertEqual(self.told(file), {("head", "overdue")})

    def test_words(self):
        """The reminder names the papers, in the language of who is told."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.run_cron(DUE)
        activity = self.file.sudo()._activities(*MISSING)
        self.assertIn("Business licence", activity.summary)
        self.assertIn(PARTY, activity.summary)
        self.assertEqual(activity.date_deadline, DUE)

    def test_supplied(self):
        """What is there ends the reminder; a faulty one doesn't."""
        self.run_cron(DUE)
        self.assertTrue(self.told())
        with freeze_time(f"{DUE} 05:00:00"):
            for item in self.file.document_ids.filtered("is_missing"):
                item.write({"is_paper": True, "form": "original"})
            self.assertEqual(self.file.papers_due, DUE)
            self.assertTrue(self.told())
            for item in self.file.document_ids.filtered("is_missing"):
                item.with_user(self.users["sales"]).valid_until = "2036-01-01"
        self.assertFalse(self.file.papers_due)
        self.assertFalse(self.told())
        self.run_cron("2027-03-05")
        self.assertFalse(self.told())

    def test_missed_days(self):
        """The account manager is told before the head, also if days were missed."""
        self.run_cron("2027-03-29")
        self.assertEqual(self.told(), {("sales", "papers")})
        self.run_cron("2027-03-30")
        self.assertEqual(self.told(), {("head", "overdue")})

    def test_without_head(self):
        self.departments["sales"].manager_id = False
        self.run_cron(DUE)
        self.run_cron("2027-03-05")
        self.assertEqual(self.told(), {("management", "overdue")})

    def test_who_leaves(self):
        """What was asked of who leaves is asked of who stands in."""
        self.run_cron(DUE)
        self.users["sales"].sudo().active = False
        self.assertEqual(self.told(), {("head", "papers")})

    def test_on_record(self):
        """What a file on record lacks anew is asked for at once, with its day."""
        with freeze_time(f"{OPENED} 02:00:00"):
            file = self.registered(
                partner=self.partner(PARTY), relation_stage="intended"
            )
            self.assertFalse(file.papers_due)
            file.with_user(self.users["sales"]).relation_stage = "cooperating"
            self.assertEqual(file.papers_due, DUE)
        self.run_cron(OPENED)
        self.assertEqual(self.told(file), {("sales", "papers")})
        activity = file.sudo()._activities(*MISSING)
        self.assertEqual(activity.date_deadline, DUE)

    def test_nobody_is_asked(self):
        """Neither of files under review, nor of those that ended."""
        with freeze_time(f"{OPENED} 02:00:00"):
            file = self.submitted(partner=self.partner(PARTY))
        self.assertFalse(file.papers_next)
        self.run_cron("2027-03-12")
        self.assertFalse(self.told(file))

    def test_nobody_sets_it(self):
        """When somebody is told isn't written by anybody."""
        for name, value in (("papers_level", 4), ("papers_asked_for", DUE)):
            with self.subTest(name), self.assertRaises(AccessError):
                self.file.with_user(self.users["sales"]).write({name: value})

    def test_overdue_in_the_lists(self):
        """The filters find what is late, whatever the condition of its type."""
        with freeze_time("2027-03-05 02:00:00"):
            domain = [
                ("archive_id", "=", self.file.id),
                ("is_missing", "=", True),
                ("is_past_due", "=", True),
            ]
            late = self.env["customer.archive.document"].search(domain)
        self.assertEqual(late.type_id, self.file.missing_type_ids)
