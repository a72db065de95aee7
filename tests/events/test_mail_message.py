from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .events_case import NOTE, EventsCase

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
class TestMailMessage(EventsCase, TransactionCase):
    """A8: what somebody writes in a mail is noted in a few clicks."""

    def message(self, record, author=None, body="第三批铝锭受潮，要求换货"):
        own = record.sudo()
        return own.message_post(
            body=body,
            message_type="email",
            author_id=(author or self.party.child_ids[1]).id,
        )

    def noted(self, message, role="sales"):
        action = self.by(message, role).action_new_archive_event()
        context = dict(action["context"])
        view = context.pop("form_view_ref")
        model = self.env[NOTE].with_user(self.users[role]).with_context(**context)
        with Form(model, view=view) as form:
            form.type_id = self.kind("complaint")
        return form.record

    def test_from_a_mail_on_an_order(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.party.id, "user_id": self.users["sales"].id}
        )
        note = self.noted(self.message(order))
        self.assertEqual(note.description, "第三批铝锭受潮，要求换货")
        self.assertEqual(note.archive_id, self.file)
        self.assertEqual(note.contact_id, self.party.child_ids[1])
        self.assertEqual(note.state, "open")

    def test_from_the_contact_and_the_file(self):
        contact = self.party.child_ids[1]
        for record in (self.party, contact):
            note = self.noted(self.message(record))
            self.assertEqual(note.partner_id, self.party)
        own = self.users["clerk"].partner_id
        message = self.message(self.file, own)
        self.assertFalse(self.noted(message, "clerk").contact_id)

    def test_for_the_file_that_it_is_about(self):
        message = self.message(self.file, self.users["clerk"].partner_id)
        context = self.by(message, "clerk").action_new_archive_event()["context"]
        self.assertEqual(context["default_archive_id"], self.file.id)

    def test_of_another_company(self):
        """An order's note isn't written into the party's file elsewhere."""
        company = self.env["res.company"].create({"name": "乙公司"})
        user = self.users["sales"]
        user.company_ids += company
        order = self.env["sale.order"].create(
            {
                "partner_id": self.party.id,
                "user_id": user.id,
                "company_id": company.id,
            }
        )
        message = self.message(order)
        with self.assertRaisesRegex(UserError, "an affair of 乙公司"):
            self.by(message, "sales").action_new_archive_event()
        there = message.with_context(allowed_company_ids=[company.id, self.company.id])
        context = self.by(there, "sales").action_new_archive_event()["context"]
        self.assertNotIn("default_archive_id", context)
        order.company_id = self.company
        context = self.by(there, "sales").action_new_archive_event()["context"]
        self.assertEqual(context["default_archive_id"], self.file.id)

    def test_of_an_addon_that_is_gone(self):
        message = self.message(self.file, self.users["clerk"].partner_id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET model = 'gone.model' WHERE id = %s", [message.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "about no customer"):
            message.sudo().action_new_archive_event()

    def test_about_nobody(self):
        department = self.departments["sales"]
        message = self.message(department, self.users["head"].partner_id)
        with self.assertRaisesRegex(UserError, "about no customer"):
            message.sudo().action_new_archive_event()

    def test_of_what_one_may_not_read(self):
        message = self.message(self.file)
        for role in ("sales_other", "purchase", "reader"):
            with (
                self.subTest(role),
                mute_logger(RULES, ACCESS),
                self.assertRaises(AccessError),
            ):
                self.by(message, role).action_new_archive_event()
