from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestResUsers(ArchiveCase, TransactionCase):
    """Requirement G6."""

    def test_duties_are_apart(self):
        """Auditor excludes who keeps or configures; compliance, who configures."""
        for role, other in (
            ("auditor", "customer_archive.group_admin"),
            ("auditor", "customer_archive.group_archivist"),
            ("auditor", "base.group_system"),
            ("auditor", "base.group_erp_manager"),
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


@tagged("post_install", "-at_install")
class TestUserAdministrators(ArchiveCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls.users["employee"].copy({"login": "t_keeper", "name": "Keeper"})
        cls.keeper.group_ids += cls.env.ref("base.group_erp_manager")

    def test_nobody_gives_himself_a_role(self):
        """R9: by whatever way; others and what comes with a job are as ever."""
        keeper = self.keeper.with_user(self.keeper)
        team = self.env["res.groups"].create({"name": "Team"})
        team.user_ids = self.keeper
        for role in ("compliance", "management", "archivist", "admin", "legal"):
            group = self.env.ref(f"customer_archive.group_{role}")
            own = group.with_user(self.keeper)
            for way, call in {
                "user": lambda g=group: keeper.write({"group_ids": [(4, g.id)]}),
                "group": lambda o=own: o.write({"user_ids": [(4, keeper.id)]}),
                "team": lambda g=group: team.with_user(self.keeper).write(
                    {"implied_ids": [(4, g.id)]}
                ),
                "new": lambda g=group, o=own: o.create(
                    {
                        "name": "New",
                        "implied_ids": [Command.set(g.ids)],
                        "user_ids": [Command.set(keeper.ids)],
                    }
                ),
                "everybody": lambda g=group: (
                    self.env.ref("base.group_erp_manager")
                    .with_user(self.keeper)
                    .write({"implied_ids": [(4, g.id)]})
                ),
            }.items():
                # Others whom it would give two duties to are named first.
                refused = self.assertRaises(UserError)
                with self.subTest(role, way=way), refused:
                    call()
                self.env.invalidate_all()
                self.env.registry.clear_cache("groups")
        other = self.users["employee"].with_user(self.keeper)
        other.group_ids += self.env.ref("customer_archive.group_legal")
        self.assertTrue(other.has_group("customer_archive.group_legal"))
        keeper.group_ids += self.env.ref("sales_team.group_sale_salesman")
        self.assertTrue(keeper.has_group("customer_archive.group_user"))

    def test_roles_are_not_duplicated(self):
        """R10: a copy of a role has its rights, and none of its limits."""
        self.keeper.group_ids += self.env.ref("base.group_system")
        for group in self.env["res.groups"]._archive_groups():
            with self.subTest(group.name), self.assertRaises(AccessError):
                group.with_user(self.keeper).copy(
                    {"user_ids": [Command.set(self.keeper.ids)]}
                )
        team = self.env["res.groups"].with_user(self.keeper).create({"name": "Team"})
        self.assertTrue(team.copy())

    def test_settings_need_the_settings_right(self):
        """R9: whoever gives rights writes companies, but not our settings."""
        own = self.company.with_user(self.keeper)
        fields = self.env["res.company"]._fields.values()
        names = {each.name for each in fields if each.name.startswith("archive_")}
        self.assertGreater(len(names), 15)
        for name in sorted(names):
            with self.subTest(name), self.assertRaises(AccessError):
                own.write({name: self.company[name]})
        with self.assertRaises(AccessError):
            own.create({"name": "New", "archive_grant_days": 999})
        own.write({"sequence": 5})
        self.keeper.group_ids += self.env.ref("base.group_system")
        own.archive_grant_days = 10
        told = self.env["customer.archive.log"].search(
            [("model", "=", "res.company"), ("event", "=", "configuration")], limit=1
        )
        self.assertEqual(told.detail, "write archive_grant_days")
