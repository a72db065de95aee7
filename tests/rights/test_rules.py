"""What each record rule lets through, against ``rules.tsv``.

The table has a line for each who, alone or with one tie, that is let to a record by the
rules; who isn't named is let to nothing. A cell has what he may do (r, w, c, d: read,
write, create, delete) while files are as its column says. ``rights.tsv`` has what comes
of it together with access rights and code.
"""

from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase
from .rules_ground import RulesGround

TABLE = Path(__file__).with_name("rules.tsv")


@tagged("post_install", "-at_install")
class TestRules(ArchiveCase, TransactionCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ground = RulesGround(cls)

    def test_table(self):
        lines = TABLE.read_text(encoding="utf-8").splitlines()
        told = {line for line in lines if line and not line.startswith(("#", "model"))}
        found = {"\t".join(row) for row in self.ground.rows()}
        self.assertEqual(sorted(found - told), [], "is let")
        self.assertEqual(sorted(told - found), [], "isn't let")
