"""Ways round the rights and round the access record, each of them closed."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..encryption.encryption_case import ITEM, SCAN, SECRET, TRAINED, EncryptionCase

LOG = "customer.archive.log"
LOGGER = "odoo.addons.customer_archive.models.audit.customer_archive_log"
PARTNER = "res.partner"


@tagged("post_install", "-at_install")
class TestWaysRound(EncryptionCase, TransactionCase):
    def rows(self, event):
        self.env.flush_all()
        return self.events(event)

    # Code of users

    def test_employees_write_no_code_into_templates(self):
        """It would run with any rights that it asks for."""
        secret = self.add_value()
        code = f"object.env['{SECRET}'].sudo().browse({secret.id})._opened()"
        partner = self.file.partner_id
        for role in ("employee", "sales_other", "compliance"):
            with self.subTest(role):
                env = self.env(user=self.users[role])
                mixin = env["mail.render.mixin"]
                with self.assertRaises(AccessError):
                    mixin._render_template(f"{{{{ {code} }}}}", PARTNER, partner.ids)
                with self.assertRaises(AccessError):
                    mixin._render_template(
                        f'<p t-out="{code}"/>', PARTNER, partner.ids, engine="qweb"
                    )

    def test_lifting_this_is_recorded(self):
        known = self.rows("configuration")
        self.env["ir.config_parameter"].set_param(
            "mail.restrict.template.rendering", False
        )
        rows = self.rows("configuration") - known
        self.assertIn(self.env.ref("base.group_user").id, rows.mapped("res_id"))

    def test_reveal_with_the_rights_of_the_system(self):
        """Code that runs as superuser reveals what its user may see, and no more."""
        secret = self.add_value()
        other = self.users["sales_other"]
        self.env["customer.archive.undertaking"].with_user(other).sign(TRAINED)
        own = secret.with_user(other).sudo()
        with self.assertRaises(AccessError):
            own.action_reveal("curious")

    # Sensitive copies made into others

    def test_item_is_not_made_another(self):
        item = self.item("bank")
        plain = self.env.ref("customer_archive.document_type_other")
        with self.subTest("empty"):
            item.type_id = plain
            item.type_id = self.env.ref("customer_archive.document_type_bank")
        copy = self.add_copy(item)
        for change in ({"type_id": plain.id}, {"type_id": plain.id, "number": "1"}):
            with self.assertRaises(UserError):
                item.write(change)
        item.attachment_ids = [Command.unlink(copy.id)]
        with self.assertRaises(UserError):
            item.type_id = plain

    def test_item_with_a_number_is_not_made_another(self):
        item = self.item("bank")
        secret = self.add_value(document_id=item.id)
        self.assertEqual(item.secret_ids, secret)
        with self.assertRaises(UserError):
            item.type_id = self.env.ref("customer_archive.document_type_other")

    def test_copy_is_not_taken_elsewhere(self):
        item = self.item("bank")
        copy = self.add_copy(item)
        item.attachment_ids = [Command.unlink(copy.id)]
        partner = self.file.partner_id
        for change in (
            {"res_model": False, "res_id": 0},
            {"res_model": PARTNER, "res_id": partner.id},
            {"res_model": ITEM, "res_id": 0},
        ):
            for one in (copy, copy.sudo()):
                with self.assertRaises(UserError):
                    one.write(change)
        self.assertEqual(copy.raw, SCAN)

    # For whom somebody has signed

    def test_undertaking_of_the_company_whose_data_it_is(self):
        """Not of the one that a client puts first."""
        secret = self.add_value()
        copy = self.add_copy(self.item("bank"))
        sales = self.users["sales"]
        other = self.env["res.company"].create({"name": "Other Ltd"})
        sales.company_ids = [Command.link(other.id)]
        undertakings = self.env["customer.archive.undertaking"]
        here = undertakings._valid(sales, self.company)
        self.env.cr.execute(
            "UPDATE customer_archive_undertaking SET company_id = %s WHERE id IN %s",
            [other.id, tuple(here.ids)],
        )
        self.env.invalidate_all()
        companies = {"allowed_company_ids": [other.id, self.company.id]}
        secret, copy = secret.with_context(companies), copy.with_context(companies)
        self.assertTrue(undertakings._is_signed(sales, other))
        with self.assertRaises(RedirectWarning):
            secret.action_reveal("x")
        with self.assertRaises(RedirectWarning):
            copy.raw  # noqa: B018
        search = secret.browse().search
        self.assertFalse(search([("value", "=", "6222021234123412344")]))
        undertakings.with_user(sales).with_company(self.company).sign(TRAINED)
        self.assertEqual(search([("value", "=", "6222021234123412344")]), secret)
        self.assertTrue(secret.action_reveal("x"))

    # Roles given from the side of groups

    def test_duties_stay_apart_from_the_side_of_groups(self):
        auditor = self.users["auditor"]
        group = self.env.ref("customer_archive.group_admin")
        with self.assertRaises(ValidationError):
            group.user_ids = [Command.link(auditor.id)]
        mine = self.env["res.groups"].create(
            {"name": "Test Both", "user_ids": [Command.link(auditor.id)]}
        )
        with self.assertRaises(ValidationError):
            mine.implied_ids = [Command.link(group.id)]
        with self.assertRaises(ValidationError):
            group.implied_by_ids = [Command.link(mine.id)]

    def test_roles_given_from_the_side_of_groups_are_recorded(self):
        user = new_test_user(self.env, "t_ways", groups="base.group_user")
        group = self.env.ref("customer_archive.group_legal")

        def changed(do):
            known = self.rows("configuration")
            do()
            rows = self.rows("configuration") - known
            rows = rows.filtered(lambda row: row.model == "res.users")
            self.assertEqual(set(rows.mapped("res_id")), {user.id} if rows else set())
            return rows.mapped("detail")

        def write(**vals):
            return lambda: group.write(vals)

        name = "customer_archive.group_legal"
        (detail,) = changed(write(user_ids=[Command.link(user.id)]))
        self.assertIn(f"+{name}", detail.split())
        (detail,) = changed(write(user_ids=[Command.unlink(user.id)]))
        self.assertIn(f"-{name}", detail.split())
        values = {
            "name": "Test Implying",
            "implied_ids": [Command.link(group.id)],
            "user_ids": [Command.link(user.id)],
        }
        (detail,) = changed(lambda: self.env["res.groups"].create(values))
        self.assertIn(f"+{name}", detail.split())

    def test_a_refusal_names_nothing_but_a_company_of_ones_own(self):
        """Only the company to switch to, if that is why it is refused."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        party = self.file.partner_id.name

        def refused(role, **context):
            file = self.file.with_user(self.users[role]).with_context(**context)
            with self.assertRaises(AccessError) as caught:
                file.check_access("read")
            self.assertNotIn(party, str(caught.exception))
            return getattr(caught.exception, "context", {})

        self.assertFalse(refused("sales_other"))
        self.users["auditor"].company_ids += other
        told = refused("auditor", allowed_company_ids=other.ids)
        company = {"id": self.company.id, "display_name": self.company.display_name}
        self.assertEqual(told, {"suggested_company": company})
        moved = {"company_ids": other.ids, "company_id": other.id}
        self.users["auditor"].write(moved)
        self.assertFalse(refused("auditor"))

    # Round the record

    def test_each_copy_that_is_seen_is_recorded(self):
        """Also several of one item within a moment."""
        item = self.item("bank")
        copies = self.add_copy(item) | self.add_copy(item, b"second")
        known = self.rows("download")
        for _again in range(2):
            for copy in copies:
                self.assertTrue(copy.raw)
                copy.invalidate_recordset(["raw"])
        rows = self.rows("download") - known
        self.assertEqual(
            set(rows.mapped("detail")), {f"attachment {each.id}" for each in copies}
        )
        # What is taken away is recorded each time.
        self.assertEqual(len(rows), 4)

    def test_export_by_way_of_others(self):
        sales = self.users["sales"]
        self.env.ref("base.group_allow_export").user_ids += sales
        known = self.rows("export")
        partner = self.file.partner_id.with_user(sales)
        partner.export_data(["name"])
        self.assertEqual(self.rows("export"), known)
        partner.export_data(["name", "name", "archive_ids/document_ids/shown_number"])
        row = self.rows("export") - known
        self.assertEqual(row.detail, "1: name archive_ids/document_ids/shown_number")
        self.assertEqual((row.model, row.res_id), (PARTNER, partner.id))

    def test_refusal_that_cannot_be_recorded(self):
        """It stays refused, and what else follows the transaction is done."""
        log = self.env[LOG]
        log._record_refusal(self.file, "first")
        done = []
        self.env.cr.postrollback.add(lambda: done.append(True))
        with (
            patch.object(type(log), "_append", side_effect=OSError("full")),
            mute_logger(LOGGER),
        ):
            self.env.cr.postrollback.run()
        self.assertTrue(done)
        self.env.cr.postcommit.clear()

    def test_record_of_what_is_gone(self):
        """Files, users and companies that are gone don't hide the rows about them."""
        log, file = self.env[LOG], self.archive("sales")
        user = new_test_user(self.env, "t_gone", groups="base.group_user")
        log.with_user(user)._record("open", file.with_user(user))
        (row,) = log.search([("user_id", "=", user.id), ("event", "=", "open")])
        file.unlink()
        user.unlink()

        def look():
            self.env.invalidate_all()
            return log.with_user(self.users["auditor"])

        name = {"fields": {"display_name": {}}}
        spec = {"archive_id": name, "user_id": name, "company_id": name, "summary": {}}
        found = look().web_search_read([("id", "=", row.id)], spec)
        self.assertEqual(found["length"], 1)
        self.assertIn("deleted", found["records"][0]["user_id"]["display_name"])
        look().browse(row.id).read(["archive_id", "user_id"])
        (group,) = look().formatted_read_group(
            [("id", "=", row.id)], ["user_id", "archive_id"], ["__count"]
        )
        self.assertIn("deleted", group["archive_id"][1])
        self.env.ref("base.group_allow_export").user_ids += self.users["auditor"]
        exported = look().browse(row.id).export_data(["archive_id", "user_id"])
        self.assertEqual(
            exported["datas"], [[f"{file.id} (deleted)", f"{user.id} (deleted)"]]
        )

    def test_register_of_the_record(self):
        """Registers may be about more than files and items."""
        model = self.env["ir.model"]._get(LOG)
        register = self.env["customer.archive.register"].create(
            {"name": "Uses", "model_id": model.id}
        )
        self.assertTrue(register)
        known = self.rows("export")
        self.env[LOG].search([], limit=1)._record_archive_export("1: register x")
        self.assertEqual((self.rows("export") - known).model, LOG)
