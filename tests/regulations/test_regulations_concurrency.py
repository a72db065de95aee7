"""Two at once, and a job that dies: with real commits, in a database of its own."""

from collections import Counter
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.sql_db import Cursor
from odoo.tests import TransactionCase, tagged

from ..support.clone import at_once, cloned_database, scene
from ..support.killed import die, fork, was_killed
from .regulations_case import ACKNOWLEDGEMENT, REGULATION, WHEN, RegulationsCase

DUE = "odoo.addons.customer_archive.models.common.customer_archive_due"


@tagged("post_install", "-at_install")
class TestRegulationsConcurrency(TransactionCase):
    """Requirement G8."""

    def test_at_once_and_killed(self):
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry, RegulationsCase) as case:
                rule = case.published()
                self.roles = {role: user.id for role, user in case.users.items()}
                row = case.row(rule, "sales")
                with freeze_time(WHEN):
                    case.read_text(row)
                self.rule_id, self.row_id = rule.id, row.id
            with freeze_time(WHEN):
                self._twice_by_one(registry)
                self._two_jobs(registry)
            self._killed(registry)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _twice_by_one(self, registry):
        """One click in each of two windows: it is acknowledged once."""

        def call(env):
            return env[ACKNOWLEDGEMENT].browse(self.row_id).action_acknowledge()

        results = at_once(registry, [(self.roles["sales"], call)] * 2)
        told = [each for each in results if isinstance(each, UserError)]
        self.assertEqual((results.count(True), len(told)), (1, 1), results)
        with registry.cursor() as cr:
            log = self._env(cr)["customer.archive.log"]
            found = log.search([("event", "=", "acknowledge")])
            self.assertEqual(found.res_id, self.row_id)

    def _two_jobs(self, registry):
        """Two transactions find the same person who wasn't asked yet: he is, once."""
        with registry.cursor() as cr:
            # Past the addon, which would ask him at once.
            group = self._env(cr).ref("customer_archive.group_reader").id
            cr.execute(
                "INSERT INTO res_groups_users_rel (gid, uid) VALUES (%s, %s)",
                [group, self.roles["employee"]],
            )

        def call(env):
            env[REGULATION].browse(self.rule_id)._ask()
            return True

        results = at_once(registry, [(SUPERUSER_ID, call)] * 2)
        self.assertEqual(results, [True, True])
        with registry.cursor() as cr:
            env = self._env(cr)
            rows = env[ACKNOWLEDGEMENT].search(
                [("user_id", "=", self.roles["employee"])]
            )
            self.assertEqual((len(rows), rows.state), (1, "open"))
            activities = rows._activities("mail_activity_acknowledgement")
            self.assertEqual(len(activities), 1)

    def _killed(self, registry):
        """Killed at any statement and started again: nothing twice, none missing."""
        for day in ("2027-03-08", "2027-03-09"):
            with freeze_time(f"{day} 03:00:00"), patch(f"{DUE}.BATCH", 3):
                for limit in range(40, 400, 45):
                    if not was_killed(fork(registry, self._dying(limit))):
                        break
                self.assertFalse(was_killed(fork(registry, self._run)))
        with registry.cursor() as cr:
            env = self._env(cr)
            rows = env[ACKNOWLEDGEMENT].search(
                [("regulation_id", "=", self.rule_id), ("state", "=", "open")]
            )
            self.assertGreater(len(rows), 10)
            self.assertEqual(set(rows.mapped("level")), {2})
            asked = rows._activities("mail_activity_acknowledgement")
            self.assertEqual(Counter(asked.mapped("res_id")), Counter(rows.ids))
            told = rows._activities("mail_activity_acknowledgement_overdue")
            pairs = Counter((each.res_id, each.user_id.id) for each in told)
            self.assertEqual(set(pairs.values()), {1})
            self.assertEqual({each.res_id for each in told}, set(rows.ids))

    def _run(self, env):
        env[ACKNOWLEDGEMENT]._cron_acknowledgements()
        env.cr.commit()

    def _dying(self, limit):
        def call(env):
            done, execute = [], Cursor.execute

            def counting(*args, **kwargs):
                done.append(1)
                if len(done) > limit:
                    die()
                return execute(*args, **kwargs)

            with patch.object(Cursor, "execute", counting):
                self._run(env)

        return call
