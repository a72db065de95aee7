"""A sample that anybody can draw again; requirement G1."""

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import draw

IDS = st.lists(st.integers(1, 10**9), unique=True, max_size=60)
SEEDS = st.text(string.hexdigits, min_size=1, max_size=16)


@tagged("post_install", "-at_install")
class TestDraw(BaseCase):
    # A machine that does much else is slow to make lists.
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(IDS, SEEDS, st.integers(1, 70))
    def test_the_same_again(self, ids, seed, count):
        """In whatever order they come, and however often."""
        first = draw.drawn(seed, ids, count)
        self.assertEqual(draw.drawn(seed, ids[::-1] * 2, count), first)
        self.assertEqual(len(first), min(count, len(ids)))
        self.assertLessEqual(set(first), set(ids))
        # Who draws more gets those, and others.
        self.assertEqual(draw.drawn(seed, ids, count + 5)[:count], first)

    def test_everybody_has_a_chance(self):
        """Of a hundred each is drawn about as often: nobody is left out."""
        drawn = [
            each
            for number in range(400)
            for each in draw.drawn(str(number), range(100), 5)
        ]
        counts = [drawn.count(each) for each in range(100)]
        self.assertGreater(min(counts), 4)
        self.assertLess(max(counts), 45)

    def test_seeds_are_not_foreseen(self):
        self.assertEqual(len({draw.new_seed() for _time in range(50)}), 50)

    def test_share(self):
        for percent, population, count in (
            (10, 100, 10),
            (10, 1, 1),
            (10, 0, 0),
            (33, 10, 4),
            (100, 7, 7),
        ):
            self.assertEqual(draw.share(percent, population), count)

    def test_digest(self):
        """It differs as soon as one file more or less is there."""
        self.assertEqual(draw.digest_of([3, 1, 2]), draw.digest_of([1, 2, 3, 3]))
        self.assertNotEqual(draw.digest_of([1, 2]), draw.digest_of([12]))
        self.assertEqual(len(draw.digest_of([])), 64)
