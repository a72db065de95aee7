"""Sharing with a department: who gets what, until when, and who refuses or ends it."""

import io
from datetime import timedelta

import openpyxl
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from ..encryption.encryption_case import ITEM
from ..support.common import ROLES
from .sharing_case import OUTSIDER, SHARING, SharingCase

GRANT = "customer.archive.grant"
READERS = [
    role for role in ROLES if role not in ("employee", "portal", "sales", "management")
]


@tagged("post_install", "-at_install")
class TestSharing(SharingCase, TransactionCase):
    """Requirements C4 and H4."""

    def setUp(self):
        super().setUp()
        # So that what is recorded after a rollback knows the records of this test.
        self.registry_enter_test_mode()

    def grants(self, sharing):
        return self.env[GRANT]._of(sharing)

    # The walk

    def test_the_departments_people_read_what_was_named_and_nothing_else(self):
        sharing = self.share()
        self.assertRegex(sharing.name, r"^GX-\d{4}-\d{4}$")
        self.assertFalse(self.seen("served"))
        sharing.action_submit()
        self.assertEqual(sharing.state, "review")
        self.assertEqual(sharing.approver_ids, self.users["management"])
        self.assertFalse(self.seen("served"))
        sharing.with_user(self.users["management"]).action_approve("fine")
        self.assertEqual(sharing.state, "approved")
        self.assertEqual(sharing.approved_by, "Test management")
        for name in ("served", "colleague"):
            self.assertEqual(self.seen(name), self.paper, name)
            paper = self.paper.with_user(self.users[name])
            self.assertFalse(paper.has_access("write"))
            self.assertFalse(self.kept.with_user(self.users[name]).has_access("read"))
            self.assertTrue(paper.attachment_ids[0].raw)
            # They learn what for; what went out to others they don't.
            theirs = sharing.with_user(self.users[name])
            self.assertEqual(theirs.purpose, "Servicing what was sold")
            self.assertFalse(theirs.has_access("write"))
        for name in ("sales_other", "purchase", "employee"):
            self.assertFalse(self.users[name] in self.grants(sharing).user_id)
        with self.assertRaises(AccessError):
            sharing.with_user(self.users["sales_other"]).read(["purpose"])

    def test_each_grant_is_of_one_person_of_the_company_who_may_have_it(self):
        company = self.env["res.company"].create({"name": "Other Ltd"})
        left = self._member("left")
        foreign = new_test_user(
            self.env,
            "t_foreign",
            groups="customer_archive.group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.users["foreign"] = foreign
        self._member("roleless", "base.group_user")
        self.add_members("left", "foreign", "roleless", "sales")
        left.active = False
        sharing = self.decided(self.share())
        self.assertEqual(
            self.grants(sharing).user_id, self.users["served"] + self.users["colleague"]
        )

    def test_it_ends_on_the_second_without_a_cron(self):
        sharing = self.share(date_to=fields.Datetime.now() + timedelta(seconds=8))
        self.decided(sharing)
        self.assertEqual(self.seen("served"), self.paper)
        self.assertTrue(sharing.is_open)
        self.wait_until(sharing.date_to)
        self.assertFalse(self.seen("served"))
        self.assertFalse(sharing.is_open)
        self.assertEqual(sharing.state, "approved")
        self.env.ref("customer_archive.cron_sharing").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(sharing.state, "ended")
        self.assertEqual(sharing.ended_on, sharing.date_to)

    def test_it_begins_when_asked_for(self):
        begin = fields.Datetime.now() + timedelta(hours=1)
        self.decided(self.share(date_from=begin))
        self.assertFalse(self.seen("served"))
        with freeze_time(begin - timedelta(seconds=1)):
            self.assertFalse(self.seen("served"))
        with freeze_time(begin):
            self.assertEqual(self.seen("served"), self.paper)

    def test_sensitive_data_is_asked_for_outright(self):
        both = self.paper + self.card
        with self.assertRaisesRegex(UserError, "contains sensitive data"):
            self.share(items=both).action_submit()
        sharing = self.decided(self.share(items=both, include_sensitive=True))
        self.assertEqual(self.grants(sharing).document_ids, both)
        self.assertEqual(self.seen("served"), both)
        with self.assertRaises(RedirectWarning):
            self.card.with_user(self.users["served"]).attachment_ids[0].raw  # noqa: B018

    # Refusals

    def test_nobody_shares_what_he_cannot_read(self):
        with self.assertRaises(AccessError):
            self.share("sales_other")
        with self.assertRaises(AccessError):
            self.share("sales_other", partner_id=self.kept.partner_id.id)
        with self.assertRaises(AccessError):
            self.share("employee")
        sharing = self.share(
            "sales_other", items=self.env[ITEM], partner_id=self.kept.partner_id.id
        )
        with self.assertRaisesRegex(UserError, "Select the items"):
            sharing.action_submit()

    def test_who_lost_the_file_shares_nothing_of_it(self):
        sharing = self.share()
        self.kept.with_user(self.users["clerk"]).user_id = self.users["sales_other"]
        with self.assertRaises(AccessError):
            sharing.action_submit()

    def test_items_of_another_file_are_refused(self):
        with self.assertRaisesRegex(UserError, "only items of the requested file"):
            self.share(items=self.item("license"))

    def test_whole_files_and_kinds_of_papers_are_refused(self):
        for values in (
            {"scope": "file"},
            {"type_ids": [Command.set(self.paper.type_id.ids)]},
            {"state": "approved"},
            {"ended_on": "2026-01-01 00:00:00"},
            {"revoke_reason": "x"},
            {"user_id": self.users["head"].id},
            {"name": "GX-1"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.share(**values)
            with self.subTest(values), self.assertRaises(AccessError):
                self.share().write(values)

    def test_only_the_applicant_submits_and_others_see_no_draft(self):
        sharing = self.share()
        for role in READERS:
            with self.subTest(role), self.assertRaises(AccessError):
                sharing.with_user(self.users[role]).action_submit()

    def test_only_management_decides(self):
        sharing = self.share()
        sharing.action_submit()
        for role in READERS:
            with self.subTest(role), self.assertRaises(AccessError):
                sharing.with_user(self.users[role]).action_approve("fine")
        with self.assertRaisesRegex(AccessError, "your own request"):
            sharing.action_approve("fine")

    def test_four_eyes_when_management_applies(self):
        sharing = self.share("management")
        sharing.action_submit()
        self.assertEqual(sharing.approver_ids, self.users["compliance"])
        with self.assertRaises(AccessError):
            sharing.action_approve("fine")
        sharing.action_withdraw()
        second = new_test_user(
            self.env, "t_second", groups="customer_archive.group_management"
        )
        sharing.action_submit()
        self.assertEqual(sharing.approver_ids, second)
        with self.assertRaises(AccessError):
            sharing.action_approve("fine")

    def test_legal_and_management_decide_apart_about_outsiders(self):
        sharing = self.share_outside()
        sharing.action_submit()
        steps = sharing.approval_ids.sorted("sequence")
        self.assertEqual(steps.mapped("days"), [2, 2])
        self.assertEqual(sharing.approver_ids, self.users["legal"])
        with self.assertRaises(AccessError):
            sharing.with_user(self.users["management"]).action_approve("fine")
        sharing.with_user(self.users["legal"]).action_approve("fine")
        with self.assertRaises(AccessError):
            sharing.with_user(self.users["legal"]).action_approve("fine")
        sharing.with_user(self.users["management"]).action_approve("fine")
        self.assertEqual(sharing.approved_by, "Test legal, Test management")
        self.assertFalse(self.grants(sharing))

    def test_without_legal_management_takes_the_step(self):
        self.users["legal"].group_ids = [
            Command.unlink(self.env.ref("customer_archive.group_legal").id)
        ]
        sharing = self.share_outside()
        sharing.action_submit()
        self.assertEqual(sharing.approver_ids, self.users["management"])

    def test_refusal_and_resubmission(self):
        sharing = self.share()
        sharing.action_submit()
        with self.assertRaisesRegex(UserError, "can't be changed now"):
            sharing.purpose = "Something else"
        sharing.with_user(self.users["management"]).action_reject("Which contract?")
        self.assertEqual(sharing.state, "draft")
        self.assertFalse(self.seen("served"))
        sharing.legal_basis_note = "Contract 7"
        self.decided(sharing)
        self.assertEqual(sharing.approval_round, 2)
        self.assertEqual(sharing.approved_by, "Test management")
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            sharing.unlink()

    def test_what_is_missing_is_said(self):
        now = fields.Datetime.now()
        for values, problem in (
            ({"recipient_department_id": False}, "Recipient Department"),
            ({"date_to": now}, "period has passed"),
            (
                {"date_to": now + timedelta(days=31)},
                "at most 30 days",
            ),
            ({"purpose": "  "}, "Enter the purpose"),
            ({"items": self.env[ITEM]}, "Select the items"),
            (
                {**OUTSIDER, "recipient_name": False, "channel": False},
                "Organisation, Password Sent By",
            ),
            ({**OUTSIDER, "recipient_email": "nowhere"}, "isn't an e-mail address"),
            (
                {**OUTSIDER, "date_to": now + timedelta(days=366)},
                "at most 365 days",
            ),
        ):
            with self.subTest(problem), self.assertRaisesRegex(UserError, problem):
                self.share(**values).action_submit()

    def test_nobody_to_share_with(self):
        empty = self.env["hr.department"].create({"name": "Test Nobody"})
        sharing = self.share(recipient_department_id=empty.id)
        with self.assertRaisesRegex(UserError, "No other user in “Test Nobody”"):
            sharing.action_submit()
        sharing = self.share()
        sharing.action_submit()
        (self.users["served"] + self.users["colleague"]).active = False
        with self.assertRaisesRegex(UserError, "No other user in “Test Service”"):
            sharing.with_user(self.users["management"]).action_approve("fine")
        self.assertEqual(sharing.state, "review")

    def test_a_department_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other Ltd"})
        there = self.env["hr.department"].create(
            {"name": "There", "company_id": company.id}
        )
        with self.assertRaises(UserError):
            self.share(recipient_department_id=there.id)

    def test_what_is_of_the_other_kind_of_recipient_is_forgotten(self):
        sharing = self.share(**{**OUTSIDER, "recipient": "department"})
        sharing.action_submit()
        self.assertFalse(sharing.recipient_name or sharing.recipient_email)
        self.assertEqual(sharing.recipient_label, "Test Service")

    # Ending

    def test_the_applicant_ends_it(self):
        sharing = self.decided(self.share())
        with self.assertRaises(AccessError):
            sharing.with_user(self.users["management"]).action_end()
        sharing.action_end()
        self.assertEqual(sharing.state, "ended")
        self.assertTrue(sharing.ended_on)
        self.assertFalse(self.seen("served"))
        with self.assertRaisesRegex(UserError, "isn't active"):
            sharing.action_end()

    def test_who_answers_or_guards_revokes_at_once(self):
        may = ("archivist", "compliance", "management", "head", "sales")
        for role in may:
            with self.subTest(role):
                sharing = self.decided(self.share())
                theirs = sharing.with_user(self.users[role])
                self.assertTrue(theirs.can_revoke)
                with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
                    theirs.action_revoke(" ")
                theirs.action_revoke("No longer needed")
                self.assertFalse(self.seen("served"))
                self.assertEqual(sharing.state, "ended")
                self.assertEqual(sharing.revoked_by_id, self.users[role])
                self.assertEqual(
                    self.grants(sharing).mapped("state"), ["revoked", "revoked"]
                )
        sharing = self.decided(self.share())
        for role in (*READERS, "served", "employee"):
            if role not in may:
                with self.subTest(role), self.assertRaises(AccessError):
                    sharing.with_user(self.users[role]).action_revoke("x")
        self.assertEqual(sharing.state, "approved")

    def test_one_persons_access_is_revoked_alone(self):
        sharing = self.decided(self.share())
        grant = self.grants(sharing).filtered(
            lambda each: each.user_id == self.users["served"]
        )
        grant.with_user(self.users["compliance"]).action_revoke("Changed department")
        self.assertFalse(self.seen("served"))
        self.assertEqual(self.seen("colleague"), self.paper)
        self.assertEqual(sharing.state, "approved")

    def test_every_step_is_in_the_record(self):
        log = self.env["customer.archive.log"]
        log.flush_model()
        last = log.search([], limit=1, order="id desc").id
        sharing = self.decided(self.share())
        sharing.with_user(self.users["compliance"]).action_revoke("Enough")
        rows = log.search([("id", ">", last)], order="id")
        self.assertEqual(
            [row.detail for row in rows if row.event == "state"],
            ["draft > review", "review > approved", "approved > ended"],
        )
        self.assertEqual(len(rows.filtered(lambda row: row.event == "decision")), 1)
        grants = rows.filtered(lambda row: row.event == "grant")
        self.assertEqual(len(grants), 4)
        share = rows.filtered(lambda row: row.event == "share")
        self.assertEqual((share.detail, share.note), ("revoked", "Enough"))
        self.assertEqual(share.user_id, self.users["compliance"])
        self.assertEqual(share.archive_id, self.kept)

    def test_a_consultation_of_the_same_id_opens_no_sharing(self):
        """Grants name their request by model and id: ids alone are nobody's."""
        sharing = self.decided(self.share_outside())
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO customer_archive_grant"
            " (user_id, archive_id, scope, date_from, date_to, res_model, res_id,"
            " request_number) VALUES (%s, %s, 'items', now(), now(), %s, %s, 'x')",
            [
                self.users["served"].id,
                self.kept.id,
                "customer.archive.consultation",
                sharing.id,
            ],
        )
        self.env.invalidate_all()
        own = self.env[SHARING].with_user(self.users["served"])
        self.assertFalse(own.search([("id", "=", sharing.id)]))

    # Screens

    def test_a_new_one_without_a_file_yet(self):
        with Form(self.env[SHARING].with_user(self.users["sales"])) as form:
            self.assertFalse(form.can_revoke)
            form.partner_id = self.kept.partner_id
            form.document_ids.add(self.paper)
            form.purpose = "Servicing what was sold"
            form.legal_basis = "contract"
            form.recipient_department_id = self.service
        self.assertEqual(form.record.archive_id, self.kept)

    def test_form(self):
        model = self.env[SHARING].with_user(self.users["sales"])
        action = self.kept.action_new_sharing()
        with Form(model.with_context(**action["context"])) as form:
            form.document_ids.add(self.paper)
            form.purpose = "Servicing"
            form.legal_basis = "contract"
            form.recipient_department_id = self.service
        sharing = form.record
        self.assertEqual(sharing.partner_id, self.kept.partner_id)
        self.assertTrue(sharing.is_file_open)
        wizard = self.env["customer.archive.revoke"].with_user(self.users["head"])
        self.decided(sharing)
        action = sharing.with_user(self.users["head"]).action_open_revoke()
        with Form(wizard.with_context(**action["context"])) as form:
            form.reason = "Enough"
        form.record.action_revoke()
        self.assertEqual(sharing.state, "ended")

    def test_searching_what_is_open(self):
        inside, outside = self.decided(self.share()), self.decided(self.share_outside())
        later = self.share_outside(
            date_from=fields.Datetime.now() + timedelta(days=1),
            date_to=fields.Datetime.now() + timedelta(days=2),
        )
        both = self.env[SHARING].browse((inside + outside + self.decided(later)).ids)
        for domain, expected in (
            ([("is_open", "=", True)], inside + outside),
            ([("is_open", "=", False)], later),
        ):
            found = both.search([("id", "in", both.ids), *domain])
            self.assertEqual(found.sorted("id"), expected.sorted("id"))
            self.assertEqual(
                both.filtered_domain(domain).sorted("id"), expected.sorted("id")
            )
        with freeze_time(fields.Datetime.now() + timedelta(days=1, seconds=5)):
            both.invalidate_recordset()
            self.assertIn(later, both.search([("is_open", "=", True)]))

    # Register

    def test_register(self):
        one = self.decided(self.share())
        two = self.decided(self.share_outside(items=self.paper + self.book))
        two.action_end()
        draft = self.share()
        register = self.env.ref("customer_archive.register_sharing")
        register = register.with_user(self.users["auditor"])
        self.assertEqual(register.code, "H4")
        stream = io.BytesIO()
        records = register.records([("id", "in", (one + two + draft).ids)])
        register.write_xlsx(stream, records)
        rows = [
            [cell.value for cell in row]
            for row in openpyxl.load_workbook(stream).active
        ]
        start = next(i for i, row in enumerate(rows) if row[0] == "No.")
        first, second = rows[start + 1 : start + 3]
        heading = rows[start]
        shown = dict(zip(heading, first, strict=True))
        self.assertEqual(shown["Number"], one.name)
        self.assertEqual(shown["Requester"], "Test sales")
        self.assertEqual(shown["Department"], "Test Sales")
        self.assertEqual(shown["Customer/Supplier"], self.kept.partner_id.name)
        self.assertEqual(shown["File Number"], self.kept.name)
        self.assertEqual(shown["Items"], self.paper.type_id.name)
        self.assertEqual(shown["Recipient"], "Test Service")
        self.assertEqual(shown["Approved by"], "Test management")
        self.assertEqual(shown["Status"], "Approved")
        self.assertFalse(shown["Ended on"])
        shown = dict(zip(heading, second, strict=True))
        self.assertEqual(shown["Recipient"], "Example Bank")
        self.assertEqual(shown["Legal Basis"], "Consent of the party")
        self.assertEqual(shown["Purpose"], two.purpose)
        self.assertEqual(shown["Approved by"], "Test legal, Test management")
        self.assertEqual(shown["Status"], "Ended")
        self.assertTrue(shown["Ended on"])
        self.assertIn(self.book.type_id.name, shown["Items"])
        self.assertNotIn(draft.name, [row[1] for row in rows])
