from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged

from ..support.clone import cloned_database, scene
from ..support.common import ArchiveCase

ANNUAL = "customer.archive.annual"
LINE, REQUEST = f"{ANNUAL}.line", f"{ANNUAL}.request"
REVIEW = "customer.archive.review"


class Killed(BaseException):
    """What ends a worker ends its transaction."""


@tagged("post_install", "-at_install")
class TestLifeKilled(ArchiveCase, TransactionCase):
    """Scheduled actions that die in the middle; with real commits."""

    def test_killed_and_started_again(self):
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case, freeze_time("2026-03-02 03:00:00"):
                for role in ("sales", "purchase", "purchase", "purchase"):
                    case.registered(role, relation_stage="cooperating")
                self.company_id = case.company.id
            with freeze_time("2027-03-02 03:00:00"):
                self._reviews(registry)
            with freeze_time("2027-07-01 03:00:00"):
                self._annual(registry)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _run(self, registry, model, method):
        with registry.cursor() as cr:
            getattr(self._env(cr)[model], method)()

    def _killed(self, registry, model, step, after, cron):
        """Run a scheduled action that dies at its n-th call of a method."""
        real, calls = getattr(registry[model], step), []

        def dying(*args, **kwargs):
            result = real(*args, **kwargs)
            calls.append(step)
            if len(calls) == after:
                raise Killed
            return result

        with (
            patch.object(registry[model], step, dying),
            self.assertRaises(Killed),
        ):
            self._run(registry, *cron)

    def _count(self, registry, model):
        with registry.cursor() as cr:
            found = self._env(cr)[model].search([("company_id", "=", self.company_id)])
            activities = found.activity_ids if "activity_ids" in found else found
            return len(found), len(activities)

    def _reviews(self, registry):
        cron = ("customer.archive", "_cron_review")
        # Once when all is done but not committed, once in the middle of the writing.
        self._killed(registry, REVIEW, "_ask", 1, cron)
        self.assertEqual(self._count(registry, REVIEW), (0, 0))
        self._killed(registry, REVIEW, "_record", 1, cron)
        self.assertEqual(self._count(registry, REVIEW), (0, 0))
        for _twice in range(2):
            self._run(registry, *cron)
            self.assertEqual(self._count(registry, REVIEW), (4, 4))

    def _annual(self, registry):
        cron = (ANNUAL, "_cron_annual")
        module = "odoo.addons.customer_archive.models.reviews.customer_archive_annual"
        with patch(f"{module}.BATCH", 1):
            self._killed(registry, ANNUAL, "_start", 1, cron)
            self.assertEqual(self._count(registry, ANNUAL), (0, 0))
            # The second department dies; the first one's registers stay.
            self._killed(registry, LINE, "_store_registers", 2, cron)
            self.assertEqual(self._count(registry, LINE), (1, 1))
            self._killed(registry, REQUEST, "_ask_for", 3, cron)
            self.assertEqual(self._count(registry, LINE), (2, 2))
            self.assertEqual(self._count(registry, REQUEST), (2, 2))
            for _twice in range(2):
                self._run(registry, *cron)
                self.assertEqual(self._count(registry, REQUEST), (4, 4))
        with registry.cursor() as cr:
            run = self._env(cr)[ANNUAL].search([])
            self.assertEqual((run.year, run.state), (2027, "done"))
            self.assertEqual(run.date, date(2027, 7, 1))
            self.assertEqual(len(run.line_ids._stored_registers()), 6)
            domain = [("res_model", "=", LINE)]
            stored = self._env(cr)["ir.attachment"].search(domain)
            self.assertEqual(len(stored), 6)
