"""Categories are configured by an Administrator who has no other rights in Odoo."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.customer_archive.models.common.customer_archive_guard import is_ours

from ..rights.rights_case import our_models
from ..support.common import ArchiveCase

FIELDS = "ir.model.fields"


@tagged("post_install", "-at_install")
class TestCategory(ArchiveCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.admin = self.users["admin"]
        self.own = self.prospect.with_user(self.admin)
        self.phone = self.env.ref("base.field_res_partner__phone")
        self.email = self.env.ref("base.field_res_partner__email")

    def test_required_data_is_chosen_in_the_form(self):
        spec = {"required_field_ids": {"fields": {"display_name": {}}}}
        [read] = self.own.web_read(spec)
        self.assertTrue(all(each["display_name"] for each in read.popitem()[1]))
        found = self.own.env[FIELDS].name_search(
            "Phone", self.own._fields["required_field_ids"].domain
        )
        self.assertIn(self.phone.id, dict(found))
        commands = [Command.set([self.email.id])]
        [saved] = self.own.web_save({"required_field_ids": commands}, spec)
        self.assertEqual(saved["required_field_ids"][0]["id"], self.email.id)
        with Form(self.own) as form:
            form.required_field_ids.add(self.phone.with_user(self.admin))
        self.assertEqual(self.prospect.required_field_ids, self.phone | self.email)

    def test_copied(self):
        copy = self.own.copy()
        self.assertEqual(copy.required_field_ids, self.own.required_field_ids)
        self.assertTrue(copy.required_field_ids)

    def test_no_more_of_odoo_is_read(self):
        fields = self.env[FIELDS].with_user(self.admin)
        self.assertEqual(
            {each.model for each in fields.search([])}, {"res.partner"}, "by a rule"
        )
        other = self.env.ref("base.field_res_users__login")
        with self.assertRaises(AccessError):
            other.with_user(self.admin).read(["name"])
        for operation in ("write", "create", "unlink"):
            self.assertFalse(fields.has_access(operation))
        with self.assertRaises(AccessError):
            self.env[FIELDS].with_user(self.users["sales"]).search([])
        # Odoo's administrators read all of it, also if they configure this addon.
        self.admin.group_ids += self.env.ref("base.group_erp_manager")
        self.assertIn(other, fields.search([("model", "=", "res.users")]))

    def test_a_register_of_any_of_our_models(self):
        register = self.env["customer.archive.register"].with_user(self.admin)
        models = self.env["ir.model"].with_user(self.admin)
        domain = register._fields["model_id"].domain
        found = dict(models.name_search("", domain, limit=None))
        self.assertIn(self.env["ir.model"]._get_id("customer.archive"), found)
        self.assertTrue(all(is_ours(each.model) for each in models.search([])))
        with Form(register) as form:
            form.name = "Own Register"
            form.model_id = models._get("customer.archive").with_user(self.admin)
        self.assertEqual(form.record.model, "customer.archive")

    def test_all_that_is_configured_can_be_chosen(self):
        """What a record that an Administrator may write refers to, he reads."""
        closed = set()
        for name in our_models(self.env):
            model = self.env[name].with_user(self.admin)
            if not (is_ours(name) and model.has_access("write")) or model._transient:
                continue
            for field in model._fields.values():
                if not (field.relational and model._has_field_access(field, "read")):
                    continue
                chosen = self.env[field.comodel_name].with_user(self.admin)
                if not chosen.has_access("read"):
                    closed.add(str(field))
        # What a check found is written by who corrects it, and is nobody's to choose.
        finding = "customer.archive.audit.finding"
        self.assertEqual(
            closed, {f"{finding}.{name}_id" for name in ("audit", "line", "point")}
        )
