"""Scheduled actions are run by the system, and by nobody with his own rights."""

from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase
from ..system.test_migration import run, script

FILE, DUE = "customer.archive", "odoo.addons.customer_archive.models.common"


@tagged("post_install", "-at_install")
class TestScheduled(ArchiveCase, TransactionCase):
    def crons(self):
        """Return all scheduled actions of this addon, also those of tomorrow."""
        crons = self.env["ir.cron"].with_context(active_test=False)
        found = crons.search([("model_id.model", "=like", "customer.archive%")])
        self.assertGreater(len(found), 10)
        return found

    def recording(self):
        """Return a list that gets what is refused from now on: (user, operation)."""
        told = []
        log = type(self.env["customer.archive.log"])
        note = lambda own, _records, code, *_more: told.append((own.env.user, code))
        self.enterContext(patch.object(log, "_record_refusal", note))
        return told

    def test_refused_to_every_role(self):
        """By the screen's way, and when somebody made another action of the same."""
        system, told = self.env.ref("base.group_system"), self.recording()
        for cron in self.crons():
            action = cron.ir_actions_server_id
            self.assertEqual(action.group_ids, system, cron.name)
            for role, user in self.users.items():
                if system in user.all_group_ids:
                    continue
                with self.subTest(cron.name, role=role), self.assertRaises(AccessError):
                    action.with_user(user).run()
                self.assertIn((user, "scheduled"), told)
                told.clear()

    def test_methods_refuse(self):
        """What such an action calls refuses by itself, whoever calls it, and how."""
        sales = self.users["sales"]
        for name, model in self.env.registry.items():
            for method in dir(model) if name.startswith(FILE) else ():
                own = self.env[name].with_user(sales)
                for records in (own, own.sudo()) if method.startswith("_cron_") else ():
                    with (
                        self.subTest(name, method=method),
                        self.assertRaises(AccessError),
                    ):
                        getattr(records, method)()
        for cron in self.crons():
            self.assertRegex(cron.code.strip(), r"^model\._cron_\w+\(\)$")

    def test_administrators_of_odoo_run_it_as_the_system(self):
        file = self.registered()
        file.sudo()._write({"next_review_date": "2020-01-01"})
        file.invalidate_recordset()
        boss = self.users["admin"].copy({"login": "t_boss", "name": "Boss"})
        boss.group_ids = self.env.ref("base.group_system")
        seen, cron = [], type(self.env["ir.cron"])
        with (
            patch.object(
                type(file), "_open_reviews", lambda files: seen.append(files.env.uid)
            ),
            patch.object(cron, "_commit_progress", lambda *_a, **_k: 0),
        ):
            self.env[FILE].with_user(boss)._cron_review()
        self.assertEqual(set(seen), {SUPERUSER_ID})

    def test_a_missing_right_puts_nothing_off(self):
        file, other = self.registered(), self.registered()
        files = file + other
        files.sudo()._write({"next_review_date": "2020-01-01"})
        files.invalidate_recordset()
        opened, cron = [], type(self.env["ir.cron"])

        def open_reviews(own):
            if file in own:
                raise AccessError("no")
            opened.extend(own.ids)
            own._write({"next_review_date": None})
            own.invalidate_recordset()

        with (
            patch.object(type(file), "_open_reviews", open_reviews),
            patch(f"{DUE}.customer_archive_due.BATCH", 1),
            patch.object(cron, "_commit_progress", lambda *_a, **_k: 1),
            mute_logger(f"{DUE}.customer_archive_due"),
        ):
            self.env[FILE]._cron_review()
        self.assertEqual(str(file.sudo().next_review_date), "2020-01-01")
        self.assertIn(other.id, opened)
        with self.assertRaises(AccessError):
            file.with_user(self.users["sales"])._process_due(
                "next_review_date", "_open_reviews"
            )

    def test_a_lost_race_puts_nothing_off(self):
        """Somebody decides the step at this moment: it isn't broken, and stays due."""
        file = self.submitted()
        row = file.sudo().approval_ids.filtered("escalation_date")
        as_system(row).write({"escalation_date": "2020-01-01"})
        cron = type(self.env["ir.cron"])

        def lost(_row):
            raise OperationalError

        with (
            patch.object(type(row), "_escalate", lost),
            patch.object(cron, "_commit_progress", lambda *_a, **_k: 1),
            patch.object(self.env.cr, "rollback") as rollback,
        ):
            self.env["customer.archive.approval"]._cron_escalate()
        rollback.assert_called()
        self.assertEqual(str(row.escalation_date), "2020-01-01")
        with (
            patch.object(type(row), "_escalate", side_effect=ValueError),
            patch.object(cron, "_commit_progress", lambda *_a, **_k: 1),
            mute_logger(f"{DUE}.customer_archive_due"),
        ):
            self.env["customer.archive.approval"]._cron_escalate()
        self.assertGreater(row.escalation_date, row.company_id._archive_today())

    def test_update(self):
        crons = self.crons()
        crons.ir_actions_server_id.group_ids = False
        run(script("19.0.7.0.0", "post-scheduled.py"), self.env.cr)
        self.env.invalidate_all()
        for cron in crons:
            self.assertEqual(cron.group_ids, self.env.ref("base.group_system"))
