"""Several people who count the same stocktake at the same moment, with real commits."""

import os
import shutil
import tempfile
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.clone import at_once, cloned_database, scene
from ..support.killed import die, fork, was_killed
from .custody_case import LOCATION
from .test_customer_archive_stocktake import STOCKTAKE

FILE = "customer.archive"


@tagged("post_install", "-at_install")
class TestStocktakeConcurrency(TransactionCase):
    """Requirement B4: two count different rooms at once, and nothing gets lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        anchors = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, anchors)
        cls.enterClassContext(patch.dict(os.environ, CUSTOMER_ARCHIVE_ANCHORS=anchors))
        cls.clone = cls.enterClassContext(cloned_database(cls.env.cr.dbname))
        with scene(cls.clone) as case:
            cls.uid = {role: user.id for role, user in case.users.items()}
            rooms = [
                {"name": name, "kind": "room"} for name in ("一楼库房", "二楼库房")
            ]
            cls.rooms = case.env[LOCATION].create(rooms).ids
            files = [case.archive() for _number in range(5)]
            cls.files = [file.id for file in files]
            for file, room in zip(files[:4], cls.rooms * 2, strict=True):
                file.sudo()._move(case.env[LOCATION].browse(room), "manual")

    def setUp(self):
        super().setUp()

        def start(env):
            stocktake = (
                env[STOCKTAKE]
                .with_user(self.uid["archivist"])
                .create(
                    {"scope": "sample", "sample_unit": "percent", "sample_size": 100}
                )
            )
            stocktake.action_start()
            return stocktake.id

        self.stocktake = self.commit(start)

    def commit(self, function):
        with self.clone.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    def count(self, role, *counts):
        def call(env):
            return env[STOCKTAKE].browse(self.stocktake).action_count([*counts])

        return self.uid[role], call

    def at_once(self, *calls):
        with mute_logger("odoo.service.model", "odoo.sql_db", "odoo.http"):
            return at_once(self.clone, calls)

    def lines(self):
        """Return by file, or code: result, where it was found, who counted it."""

        def read(env):
            return {
                line.archive_id.id or line.code: (
                    line.result,
                    line.found_id.id,
                    line.counted_by_id.id,
                )
                for line in env[STOCKTAKE].browse(self.stocktake).line_ids
            }

        return self.commit(read)

    def test_two_rooms(self):
        first, second, third, fourth, _apart = self.files
        one, two = self.rooms
        archivist, clerk = self.uid["archivist"], self.uid["clerk"]
        results = self.at_once(
            self.count("archivist", [one, [first, third]]),
            self.count("clerk", [two, [second, fourth]]),
        )
        self.assertEqual(results, [{"taken": 2, "elsewhere": 0}] * 2)
        self.assertEqual(
            self.lines(),
            {
                first: ("found", one, archivist),
                third: ("found", one, archivist),
                second: ("found", two, clerk),
                fourth: ("found", two, clerk),
            },
        )

    def test_the_same_surplus_and_code(self):
        """Of two who find the same, one has a line; it says who."""
        apart, one = self.files[4], self.rooms[0]
        counts = [one, [apart, "6901234567892"]]
        results = self.at_once(
            self.count("archivist", counts), self.count("clerk", counts)
        )
        self.assertEqual(results, [{"taken": 2, "elsewhere": 0}] * 2)
        lines = self.lines()
        self.assertEqual(len(lines), 6)
        for what in (apart, "6901234567892"):
            result, place, who = lines[what]
            self.assertEqual((result, place), ("surplus", one))
            self.assertIn(who, (self.uid["archivist"], self.uid["clerk"]))

    def test_the_same_file_in_two_places(self):
        """The second sees that it was counted before: nothing is overwritten unsaid."""
        first, (one, two) = self.files[0], self.rooms
        results = self.at_once(
            self.count("archivist", [one, [first]]), self.count("clerk", [two, [first]])
        )
        self.assertEqual(sorted(each["elsewhere"] for each in results), [0, 1])

    def test_ended_meanwhile(self):
        """What is taken over is in the result, or who sends it is told."""
        first, one = self.files[0], self.rooms[0]

        def end(env):
            return env[STOCKTAKE].browse(self.stocktake).action_end()

        ended, counted = self.at_once(
            (self.uid["archivist"], end), self.count("clerk", [one, [first]])
        )
        self.assertIs(ended, True)
        result, _place, _who = self.lines()[first]
        if isinstance(counted, UserError):
            self.assertEqual(result, "missing")
        else:
            self.assertEqual((counted["taken"], result), (1, "found"))

    def test_killed_while_it_starts(self):
        """Started as a whole, or not at all."""

        def make(env):
            return env[STOCKTAKE].create({"scope": "all"}).id

        made = self.commit(make)

        def start(env):
            own = env[STOCKTAKE].browse(made).with_user(self.uid["archivist"])
            with patch.object(env.registry[STOCKTAKE], "_log_step", die):
                own.action_start()

        self.assertTrue(was_killed(fork(self.clone, start)))
        self.commit(
            lambda env: self.assertEqual(
                [
                    (each.state, len(each.line_ids))
                    for each in env[STOCKTAKE].browse(made)
                ],
                [("draft", 0)],
            )
        )
