"""The arithmetic of assessments, without a database. Requirement E1."""

import json
import random

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools.assessment import (
    Scored,
    assess,
    differences,
    grade_of,
    parse_scale,
    points_of,
)

SCHEME = {
    "minimum": 50.0,
    "factors": [
        {
            "id": 1,
            "source": "overdue_days",
            "weight": 60.0,
            "scale": [[0.0, 100.0], [30.0, 60.0], [None, 0.0]],
        },
        {"id": 2, "source": "registry", "weight": 30.0, "scale": []},
        {"id": 3, "source": "entered", "weight": 10.0, "scale": []},
    ],
    "grades": [
        {"id": 7, "bound": 80.0},
        {"id": 8, "bound": 50.0},
        {"id": 9, "bound": 0.0},
    ],
}


@tagged("post_install", "-at_install")
class TestAssessmentArithmetic(BaseCase):
    """Requirement E1: weighted factors into grades."""

    def test_tables(self):
        table = parse_scale("0: 100, 30:60，*：0")
        self.assertEqual(table, [(0.0, 100.0), (30.0, 60.0), (None, 0.0)])
        for value, points in ((-5, 100), (0, 100), (0.01, 60), (30, 60), (1e15, 0)):
            self.assertEqual(points_of(table, value), points)
        # Without a table a figure is points, and stays within what there is.
        for value, points in ((-5, 0), (60, 60), (1e9, 100)):
            self.assertEqual(points_of([], value), points)

    def test_what_is_no_table(self):
        for text in (
            *("", None, "100", "0: 100", "*: 0, 1: 2", "1: 2, 1: 3, *: 0"),
            *("5: 1, 2: 0, *: 0", "0: 101, *: 0", "0: -1, *: 0", "nan: 1, *: 0"),
            *("inf: 1, *: 0", "0: nan, *: 0", "a: b, *: 0", "0: 100, *"),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_scale(text)

    def test_weights(self):
        result = assess(SCHEME, {"overdue_days": 10, "registry": 100}, {3: 50})
        self.assertEqual(result.score, (60 * 60 + 100 * 30 + 50 * 10) / 100)
        self.assertEqual((result.known, result.grade), (100, 8))
        self.assertEqual(result.lines[0], Scored(1, 10.0, 60.0, 60.0))

    def test_what_is_not_known_is_shared_out(self):
        result = assess(SCHEME, {"overdue_days": 0})
        self.assertEqual((result.score, result.known, result.grade), (100, 60, 7))
        self.assertEqual([line.share for line in result.lines], [100, 0, 0])
        # Too little to propose a grade, and a score all the same.
        result = assess(SCHEME, {"registry": 60})
        self.assertEqual((result.score, result.known, result.grade), (60, 30, None))
        result = assess(SCHEME, {})
        self.assertEqual((result.score, result.known, result.grade), (None, 0, None))

    def test_grades(self):
        for score, grade in ((100, 7), (80, 7), (79.9999, 8), (50, 8), (0, 9)):
            self.assertEqual(grade_of(SCHEME, score), grade)
        none = {**SCHEME, "grades": [{"id": 7, "bound": 80.0}]}
        self.assertIsNone(grade_of(none, 10))

    def test_replayed_after_it_was_stored(self):
        """JSON and back, as the database keeps it: to the last digit."""
        chance = random.Random(7)
        for _turn in range(500):
            figures = {
                "overdue_days": chance.choice([None, chance.uniform(-10, 90)]),
                "registry": chance.choice([None, 0, 60, 100]),
            }
            entered = {3: chance.uniform(0, 100)}
            before = assess(SCHEME, figures, entered)
            stored = json.loads(json.dumps([SCHEME, figures, entered]))
            again = {int(key): value for key, value in stored[2].items()}
            self.assertEqual(assess(stored[0], stored[1], again), before)

    def test_what_differs(self):
        before = assess(SCHEME, {"overdue_days": 0, "registry": 100})
        after = assess(SCHEME, {"overdue_days": 31, "registry": 100})
        self.assertEqual(differences(before, before), ([], []))
        self.assertEqual(differences(before, after), (["score", "grade"], [1]))
