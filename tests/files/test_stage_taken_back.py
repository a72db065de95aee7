from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestStageTakenBack(ArchiveCase, TransactionCase):
    """A2, E4: who wants to sell doesn't lift by a stage what keeps the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        party = cls.partner("江阴长兴再生资源有限公司")
        cls.file = cls.registered(partner=party, relation_stage="cooperating")
        cls.clerk = cls.file.with_user(cls.users["clerk"])

    def test_by_clerks(self):
        with self.assertRaisesRegex(AccessError, "only a clerk"):
            self.file.relation_stage = "intended"
        # Anybody who looks after a file may end it.
        self.file.relation_stage = "terminated"
        with self.assertRaisesRegex(AccessError, "only a clerk"):
            self.file.relation_stage = "intended"
        self.clerk.relation_stage = "intended"
        self.file.relation_stage = "cooperating"
        self.clerk.relation_stage = "intended"
        self.assertEqual(self.file.relation_stage, "intended")
