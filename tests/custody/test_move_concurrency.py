"""Several people who move the same file at the same moment, with real commits."""

import os
import shutil
import tempfile
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.clone import at_once, cloned_database, scene
from .custody_case import LOCATION

FILE = "customer.archive"


@tagged("post_install", "-at_install")
class TestMoveConcurrency(TransactionCase):
    """Requirement B1: nothing is in two places, and the history is complete."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        anchors = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, anchors)
        cls.enterClassContext(patch.dict(os.environ, CUSTOMER_ARCHIVE_ANCHORS=anchors))
        cls.clone = cls.enterClassContext(cloned_database(cls.env.cr.dbname))
        with scene(cls.clone) as case:
            cls.uid = {role: user.id for role, user in case.users.items()}
            cls.files = [case.archive().id, case.archive().id]
            names = ("甲盒", "乙盒", "丙盒", "丁盒")
            boxes = case.env[LOCATION].create([{"name": name} for name in names])
            boxes[3].capacity = 1
            cls.boxes = boxes.ids

    def commit(self, function):
        with self.clone.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    def move(self, role, file, box):
        return self.uid[role], lambda env: env[FILE].browse(file).action_move(box)

    def at_once(self, *calls):
        with mute_logger("odoo.service.model", "odoo.sql_db", "odoo.http"):
            return at_once(self.clone, calls)

    def history(self, file):
        """Return where a file is, and its moves in their order."""

        def read(env):
            found = env[FILE].browse(file)
            moves = found.move_ids.sorted("id")
            steps = [(move.from_id.id, move.to_id.id) for move in moves]
            return found.location_id.id, steps

        return self.commit(read)

    def test_two_move_the_same_file(self):
        file, (first, second) = self.files[0], self.boxes[:2]
        _place, before = self.history(file)
        results = self.at_once(
            self.move("archivist", file, first), self.move("sales", file, second)
        )
        self.assertEqual(results, [True, True])
        place, steps = self.history(file)
        self.assertEqual(len(steps), len(before) + 2)
        # Each went on from where the one before had put it.
        for last, after in zip([(None, False), *steps], steps, strict=False):
            self.assertEqual(after[0], last[1])
        self.assertEqual(steps[-1][1], place)

    def test_two_put_it_into_the_same_box(self):
        file, box = self.files[1], self.boxes[2]
        results = self.at_once(
            self.move("archivist", file, box), self.move("sales", file, box)
        )
        self.assertEqual(results, [True, True])
        place, steps = self.history(file)
        self.assertEqual((place, [to for _from, to in steps].count(box)), (box, 1))

    def test_two_fill_the_last_room(self):
        results = self.at_once(
            *(self.move("archivist", file, self.boxes[3]) for file in self.files)
        )
        [refused] = [each for each in results if each is not True]
        self.assertIsInstance(refused, UserError)
        self.assertIn("is full", str(refused))
        places = [self.history(file)[0] for file in self.files]
        self.assertEqual(places.count(self.boxes[3]), 1)
