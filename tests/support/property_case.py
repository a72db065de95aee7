"""Plays random sequences of actions by random people, and watches what must hold."""

import itertools
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import ArchiveCase

PEOPLE = (
    "sales",
    "sales_other",
    "head",
    "compliance",
    "legal",
    "management",
    "clerk",
    "archivist",
)
QUIET = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    # What fails is short enough to read: shrinking takes minutes.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# What may follow what, as the design draws it; by hand, so that it can disagree.
DESIGN = {
    "customer.archive.consultation": {
        ("draft", "review"),
        ("review", "draft"),
        ("review", "approved"),
        ("approved", "ended"),
    },
    "customer.archive.sharing": {
        ("draft", "review"),
        ("review", "draft"),
        ("review", "approved"),
        ("approved", "ended"),
    },
    "customer.archive.loan": {
        ("draft", "review"),
        ("review", "draft"),
        ("review", "approved"),
        ("approved", "out"),
        ("approved", "cancelled"),
        ("out", "returned"),
    },
    "customer.archive.change": {
        ("draft", "review"),
        ("review", "draft"),
        ("review", "done"),
    },
}


# Whoever the step is for: without him a random walk would hardly get anywhere.
RIGHT = "right"


def steps(way, *others):
    """Return a strategy of sequences of (who, what).

    :param way: the actions that lead from the beginning to the end, in their order;
        a sequence starts with some of them, by whom they are for
    :param others: actions beside the way
    """
    who = st.one_of(st.just(RIGHT), st.sampled_from(PEOPLE))
    random = st.tuples(who, st.sampled_from((*way, *others)))
    begun = st.integers(0, len(way)).map(
        lambda count: [(RIGHT, action) for action in way[:count]]
    )
    return st.tuples(begun, st.lists(random, min_size=2, max_size=9)).map(
        lambda parts: parts[0] + parts[1]
    )


class PropertyCase(ArchiveCase):
    """Plays sequences on one record, each rolled back, and watches its state."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered()
        cls.party = cls.file.partner_id
        cls.Log = cls.env["customer.archive.log"].sudo()
        cls.reached = set()

    def someone(self, record, role, action):
        """Return who acts: the person of a role, or whoever the step is for."""
        if role != RIGHT:
            return self.users[role]
        if action in ("approve", "reject"):
            return record.approver_ids[:1] or self.users["head"]
        return record.user_id

    def play(self, record, sequence, perform):
        """Play ``sequence`` on ``record``; return the states that it went through.

        :param perform: function of the record as somebody and the action's name
        """
        states = [record.state]
        for role, action in sequence:
            who = record.with_user(self.someone(record, role, action))
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.models"):
                    perform(who, action)
            except (AccessError, UserError):
                # Refused as a request would be: nothing of it stays.
                self.env.invalidate_all()
                self.assertEqual(record.state, states[-1])
                continue
            if record.state != states[-1]:
                states.append(record.state)
            self.check(record)
        self.check_moves(record, states)
        self.reached.update(states)
        return states

    def check_moves(self, record, states):
        moves = list(itertools.pairwise(states))
        self.assertLessEqual(set(moves), DESIGN[record._name])
        recorded = self.rows(record, "state").mapped("detail")
        self.assertEqual(
            Counter(recorded), Counter(f"{one} > {other}" for one, other in moves)
        )

    def rows(self, record, event):
        return self.Log.search(
            [
                ("model", "=", record._name),
                ("res_id", "in", record.ids),
                ("event", "=", event),
            ]
        )

    def check(self, record):
        """Check what holds after each step."""
        steps_taken = record.sudo().approval_ids
        for row in steps_taken.filtered("decided_by_id"):
            self.assertNotEqual(row.decided_by_id, row.requester_id)
            self.assertIn(row.decided_by_id, row.approver_ids)
            self.assertEqual(len(self.rows(row, "decision")), 1)
        running = record.state == "review"
        self.assertEqual(
            len(steps_taken.filtered(lambda row: row.state == "pending")), int(running)
        )
        self.assertEqual(bool(record.sudo().approver_ids), running)

    def approved_rounds(self, record):
        """Return the rounds of which every step was approved."""
        by_round = record.sudo().approval_ids.grouped("round")
        return [
            number
            for number, rows in by_round.items()
            if set(rows.mapped("state")) == {"approved"}
        ]
