"""Drafts that the system raises: by a stocktake, a loan, the access record (G2)."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..loans.loan_case import LoanCase
from .supervision_case import INCIDENT, SupervisionCase

DAY = date(2027, 3, 2)


@tagged("post_install", "-at_install")
class TestRaised(SupervisionCase, TransactionCase):
    """Requirement G2."""

    def raised(self):
        return self.env[INCIDENT].sudo().search([("user_id", "=", False)])

    def test_lost_without_a_loan(self):
        keeper = self.users["archivist"]
        locations = self.env["customer.archive.location"].with_user(keeper)
        room = locations.create({"name": "二楼库房"})
        self.file.with_user(keeper).action_move(room.id)
        stocktakes = self.env["customer.archive.stocktake"].with_user(keeper)
        stocktake = stocktakes.create({"location_id": room.id})
        stocktake.action_start()
        stocktake.action_end()
        stocktake.difference_ids.action_settle("lost", "三月装修后再没见过")
        incident = self.raised()
        self.assertEqual(incident.kind, "loss")
        self.assertEqual(incident.archive_ids, self.file)
        self.assertIn("三月装修后再没见过", incident.facts)
        self.assertIn(self.file.name, incident.facts)
        self.assertNotIn(self.party.name, incident.facts)
        self.assertIn(self.users["compliance"], self.work(incident, "incident"))
        # Who settled it reads nothing of it.
        with self.assertRaises(AccessError):
            incident.with_user(keeper).read(["facts"])

    def refuse(self, role, count, day=DAY - timedelta(days=1)):
        """Put refused attempts of somebody on a day on record."""
        rows = [
            {
                "company_id": self.company.id,
                "user_id": self.users[role].id,
                "event": "denied",
                "model": "customer.archive",
                "date": f"{day} 03:00:00",
                "detail": "read",
            }
            for _time in range(count)
        ]
        self.env["customer.archive.log"]._append(rows)

    def test_refused_attempts(self):
        """Above the number that the company says, once a day and person."""
        self.company.sudo().archive_incident_refusals = 5
        self.refuse("finance", 6)
        self.refuse("sales", 5)
        self.refuse("clerk", 9, DAY - timedelta(days=20))
        self.refuse("legal", 9, DAY)
        for _time in range(2):
            with freeze_time(f"{DAY} 03:00:00"):
                self.run_cron("incident")
            incident = self.raised()
            self.assertEqual(incident.person_ids.user_id, self.users["finance"])
            self.assertEqual(incident.occurred_on, DAY - timedelta(days=1))
            self.assertIn("6", incident.facts)
        with self.assertRaises(AccessError):
            incident.with_user(self.users["finance"]).read(["facts"])
        with freeze_time(f"{DAY + timedelta(days=1)} 03:00:00"):
            self.run_cron("incident")
        self.assertEqual(
            self.raised().person_ids.user_id,
            self.users["finance"] + self.users["legal"],
        )

    def test_one_company_fails(self):
        """Notices and the others are seen to all the same, and the log says it."""
        other = self.env["res.company"].create({"name": "外单位"})
        (self.company | other).sudo().archive_incident_refusals = 5
        self.refuse("finance", 6)
        incidents = self.env.registry[INCIDENT]
        found = incidents._refused_often

        def failing(records, company):
            if company == other:
                raise ValueError("broken")
            return found(records, company)

        name = "odoo.addons.customer_archive.models.supervision"
        with (
            patch.object(incidents, "_refused_often", failing),
            freeze_time(f"{DAY} 03:00:00"),
            self.assertLogs(f"{name}.customer_archive_incident_raised", "ERROR"),
        ):
            self.run_cron("incident")
        self.assertEqual(self.raised().person_ids.user_id, self.users["finance"])

    def test_switched_off(self):
        self.company.sudo().archive_incident_refusals = 0
        self.refuse("finance", 60)
        with freeze_time(f"{DAY} 03:00:00"):
            self.run_cron("incident")
        self.assertFalse(self.raised())

    def test_own_refusals_of_handlers(self):
        """Compliance who was refused isn't asked to look into it."""
        self.company.sudo().archive_incident_refusals = 5
        self.refuse("compliance", 6)
        with freeze_time(f"{DAY} 03:00:00"):
            self.run_cron("incident")
        incident = self.raised()
        self.assertNotIn(self.users["compliance"], self.work(incident, "incident"))
        with self.assertRaises(AccessError):
            incident.with_user(self.users["compliance"]).read(["facts"])
        # Nor when they were taken off the list of who is responsible.
        own = incident.with_user(self.users["auditor"])
        own.person_ids.unlink()
        own.reason = "系统误报"
        own.action_dismiss()
        with self.assertRaises(AccessError):
            incident.with_user(self.users["compliance"]).read(["facts"])
        with self.assertRaises(AccessError):
            incident.with_user(self.users["compliance"]).action_confirm_dismissal()


@tagged("post_install", "-at_install")
class TestLateLoan(LoanCase, SupervisionCase, TransactionCase):
    """Requirement G2: a loan that isn't returned though management knows."""

    def test_raised_after_days(self):
        with freeze_time("2027-03-01 02:00:00"):
            loan = self.lent("reader")
        incidents = self.env[INCIDENT].sudo().search([])
        for offset in range(40):
            with freeze_time(f"{date(2027, 3, 1) + timedelta(days=offset)} 03:00:00"):
                self.run_cron("loan")
        found = self.env[INCIDENT].sudo().search([]) - incidents
        self.assertEqual(len(found), 1)
        self.assertEqual((found.kind, found.origin), ("late", "loan"))
        self.assertEqual(found.person_ids.user_id, self.users["reader"])
        self.assertIn(loan.name, found.facts)
        self.assertFalse(loan.sudo().reminder_date)

    def test_never(self):
        self.company.sudo().archive_incident_loan_days = 0
        before = self.env[INCIDENT].sudo().search_count([])
        with freeze_time("2027-03-01 02:00:00"):
            self.lent("reader")
        for offset in range(40):
            with freeze_time(f"{date(2027, 3, 1) + timedelta(days=offset)} 03:00:00"):
                self.run_cron("loan")
        self.assertEqual(self.env[INCIDENT].sudo().search_count([]), before)
