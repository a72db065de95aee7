"""Two people at the same inspection at the same moment, with real commits."""

import os
import shutil
import tempfile
import threading
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.clone import at_once, cloned_database, scene
from ..support.killed import die, fork, was_killed
from .custody_case import LOCATION

INSPECTION, LINE = "customer.archive.inspection", "customer.archive.inspection.line"


@tagged("post_install", "-at_install")
class TestInspectionConcurrency(TransactionCase):
    """Requirement B3: two who act at once don't undo what the other did."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        anchors = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, anchors)
        cls.enterClassContext(patch.dict(os.environ, CUSTOMER_ARCHIVE_ANCHORS=anchors))
        cls.clone = cls.enterClassContext(cloned_database(cls.env.cr.dbname))
        with scene(cls.clone) as case:
            cls.uid = {role: user.id for role, user in case.users.items()}
            cls.serial = 0

    def setUp(self):
        super().setUp()
        type(self).serial += 1

        def make(env):
            room = env[LOCATION].create(
                {"name": f"{self.serial} 号库房", "kind": "room"}
            )
            inspections = env[INSPECTION].with_user(self.uid["archivist"])
            inspection = inspections.create({"location_id": room.id})
            for line in inspection.line_ids[1:]:
                middle = (line.lowest + line.highest) / 2
                line.write({"value": middle, "result": "ok"})
            return room.id, inspection.id, inspection.line_ids[0].id

        self.room, self.inspection, self.line = self.commit(make)

    def commit(self, function):
        with self.clone.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    def at_once(self, *calls):
        with mute_logger("odoo.service.model", "odoo.sql_db", "odoo.http"):
            return at_once(self.clone, [(self.uid["archivist"], c) for c in calls])

    def sign(self, env):
        return env[INSPECTION].browse(self.inspection).action_sign()

    def find(self, env):
        line = env[LINE].browse(self.line)
        line.write({"result": "finding", "finding": "锁坏", "severity": "major"})
        return "found"

    def in_order(self, env):
        return env[LINE].browse(self.line).action_in_order()

    def test_signed_while_somebody_answers(self):
        """What is signed is what was answered: no answer comes in behind it."""
        self.commit(
            lambda env: self.in_order(env(user=self.uid["archivist"])),
        )
        signed, found = self.at_once(self.sign, self.find)
        self.assertIs(signed, True)

        def check(env):
            line = env[LINE].browse(self.line)
            self.assertEqual(env[INSPECTION].browse(self.inspection).state, "signed")
            if isinstance(found, UserError):
                self.assertEqual(line.result, "ok")
            else:
                self.assertEqual((line.result, line.finding), ("finding", "锁坏"))

        self.commit(check)

    def after(self, first, second):
        """Run ``second`` on what it saw before ``first``, which ends while it waits."""
        begun = threading.Event()

        def begin(env):
            first(env)
            begun.set()
            time.sleep(1)

        def follow(env):
            begun.wait(60)
            return second(env)

        return self.at_once(begin, follow)[1]

    def test_signed_while_an_answer_is_taken_back(self):
        """Nobody signs what isn't answered, also if it was when the signing began."""
        self.commit(lambda env: self.in_order(env(user=self.uid["archivist"])))

        def take_back(env):
            env[LINE].browse(self.line).result = False

        def find(env):
            env[LINE].browse(self.line).action_finding()

        for first, words in ((take_back, "aren't answered"), (find, "say what was")):
            refused = self.after(first, self.sign)
            with self.subTest(words):
                self.assertIsInstance(refused, UserError)
                self.assertIn(words, str(refused))
            state = self.commit(
                lambda env: env[INSPECTION].browse(self.inspection).state
            )
            self.assertEqual(state, "open")

    def test_cancelled_while_something_is_found(self):
        """Nobody is asked to repair what was found in an inspection given up."""

        def give_up(env):
            inspection = env[INSPECTION].browse(self.inspection)
            inspection.note = "另行巡检"
            return inspection.action_cancel()

        self.assertIs(self.after(self.find, give_up), True)

        def check(env):
            line = env[LINE].browse(self.line)
            self.assertFalse(line.finding_state or line.act_on or line.activity_ids)

        self.commit(check)

    def test_two_open_one(self):
        """Of two who begin at once there is one inspection, which both get."""

        def begin(env):
            room = env[LOCATION].browse(self.empty)
            return room.action_inspect()["res_id"]

        self.empty = self.commit(
            lambda env: env[LOCATION].create({"name": "空库房", "kind": "room"}).id
        )
        results = self.at_once(begin, begin)

        def check(env):
            own = [("location_id", "=", self.empty)]
            self.assertEqual(len(env[INSPECTION].search(own)), 1)

        self.commit(check)
        self.assertEqual(len({each for each in results if type(each) is int}), 1)

    def test_repaired_and_confirmed_twice(self):
        self.commit(lambda env: self.find(env(user=self.uid["archivist"])))

        def repair(env):
            line = env[LINE].browse(self.line)
            line.repair_note = "已换锁"
            return line.action_repair()

        results = self.at_once(repair, repair)
        self.assertEqual(sum(each is True for each in results), 1)
        self.assertEqual(sum(isinstance(each, UserError) for each in results), 1)

    def test_killed_while_it_opens(self):
        """Opened with its plan moved on, or not at all; the next run does it."""

        def yesterday(env):
            return env.company._archive_today() - timedelta(days=1)

        def due(env):
            own = env[INSPECTION].browse(self.inspection)
            own = own.with_user(self.uid["archivist"])
            own.note = "另行巡检"
            own.action_cancel()
            env[LOCATION].browse(self.room).inspection_next = yesterday(env)

        self.commit(due)

        def opened(env):
            own = [("location_id", "=", self.room), ("state", "=", "open")]
            return len(env[INSPECTION].search(own))

        def run(env):
            with patch.object(env.registry[INSPECTION], "_log_inspection", die):
                env[LOCATION]._cron_inspection()

        self.assertTrue(was_killed(fork(self.clone, run)))
        self.assertEqual(self.commit(opened), 0)
        self.commit(lambda env: env[LOCATION]._cron_inspection())
        self.commit(lambda env: env[LOCATION]._cron_inspection())
        self.assertEqual(self.commit(opened), 1)

        def check(env):
            self.assertGreater(
                env[LOCATION].browse(self.room).inspection_next, yesterday(env)
            )

        self.commit(check)
