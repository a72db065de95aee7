from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .disposal_case import LIST, DisposalCase


@tagged("post_install", "-at_install")
class TestClosing(DisposalCase, TransactionCase):
    """Requirement F4: closing is applied for, approved, and ends what was given."""

    def test_applied_for_and_approved_by_the_head(self):
        file = self.registered()
        [application] = self.apply_to_close(file)
        self.assertEqual(application.state, "review")
        self.assertEqual(self.roles(application.sudo().approver_ids), ["head"])
        self.assertEqual(file.state, "active")
        self.by(application, "head").action_approve("fine")
        self.assertEqual(application.state, "done")
        self.assertEqual(file.state, "closed")
        self.assertEqual(file.closed_on, self.today())
        self.assertEqual(file.relation_stage, "terminated")
        self.assertEqual(application.line_ids.state, "done")
        self.assertFalse(file.sudo().activity_ids)

    def test_core_parties_by_management_too(self):
        file = self.registered(is_core=True)
        [application] = self.apply_to_close(file, "clerk")
        self.by(application, "head").action_approve("fine")
        self.assertEqual(file.state, "active")
        self.assertEqual(self.roles(application.sudo().approver_ids), ["management"])
        self.by(application, "management").action_approve("fine")
        self.assertEqual(file.state, "closed")

    def test_who_may_apply(self):
        file = self.registered()
        for role in ("sales_other", "archivist", "auditor", "legal", "reader"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.apply_to_close(file, role)
        for role in ("sales", "clerk"):
            with self.subTest(role), self.env.cr.savepoint() as savepoint:
                self.assertEqual(self.apply_to_close(file, role).state, "review")
                savepoint.rollback()

    def test_a_selection_of_two_departments_makes_two_applications(self):
        files = self.registered() | self.registered("purchase").with_user(
            self.users["sales"]
        )
        applications = self.apply_to_close(files, "clerk")
        self.assertEqual(len(applications), 2)
        self.assertEqual(
            set(applications.mapped("department_id")),
            {self.departments["sales"], self.departments["purchase"]},
        )

    def test_refused_while_something_is_under_way(self):
        file = self.registered()
        consultation = self.env["customer.archive.consultation"]
        consultation = self.by(consultation, "sales_other").create(
            {"partner_id": file.partner_id.id, "purpose": "x", "scope": "file"}
        )
        consultation.action_submit()
        with self.assertRaisesRegex(UserError, f"{consultation.name} is in progress"):
            self.apply_to_close(file)
        consultation.action_withdraw()
        [application] = self.apply_to_close(file)
        # What begins after the application stops it at the last moment, too.
        consultation.action_submit()
        with self.assertRaisesRegex(UserError, f"{consultation.name} is in progress"):
            self.by(application, "head").action_approve("fine")
        self.assertEqual(file.state, "active")

    def test_what_was_given_ends(self):
        file = self.registered()
        consultation = self.env["customer.archive.consultation"]
        consultation = self.by(consultation, "sales_other").create(
            {"partner_id": file.partner_id.id, "purpose": "x", "scope": "file"}
        )
        consultation.action_submit()
        self.by(consultation, "head").action_approve("fine")
        self.assertTrue(self.by(file, "sales_other").has_access("read"))
        [application] = self.apply_to_close(file)
        self.by(application, "head").action_approve("fine")
        self.assertEqual(consultation.state, "ended")
        self.assertEqual(
            set(consultation.sudo().grant_ids.mapped("state")), {"revoked"}
        )
        self.assertFalse(self.by(file, "sales_other").has_access("read"))

    def test_nothing_new_on_a_closed_file(self):
        file = self.closed()
        type_ = file.sudo().document_ids[0].type_id
        with self.assertRaises(UserError):
            file.sudo().document_ids.create(
                {"archive_id": file.id, "type_id": type_.id}
            )
        with self.assertRaises(UserError):
            self.by(self.env["customer.archive.consultation"], "sales_other").create(
                {"partner_id": file.partner_id.id, "purpose": "x", "scope": "file"}
            )
        with self.assertRaisesRegex(UserError, "isn't on record"):
            self.apply_to_close(file)

    def test_requests_that_are_approved_late_open_nothing(self):
        file = self.registered()
        consultation = self.env["customer.archive.consultation"]
        consultation = self.by(consultation, "sales_other").create(
            {"partner_id": file.partner_id.id, "purpose": "x", "scope": "file"}
        )
        consultation.action_submit()
        # Closed all the same, as an older state of the addon could leave it.
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'closed' WHERE id = %s", [file.id]
        )
        file.invalidate_recordset()
        self.by(consultation, "head").action_approve("fine")
        self.assertEqual(consultation.state, "draft")
        self.assertFalse(consultation.sudo().grant_ids)
        told = consultation.sudo().message_ids[:1]
        self.assertIn("has been closed", told.body)
        self.assertIn(self.users["sales_other"].partner_id, told.notified_partner_ids)

    def test_four_eyes_and_withdrawal(self):
        file = self.registered()
        [application] = self.apply_to_close(file)
        with self.assertRaises(AccessError):
            application.action_approve("fine")
        application.action_withdraw()
        self.assertEqual(application.state, "draft")
        other = self.env[LIST].search([("line_ids.archive_id", "=", file.id)])
        self.assertEqual(other, application.sudo())
