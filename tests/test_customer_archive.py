from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestCustomerArchive(ArchiveCase, TransactionCase):
    def test_way_of_a_file(self):
        archive = self.archive()
        self.assertEqual(archive.state, "draft")
        self.assertEqual(archive.department_id, self.departments["sales"])
        self.collect(archive)
        self.assertEqual(archive.completeness, 100)
        archive.action_submit()
        self.assertEqual(archive.state, "review")
        self.assertEqual(archive.approver_ids, self.users["head"])
        archive.with_user(self.users["head"]).action_approve("business side agrees")
        self.assertEqual(archive.approver_ids, self.users["compliance"])
        archive.with_user(self.users["compliance"]).action_approve("papers agree")
        self.assertEqual(archive.state, "registering")
        archive.with_user(self.users["clerk"]).action_register()
        self.assertEqual(archive.state, "active")
        self.assertRegex(archive.name, r"^20\d\d-TSALE-001$")
