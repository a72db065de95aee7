from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from .custody_case import LOCATION
from .inspection_case import INSPECTION, InspectionCase


@tagged("post_install", "-at_install")
class TestInspectionPlan(InspectionCase, TransactionCase):
    """Requirement B3: opened on its day, reminded of, told to management."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(freeze_time("2027-03-01 04:00:00"))
        super().setUpClass()

    def cron(self, day):
        with freeze_time(f"{day} 04:00:00"), self.no_commits():
            self.env[LOCATION]._cron_inspection()
        self.env.invalidate_all()

    def no_commits(self):
        return patch.object(type(self.env["ir.cron"]), "_commit_progress", self.left)

    @staticmethod
    def left(*_args, **_kwargs):
        return float("inf")

    def open_one(self):
        return self.env[INSPECTION].search(
            [("location_id", "=", self.room.id), ("state", "=", "open")]
        )

    def test_planned_from_the_start(self):
        """Rooms and cabinets, as the settings say; each may say otherwise."""
        self.assertEqual(self.room.inspection_months, 1)
        self.assertEqual(self.room.inspection_next, date(2027, 4, 1))
        self.assertEqual(self.cabinet.inspection_months, 1)
        self.assertFalse(self.shelf.inspection_next or self.box.inspection_months)
        self.company.archive_inspection_months = 3
        other = self.location("三楼库房", "room")
        self.assertEqual(other.inspection_next, date(2027, 6, 1))
        other.inspection_months = 0
        self.assertFalse(other.inspection_next)

    def test_opened_on_its_day(self):
        self.cron("2027-03-31")
        self.assertFalse(self.open_one())
        self.cron("2027-04-01")
        inspection = self.open_one()
        self.assertEqual(inspection.inspector_id, self.keeper)
        self.assertEqual(inspection.due_on, date(2027, 4, 6))
        self.assertEqual(self.room.inspection_next, date(2027, 5, 1))
        activity = self.activities(inspection, "inspection")
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.keeper, date(2027, 4, 6))
        )
        # Once more on the same day: nothing is doubled.
        self.cron("2027-04-01")
        self.assertEqual(self.open_one(), inspection)
        self.assertEqual(len(self.activities(inspection, "inspection")), 1)

    def test_reminded_and_told(self):
        self.cron("2027-04-01")
        inspection = self.open_one()
        self.cron("2027-04-05")
        self.assertNotIn("isn't signed yet", self.said(inspection, "inspection"))
        self.cron("2027-04-06")
        self.assertIn("isn't signed yet", self.said(inspection, "inspection"))
        self.assertFalse(self.activities(inspection, "inspection_overdue"))
        # Two working days later.
        self.cron("2027-04-08")
        late = self.activities(inspection, "inspection_overdue")
        self.assertIn(self.users["management"], late.user_id)
        count = len(late)
        self.cron("2027-04-09")
        self.assertEqual(len(self.activities(inspection, "inspection_overdue")), count)
        with freeze_time("2027-04-12 04:00:00"):
            self.assertIn(inspection, inspection.search([("is_overdue", "=", True)]))
            self.answer(inspection)
            inspection.with_user(self.keeper).action_sign()
        self.assertFalse(self.activities(inspection, "inspection_overdue"))
        self.assertEqual(self.room.inspection_next, date(2027, 5, 1))

    def test_later_than_the_next(self):
        """While one is open no second is opened; then it goes on from that day."""
        self.cron("2027-04-01")
        inspection = self.open_one()
        self.cron("2027-05-03")
        self.assertEqual(self.open_one(), inspection)
        with freeze_time("2027-05-04 04:00:00"):
            self.answer(inspection)
            inspection.with_user(self.keeper).action_sign()
        self.assertEqual(self.room.inspection_next, date(2027, 6, 4))

    def test_at_the_end_of_the_month(self):
        """A shorter month doesn't move the months after it."""
        self.room.inspection_next = "2027-01-31"
        for opened, following in (
            ("2027-01-31", date(2027, 2, 28)),
            ("2027-02-28", date(2027, 3, 31)),
            ("2027-03-31", date(2027, 4, 30)),
            ("2027-04-30", date(2027, 5, 31)),
        ):
            self.cron(opened)
            self.assertEqual(self.room.inspection_next, following)
            with freeze_time(f"{opened} 05:00:00"):
                inspection = self.open_one().with_user(self.users["archivist"])
                inspection.note = "年末另行巡检"
                inspection.action_cancel()
        self.room.inspection_next = "2027-06-15"
        self.cron("2027-06-15")
        self.assertEqual(self.room.inspection_next, date(2027, 7, 15))

    def test_once(self):
        """Where nothing comes by itself, a day by hand is that one day."""
        self.room.write({"inspection_months": 0, "inspection_next": "2027-04-01"})
        self.cron("2027-04-01")
        self.assertTrue(self.open_one())
        self.assertFalse(self.room.inspection_next)

    def test_who_is_no_inspector(self):
        """Somebody without a role, or of another company, isn't asked."""
        outsider = self.person("outsider2")
        with self.assertRaisesRegex(UserError, "can't see inspections"):
            self.inspection(inspector_id=outsider.id)
        inspection = self.inspection()
        with self.assertRaisesRegex(UserError, "can't see inspections"):
            inspection.inspector_id = outsider
        company = self.env["res.company"].create({"name": "广州分公司"})
        self.keeper.sudo().write(
            {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        )
        self.assertNotIn(self.keeper, inspection._inspectors())

    def test_finding_without_a_day(self):
        """Nobody is reminded of it, and the others still are."""
        line = self.found(self.inspection())
        line.deadline = False
        self.cron("2027-04-20")
        self.assertFalse(line.act_on)
        self.assertTrue(all(self.activities(line, "finding").mapped("date_deadline")))
        self.assertNotIn("False", self.said(line, "finding"))

    def said(self, record, kind):
        return " ".join(self.activities(record, kind).mapped("summary"))

    def test_findings_that_are_late(self):
        inspection = self.inspection()
        line = self.found(inspection, deadline="2027-03-10")
        self.cron("2027-03-09")
        self.assertNotIn("nobody has recorded", self.said(line, "finding"))
        self.cron("2027-03-10")
        self.assertIn("nobody has recorded", self.said(line, "finding"))
        self.assertFalse(self.activities(line, "finding_overdue"))
        self.cron("2027-03-11")
        late = self.activities(line, "finding_overdue")
        self.assertIn(self.users["management"], late.user_id)
        with freeze_time("2027-03-12 04:00:00"):
            self.assertIn(line, line.search([("is_late", "=", True)]))
            line.repair_note = "已换锁"
            line.action_repair()
        self.assertFalse(self.activities(line, "finding_overdue"))
        self.assertFalse(line.act_on)

    def test_somebody_else_when_one_has_left(self):
        self.cron("2027-04-01")
        inspection = self.open_one()
        line = self.found(inspection)
        self.keeper.sudo().action_archive()
        self.users["clerk"].sudo().action_archive()
        archivists = self.users["archivist"] | self.archivist2
        for record, kind in ((inspection, "inspection"), (line, "finding")):
            self.assertLessEqual(
                self.activities(record, kind).user_id, archivists, kind
            )
            self.assertTrue(self.activities(record, kind).user_id)
        # The next one is for archivists, until another person is named.
        self.room.custodian_id = False
        other = self.inspection(self.shelf)
        self.assertFalse(other.inspector_id)
        self.assertLessEqual(archivists, self.activities(other, "inspection").user_id)

    def test_inspected_now(self):
        for role in ("auditor", "clerk", "sales_other"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.room.with_user(self.users[role]).action_inspect()
        self.assertTrue(self.refusals(self.room, "inspect"))
        action = self.room.with_user(self.keeper).action_inspect()
        inspection = self.open_one()
        self.assertEqual(action["res_id"], inspection.id)
        again = self.room.with_user(self.users["archivist"]).action_inspect()
        self.assertEqual(again["res_id"], inspection.id)
        # It doesn't put off what is planned.
        self.answer(inspection)
        inspection.with_user(self.keeper).action_sign()
        self.assertEqual(self.room.inspection_next, date(2027, 4, 1))

    def test_filters(self):
        inspection = self.inspection()
        self.found(inspection)
        locations = self.env[LOCATION].with_user(self.users["auditor"])
        open_ones = locations.search(
            [("inspection_ids.line_ids.finding_state", "in", ("open", "repaired"))]
        )
        self.assertIn(self.room, open_ones)
        self.assertNotIn(self.cabinet, open_ones)
        self.assertEqual(self.room.open_finding_count, 1)
        with freeze_time("2027-04-01 04:00:00"):
            self.assertIn(
                self.room, locations.search([("is_inspection_due", "=", True)])
            )

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "广州分公司"})
        there = self.env[LOCATION].create(
            {"name": "丁库", "kind": "room", "company_id": company.id}
        )
        inspection = as_system(self.env[INSPECTION]).create({"location_id": there.id})
        self.assertEqual(inspection.company_id, company)
        own = self.env[INSPECTION].with_user(self.users["archivist"])
        self.assertNotIn(inspection, own.search([]))
        as_system(inspection).state = "cancelled"
        with self.assertRaises(AccessError):
            own.create({"location_id": there.id})
