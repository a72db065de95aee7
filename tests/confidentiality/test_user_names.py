"""Who has a role in the customer files doesn't choose what his acts are recorded as."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..support.common import ArchiveCase

LOG = "customer.archive.log"
FALSE_NAME = "周合规"


@tagged("post_install", "-at_install")
class TestUserNames(ArchiveCase, TransactionCase):
    def renamed(self, user, known):
        """Yield ways to rename a user."""
        person, partner = known.with_user(user), known.partner_id.with_user(user)
        yield "name", lambda: person.write({"name": FALSE_NAME})
        yield "as superuser", lambda: person.sudo().write({"name": FALSE_NAME})
        yield "login", lambda: person.write({"login": "t_another"})
        yield "partner", lambda: partner.write({"name": FALSE_NAME})
        yield "another partner", lambda: person.write({"partner_id": self.other.id})

    def setUp(self):
        super().setUp()
        self.other = self.partner(FALSE_NAME)
        self.manager = new_test_user(
            self.env,
            "t_users",
            groups="base.group_erp_manager,base.group_partner_manager",
        )

    def test_nobody_renames_himself_or_others(self):
        known = self.users["sales"]
        for role in ("sales", "sales_other", "employee", "compliance"):
            for way, act in self.renamed(self.users[role], known):
                with (
                    self.subTest(way, role=role),
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                ):
                    act()
        self.assertEqual((known.name, known.login), ("Test sales", "t_sales"))
        reader = self.users["reader"]
        with self.assertRaisesRegex(AccessError, "user administrators"):
            reader.with_user(reader).write({"name": FALSE_NAME})

    def test_what_stays_as_it_was(self):
        """Their own other data, the same name, and people without a role."""
        sales, employee = self.users["sales"], self.users["employee"]
        sales.with_user(sales).write({"name": sales.name, "tz": "Europe/Paris"})
        self.assertEqual(sales.tz, "Europe/Paris")
        employee.with_user(employee).write({"name": "Another"})
        self.assertEqual(employee.name, "Another")
        party = self.partner().with_user(sales)
        party.name = "Another Ltd"

    def test_changes_are_recorded(self):
        known, log = self.users["sales"], self.env[LOG].sudo()
        before = log.search([])
        known.with_user(self.manager).write({"name": "New", "login": "t_new"})
        known.partner_id.sudo().name = "Newer"
        rows = log.search([("event", "=", "configuration")]) - before
        rows = rows.filtered(lambda row: row.res_id == known.id).sorted("id")
        self.assertEqual(
            rows.mapped("detail"),
            [
                "renamed name: Test sales > New",
                "renamed login: t_sales > t_new",
                "renamed name: New > Newer",
            ],
        )
        self.assertEqual(rows[0].user_id, self.manager)
        self.assertIn("Test sales → New", rows[0].summary)
