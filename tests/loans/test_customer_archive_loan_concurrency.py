from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..support.clone import at_once, cloned_database, scene
from ..support.common import ArchiveCase

LOAN = "customer.archive.loan"


class Killed(BaseException):
    """What ends a worker ends its transaction."""


@tagged("post_install", "-at_install")
class TestLoanConcurrency(ArchiveCase, TransactionCase):
    """With real commits, in a database of its own. Requirement C3."""

    def test_at_once_and_killed(self):
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case:
                self.roles = {role: user.id for role, user in case.users.items()}
                file = case.registered()
                same = [self._loan(case, file, role) for role in ("sales", "finance")]
                files = [case.registered() for _count in range(2)]
                both, other = (self._loan(case, each, "legal") for each in files)
            self._two_hand_outs_of_one_item(registry, same)
            for loan_id in (both, other):
                self._both_sides_of_one_loan(registry, loan_id)
            self._killed_between_two_reminders(registry, both, other)

    def _loan(self, case, file, role):
        """Return the id of an approved loan of the whole bag."""
        loans = case.env[LOAN].with_user(case.users[role])
        party = file.partner_id.id
        values = {"partner_id": party, "purpose": "Test", "scope": "file"}
        loan = loans.create(values)
        loan.action_submit()
        loan.with_user(case.users["management"]).action_approve()
        return loan.id

    def _two_hand_outs_of_one_item(self, registry, loans):
        def call(loan_id):
            return lambda env: env[LOAN].browse(loan_id).action_hand_out()

        archivist = self.roles["archivist"]
        results = at_once(registry, [(archivist, call(each)) for each in loans])
        told = [each for each in results if isinstance(each, UserError)]
        self.assertIn(True, results)
        self.assertEqual(len(told), 1, results)
        with registry.cursor() as cr:
            pair = api.Environment(cr, SUPERUSER_ID, {})[LOAN].browse(loans)
            winner = pair.filtered("line_ids.handed_by_id")
            self.assertEqual(len(winner), 1)
            self.assertIn(f"On loan: {winner.name}", str(told[0]))
            states = set((pair - winner).line_ids.mapped("state"))
            self.assertEqual(states, {"waiting"})

    def _both_sides_of_one_loan(self, registry, loan_id):
        def call(method):
            return lambda env: getattr(env[LOAN].browse(loan_id), method)()

        calls = [
            (self.roles["archivist"], call("action_hand_out")),
            (self.roles["legal"], call("action_confirm_receipt")),
        ]
        self.assertEqual(at_once(registry, calls), [True, True])
        with registry.cursor() as cr:
            loan = api.Environment(cr, SUPERUSER_ID, {})[LOAN].browse(loan_id)
            self.assertEqual(loan.state, "out")
            self.assertEqual(set(loan.line_ids.mapped("state")), {"out"})
            self.assertTrue(loan.due_date and loan.reminder_date)

    def _killed_between_two_reminders(self, registry, *loans):
        model = registry[LOAN]
        real, taken = model._notice_overdue, []

        def killed(loan):
            if taken:
                raise Killed
            taken.append(loan.id)
            real(loan)

        with registry.cursor() as cr:
            due = api.Environment(cr, SUPERUSER_ID, {})[LOAN].browse(loans[0]).due_date
        with freeze_time(f"{due + timedelta(days=20)} 03:00:00"):
            with (
                patch.object(model, "_notice_overdue", killed),
                self.assertRaises(Killed),
            ):
                self._remind(registry)
            # Nothing of this run was committed, nor of what is done in it.
            for loan_id in loans:
                self.assertEqual(self._told(registry, loan_id), [])
            for _twice in range(2):
                self._remind(registry)
            for loan_id in loans:
                self.assertEqual(self._told(registry, loan_id), ["archivist", "legal"])

    def _remind(self, registry):
        with registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})[LOAN]._cron_remind()

    def _told(self, registry, loan_id):
        with registry.cursor() as cr:
            loan = api.Environment(cr, SUPERUSER_ID, {})[LOAN].browse(loan_id)
            activities = loan._activities("mail_activity_loan_overdue")
            return sorted(user.login[2:] for user in activities.user_id)
