from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestResUsers(ArchiveCase, TransactionCase):
    def test_duties_are_apart(self):
        """Auditor excludes who keeps or configures; compliance, who configures."""
        for role, other in (
            ("auditor", "customer_archive.group_admin"),
            ("auditor", "customer_archive.group_archivist"),
            ("auditor", "base.group_system"),
            ("compliance", "customer_archive.group_admin"),
        ):
            user, group = self.users[role], self.env.ref(other)
            own = self.env.ref(f"customer_archive.group_{role}")
            team = self.env["res.groups"].create({"name": "Team"})
            team.user_ids = user
            with self.subTest(role, other=other):
                with self.assertRaises(ValidationError):
                    user.group_ids += group
                with self.assertRaises(ValidationError):
                    group.user_ids += user
                with self.assertRaises(ValidationError):
                    team.implied_ids = group
                with self.assertRaises(ValidationError):
                    own.implied_by_ids += group
