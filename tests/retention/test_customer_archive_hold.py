from psycopg2 import Error

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ROLES, ArchiveCase

HOLD = "customer.archive.hold"
HOLDERS = {"legal", "compliance", "management"}


@tagged("post_install", "-at_install")
class TestHold(ArchiveCase, TransactionCase):
    """Held by one person, lifted by another, and never changed otherwise.

    Requirement F3.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered()

    def by(self, record, role):
        return record.with_user(self.users[role])

    def held(self, kind="legal", **values):
        return self.by(self.file, "legal").action_hold(kind, "Lawsuit", **values)

    def test_held_and_lifted(self):
        hold = self.held(reference="(2026) 101")
        file = self.file.sudo()
        self.assertTrue(file.is_held)
        self.assertIn("On Hold", file.retention_blockers)
        self.assertEqual(hold.state, "held")
        self.assertEqual(hold.placed_by_id, self.users["legal"])
        self.by(hold, "compliance").action_lift("Settled")
        self.assertFalse(file.is_held)
        self.assertEqual(hold.state, "lifted")
        self.assertEqual(hold.lifted_by_id, self.users["compliance"])
        self.assertFalse(file._blockers())
        events = file.log_ids.filtered(lambda row: row.event == "hold")
        self.assertEqual(
            events.sorted("id").mapped("detail"), ["placed legal", "lifted"]
        )

    def test_two_holds_end_one_by_one(self):
        first, second = self.held(), self.held("audit")
        self.by(first, "management").action_lift("Settled")
        self.assertTrue(self.file.is_held)
        self.by(second, "management").action_lift("Done")
        self.assertFalse(self.file.is_held)

    def test_by_role(self):
        for role in sorted(ROLES.keys() - {"portal"}):
            with self.subTest(role):
                file = self.by(self.file, role)
                if role in HOLDERS:
                    file.action_hold("audit", "Checked")
                else:
                    with self.assertRaises(AccessError):
                        file.action_hold("audit", "Checked")
        hold = self.held()
        for role in sorted(ROLES.keys() - {"portal"}):
            with self.subTest(role):
                if role in HOLDERS - {"legal"}:
                    continue
                with self.assertRaises(AccessError):
                    self.by(hold, role).action_lift("Settled")
        self.assertEqual(hold.state, "held")

    def test_four_eyes_also_as_superuser(self):
        hold = self.held()
        with self.assertRaisesRegex(AccessError, "another person"):
            hold.sudo().action_lift("Settled")

    def test_needs_words_and_a_known_kind(self):
        file = self.by(self.file, "legal")
        for args in (("legal", ""), ("legal", "  "), ("legal", 5), ("none", "x")):
            with self.assertRaises(UserError):
                file.action_hold(*args)
        hold = self.held()
        for reason in ("", None, "  "):
            with self.assertRaises(UserError):
                self.by(hold, "management").action_lift(reason)
        self.by(hold, "management").action_lift("Settled")
        with self.assertRaisesRegex(UserError, "already"):
            self.by(hold, "compliance").action_lift("Again")

    def test_dialog_holds_and_lifts_a_selection(self):
        files = self.by(self.file | self.registered("purchase"), "legal")
        action = files.action_open_hold()
        dialogs = self.env[action["res_model"]].with_user(self.users["legal"])
        dialog = dialogs.with_context(**action["context"]).create({"reason": "Suit"})
        dialog.action_confirm()
        self.assertEqual(files.mapped("is_held"), [True, True])
        holds = self.by(files.hold_ids, "management")
        action = holds.action_open_lift()
        dialogs = dialogs.with_user(self.users["management"])
        dialog = dialogs.with_context(**action["context"]).create({"reason": "Done"})
        dialog.action_confirm()
        self.assertEqual(files.mapped("is_held"), [False, False])

    def test_nobody_writes_holds(self):
        hold = self.held()
        values = {
            "archive_id": self.file.id,
            "kind": "legal",
            "placed_by_id": self.env.uid,
            "placed_on": "2026-01-01",
        }
        for role in ("legal", "management", "admin", "sales"):
            own = self.by(hold, role)
            for do in (
                lambda own=own: own.create(values),
                lambda own=own: own.write({"reason": "x"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
            ):
                with self.assertRaises(AccessError):
                    do()
        for one in (hold.sudo(), hold.with_user(1)):
            with self.assertRaises(AccessError):
                one.write({"reason": "x"})
            with self.assertRaises(AccessError):
                one.unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_them(self):
        hold = self.held()
        self.env.flush_all()
        lift = "UPDATE customer_archive_hold SET lifted_on = now()"
        for query in (
            "DELETE FROM customer_archive_hold",
            "TRUNCATE customer_archive_hold CASCADE",
            "UPDATE customer_archive_hold SET archive_id = archive_id + 1",
            "UPDATE customer_archive_hold SET kind = 'audit'",
            "UPDATE customer_archive_hold SET reason = NULL",
            lift,
            f"{lift}, lifted_by_id = placed_by_id",
            f"{lift}, lifted_by_id = 1, placed_by_id = 2",
        ):
            with self.subTest(query), self.assertRaises(Error):
                self.env.cr.execute(query)
        with self.assertRaises(Error):
            as_system(hold.sudo()).unlink()
        self.by(hold, "management").action_lift("Settled")
        self.env.flush_all()
        for query in (
            "DELETE FROM customer_archive_hold",
            "UPDATE customer_archive_hold SET lifted_on = NULL",
            "UPDATE customer_archive_hold SET reason = 'x'",
        ):
            with self.subTest(query), self.assertRaises(Error):
                self.env.cr.execute(query)

    def test_addon_stays_as_long_as_something_is_held(self):
        module = self.env["ir.module.module"].search(
            [("name", "=", "customer_archive")]
        )
        dependency = module.search([("name", "=", "sale")])
        hold = self.held()
        for do in (
            module.button_uninstall,
            dependency.button_uninstall,
            module.module_uninstall,
            lambda: module.write({"state": "to remove"}),
        ):
            with self.assertRaisesRegex(UserError, "on hold or blocked"):
                do()
        self.by(hold, "management").action_lift("Settled")
        # On record it still is: see test_uninstall.py.
        with self.assertRaisesRegex(UserError, "on record"):
            module.write({"state": "to remove"})

    def test_updates_drop_what_the_code_no_longer_has(self):
        """An update isn't refused for a held file; dropping what is in use is."""
        self.held()
        fields = self.env["ir.model.fields"]
        self.env.cr.execute(
            """
            INSERT INTO ir_model_fields (
                name, model, model_id, field_description, ttype, state, store
            )
            SELECT 'dropped', model, id, '{"en_US": "Dropped"}', 'char', 'base', false
              FROM ir_model WHERE model = 'customer.archive'
            RETURNING id
            """
        )
        dropped = fields.browse(self.env.cr.fetchone())
        used = fields._get("customer.archive", "note")
        with self.assertRaisesRegex(UserError, "on hold or blocked"):
            used._unlink_except_kept_files()
        with self.assertRaisesRegex(UserError, "on hold or blocked"):
            used.model_id._unlink_except_kept_files()
        (dropped + fields._get("res.partner", "name"))._unlink_except_kept_files()
        dropped.with_context(_force_unlink=True).unlink()
        self.assertFalse(dropped.exists())
