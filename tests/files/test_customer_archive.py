from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import ArchiveCase


@tagged("post_install", "-at_install")
class TestCustomerArchive(ArchiveCase, TransactionCase):
    """Requirements A1, A3, A4, A5, A9 and A12."""

    def test_way_of_a_file(self):
        archive = self.archive()
        self.assertEqual(archive.state, "draft")
        self.assertEqual(archive.department_id, self.departments["sales"])
        self.collect(archive)
        self.assertEqual(archive.completeness, 100)
        archive.action_submit()
        self.assertEqual(archive.state, "review")
        self.assertEqual(archive.sudo().approver_ids, self.users["head"])
        archive.with_user(self.users["head"]).action_approve("business side agrees")
        self.assertEqual(archive.sudo().approver_ids, self.users["compliance"])
        archive.with_user(self.users["compliance"]).action_approve("papers agree")
        self.assertEqual(archive.state, "registering")
        archive.with_user(self.users["clerk"]).action_register()
        self.assertEqual(archive.state, "active")
        self.assertRegex(archive.name, r"^20\d\d-TSALE-001$")
        self.assertEqual(archive.custodian_id, self.users["clerk"])
        self.assertTrue(archive.opening_date)

    def test_shipped_categories_cover_every_kind_of_party(self):
        """A1: each leads to the side, and so to the staff, that is responsible."""
        categories = {
            name: self.env.ref(f"customer_archive.category_{name}").side
            for name in (
                [
                    "buyer",
                    "service",
                    "prospect",
                    "channel",
                    "strategic",
                    "raw_material",
                    "goods",
                    "services",
                    "works",
                    "person",
                ]
            )
        }
        self.assertEqual(
            [name for name, side in categories.items() if side == "customer"],
            ["buyer", "service", "prospect", "channel"],
        )
        self.assertEqual(
            [name for name, side in categories.items() if side == "supplier"],
            ["raw_material", "goods", "services", "works"],
        )
        for name in categories:
            self.assertTrue(
                self.env.ref(f"customer_archive.category_{name}").document_type_ids,
                name,
            )

    def test_admins_add_categories(self):
        admin = self.users["admin"]
        category = (
            self.env["customer.archive.category"]
            .with_user(admin)
            .create({"name": "Carrier", "side": "supplier"})
        )
        self.assertEqual(
            self.archive("purchase", category=category).category_id, category
        )
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            self.env["customer.archive.category"].with_user(self.users["sales"]).create(
                {"name": "Mine"}
            )

    def test_opening_in_the_form(self):
        """A salesperson types a customer and a category; the rest follows."""
        partner = self.partner("Form Party Ltd")
        with Form(self.env["customer.archive"].with_user(self.users["sales"])) as form:
            form.partner_id = partner
            form.category_id = self.buyer
            self.assertEqual(form.department_id, self.departments["sales"])
        archive = form.record
        self.assertEqual(archive.user_id, self.users["sales"])
        self.assertEqual(archive.document_ids.type_id, self.buyer.document_type_ids)

    def test_sales_open_customer_files_purchasing_opens_supplier_files(self):
        self.assertTrue(self.archive("sales", category=self.buyer))
        self.assertTrue(self.archive("purchase", category=self.goods))
        self.assertTrue(
            self.archive(
                "sales", category=self.env.ref("customer_archive.category_strategic")
            )
        )
        for role, category in (("sales", self.goods), ("purchase", self.buyer)):
            with (
                self.subTest(role),
                self.assertRaises(UserError),
                mute_logger("odoo.addons.base.models.ir_rule"),
            ):
                self.archive(role, category=category)

    def test_account_manager_fits_the_side(self):
        archive = self.archive()
        with self.assertRaisesRegex(
            ValidationError, "customers are handled by sales staff"
        ):
            archive.sudo().user_id = self.users["purchase"]

    def test_relation_stage_is_dated_and_logged(self):
        """A2"""
        archive = self.archive()
        self.env.cr.precommit.run()
        archive.relation_stage = "cooperating"
        self.env.cr.precommit.run()
        values = archive.message_ids.sudo().tracking_value_ids.filtered(
            lambda value: value.field_id.name == "relation_stage"
        )
        self.assertEqual(
            (values.old_value_char, values.new_value_char), ("Prospect", "Cooperating")
        )
        self.assertTrue(archive.relation_stage_date)

    def test_checklist_follows_category_stage_and_rank(self):
        """A9: a checklist per category; what is missing is shown."""
        archive = self.archive()
        licence = self.env.ref("customer_archive.document_type_license")
        contract = self.env.ref("customer_archive.document_type_contract")
        visit = self.env.ref("customer_archive.document_type_site_visit")
        self.assertEqual(archive.missing_type_ids, licence)
        archive.relation_stage = "cooperating"
        self.assertIn(contract, archive.missing_type_ids)
        self.assertNotIn(visit, archive.missing_type_ids)
        archive.is_core = True
        self.assertIn(visit, archive.missing_type_ids)
        self.collect(archive)
        self.assertEqual(
            (archive.missing_type_ids.ids, archive.completeness), ([], 100)
        )

    def test_change_of_category_replaces_empty_rows_only(self):
        archive = self.archive()
        quotation = self.env.ref("customer_archive.document_type_quotation")
        archive.document_ids.filtered(
            lambda item: item.type_id == quotation
        ).note = "asked by telephone"
        archive.category_id = self.env.ref("customer_archive.category_strategic")
        types = archive.document_ids.type_id
        self.assertIn(
            self.env.ref("customer_archive.document_type_due_diligence"), types
        )
        self.assertNotIn(
            self.env.ref("customer_archive.document_type_recycling"), types
        )
        self.assertIn(quotation, types)

    def test_completeness_counts_required_papers(self):
        archive = self.archive(relation_stage="cooperating")
        required = archive._required_types()
        self.assertEqual(len(required), 4)
        item = archive.document_ids.filtered(lambda each: each.type_id == required[0])
        item.is_paper = True
        self.assertEqual(archive.completeness, 25)

    def test_core_party_needs_paper_and_electronic_copy(self):
        """A17"""
        archive = self.archive(is_core=True)
        item = archive.document_ids.filtered(
            lambda each: (
                each.type_id == self.env.ref("customer_archive.document_type_license")
            )
        )
        item.is_paper = True
        self.assertFalse(item.is_complete)
        item.attachment_ids = [Command.create({"name": "a.txt", "raw": b"scan"})]
        self.assertTrue(item.is_complete)

    def test_submission_says_everything_that_is_missing_at_once(self):
        partner = self.partner(vat=False, phone=False, child_ids=[])
        archive = self.archive(partner=partner, relation_stage="cooperating")
        with self.assertRaises(UserError) as caught:
            archive.action_submit()
        message = str(caught.exception)
        for text in (
            "Credit code is not",
            "Phone is not",
            "Legal Representative is not",
            "needs 2 contacts",
            "“Business licence” is missing",
        ):
            self.assertIn(text, message)
        self.assertEqual(archive.state, "draft")
        self.assertEqual(archive.submission_problems.count("•"), message.count("•"))

    def test_expired_or_undated_papers_are_named(self):
        archive = self.collect(self.archive(relation_stage="cooperating"))
        identity = archive.document_ids.filtered(
            lambda each: (
                each.type_id == self.env.ref("customer_archive.document_type_legal_id")
            )
        )
        identity.valid_until = "2020-01-31"
        with self.assertRaisesRegex(UserError, "identity card” expired on"):
            archive.action_submit()
        identity.valid_until = False
        with self.assertRaisesRegex(
            UserError, "identity card” still needs: expiry date"
        ):
            archive.action_submit()

    def test_private_person_needs_the_minimum_only(self):
        """A4: no credit code, no licence, one telephone number."""
        person = self.env["res.partner"].create(
            {"name": "Test Person", "phone": "13900000003"}
        )
        archive = self.archive(
            partner=person, category=self.env.ref("customer_archive.category_person")
        )
        self.collect(archive)
        archive.action_submit()
        self.assertEqual(archive.state, "review")

    def test_states_cannot_be_skipped(self):
        archive = self.archive()
        clerk = self.users["clerk"]
        for user in (self.users["sales"], self.users["head"]):
            with self.assertRaises(AccessError):
                archive.with_user(user).action_register()
        with self.assertRaisesRegex(UserError, "must be approved first"):
            archive.with_user(clerk).action_register()
        archive = self.registered()
        with self.assertRaisesRegex(UserError, "can only be registered once"):
            archive.with_user(clerk).action_register()
        with self.assertRaisesRegex(UserError, "already been submitted"):
            archive.action_submit()

    def test_one_open_file_per_party(self):
        partner = self.partner()
        self.archive(partner=partner)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.archive(partner=partner)

    def test_locked_while_under_review(self):
        archive = self.submitted()
        with self.assertRaisesRegex(UserError, "is locked"):
            archive.cooperation_content = "something else"
        with self.assertRaisesRegex(UserError, "is locked"):
            archive.document_ids[0].note = "changed"
        with self.assertRaisesRegex(UserError, "is locked"):
            self.env["customer.archive.document"].with_user(self.users["sales"]).create(
                {
                    "archive_id": archive.id,
                    "type_id": self.env.ref("customer_archive.document_type_other").id,
                }
            )
        archive.message_post(body="Chatter goes on")

    def test_registered_file_takes_new_papers_and_keeps_reviewed_ones(self):
        archive = self.registered()
        received = archive.document_ids.filtered("is_received")[0]
        with self.assertRaisesRegex(UserError, "reviewed items can't be altered"):
            received.number = "1"
        with self.assertRaisesRegex(UserError, "can't be removed"):
            received.unlink()
        copy = Command.create({"name": "补充.txt", "raw": b"scan"})
        archive.document_ids = [
            Command.create(
                {
                    "type_id": self.env.ref("customer_archive.document_type_other").id,
                    "attachment_ids": [copy],
                }
            )
        ]
        archive.relation_stage = "intended"
        archive.relation_stage = "cooperating"
        with self.assertRaisesRegex(UserError, "Category can't be changed"):
            archive.category_id = self.env.ref("customer_archive.category_service")

    def test_a_draft_handed_over_is_told_to_the_successor(self):
        """Though who hands it over doesn't see it any more."""
        archive = self.archive("sales")
        archive.user_id = self.users["sales_other"]
        self.assertFalse(archive._filtered_access("read"))
        about = [("model", "=", archive._name), ("res_id", "=", archive.id)]
        told = self.env["mail.message"].search(about).notified_partner_ids
        self.assertEqual(told, self.users["sales_other"].partner_id)

    def test_clerks_hand_a_registered_file_over(self):
        archive = self.registered()
        other = self.users["sales_other"]
        with self.assertRaisesRegex(UserError, "Account Manager can't be changed"):
            archive.user_id = other
        archive.with_user(self.users["clerk"]).user_id = other
        self.assertEqual(archive.sudo().user_id, other)

    def test_new_checklist_rows_reach_files_being_collected(self):
        archive = self.archive()
        kind = self.env["customer.archive.document.type"].create(
            {"name": "Tax certificate", "category_ids": self.buyer.ids}
        )
        self.assertIn(kind, archive.document_ids.type_id)
        self.buyer.document_type_ids -= kind
        self.assertNotIn(kind, archive.document_ids.type_id)

    def test_new_stage_asks_for_its_papers_from_then_on(self):
        """A9: three working days from the day on which they are needed."""
        archive = self.registered()
        with freeze_time("2030-03-07 02:00:00"):  # a Thursday
            archive.relation_stage = "intended"
            archive.relation_stage = "cooperating"
            contract = self.env.ref("customer_archive.document_type_contract")
            item = archive.document_ids.filtered(lambda each: each.type_id == contract)
            self.assertEqual(
                (item.state, str(item.due_date)), ("missing", "2030-03-12")
            )

    def test_changing_the_stage_postpones_nothing(self):
        """A paper asked for already stays due on its day."""
        archive = self.archive()
        licence = self.env.ref("customer_archive.document_type_license")
        item = archive.document_ids.filtered(lambda each: each.type_id == licence)
        due = item.due_date
        with freeze_time("2030-03-07 02:00:00"):
            archive.relation_stage = "intended"
            archive.relation_stage = "cooperating"
            archive.is_core = True
        self.assertEqual(item.due_date, due)

    def test_administrators_set_the_codes_in_file_numbers(self):
        department = self.departments["sales"]
        department.with_user(self.users["admin"]).action_set_archive_code("NEW")
        self.assertEqual(department.archive_code, "NEW")
        for role in ("sales", "clerk", "head", "auditor"):
            with (
                self.subTest(role),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                department.with_user(self.users[role]).action_set_archive_code("MINE")

    def test_person_or_company_as_the_category_says(self):
        person = self.env["res.partner"].create(
            {"name": "Someone", "phone": "13900000003"}
        )
        archive = self.archive(partner=person, category=self.prospect)
        self.assertIn("Mark the party as a company", archive.submission_problems)

    def test_own_defaults_reach_no_recorded_field(self):
        """Every user may set defaults for himself; none of them skips a review."""
        sales = self.users["sales"]
        defaults = self.env["ir.default"].with_user(sales)
        for name, value in (
            ("state", "active"),
            ("name", "2026-X-1"),
            ("approval_round", 5),
        ):
            defaults.set("customer.archive", name, value, user_id=True)
        item_type = self.env.ref("customer_archive.document_type_other")
        for name in ("is_complete", "agrees_with_original"):
            defaults.set("customer.archive.document", name, True, user_id=True)
        defaults.set("customer.archive.approval", "state", "approved", user_id=True)
        archive = self.archive()
        self.assertEqual((archive.state, archive.name), ("draft", False))
        archive.document_ids = [Command.create({"type_id": item_type.id})]
        self.assertFalse(any(archive.document_ids.mapped("is_complete")))
        self.assertFalse(any(archive.document_ids.mapped("agrees_with_original")))
        self.collect(archive).action_submit()
        self.assertEqual(
            archive.sudo().approval_ids.mapped("state"), ["pending", "waiting"]
        )

    def test_deletion(self):
        untouched = self.collect(self.archive())
        copies = untouched.document_ids.attachment_ids
        self.assertTrue(copies)
        untouched.unlink()
        self.assertFalse(copies.exists())
        archive = self.submitted()
        archive.action_withdraw()
        with self.assertRaisesRegex(UserError, "files only end by disposal"):
            archive.unlink()

    def test_files_are_not_copied(self):
        with self.assertRaises(UserError):
            self.archive().copy()

    def test_search_by_number_and_party(self):
        """B8 in small: by number or part of the name."""
        archive = self.registered(partner=self.partner("Searchable Metals Ltd"))
        model = self.env["customer.archive"].with_user(self.users["sales"])
        for text in (archive.name, "Searchable", archive.display_name.split()[0][-8:]):
            self.assertEqual(
                [found for found, _name in model.name_search(text)], archive.ids, text
            )

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        archive = self.archive()
        self.users["auditor"].company_ids += other
        auditor = self.env["customer.archive"].with_user(self.users["auditor"])
        self.assertIn(
            archive,
            auditor.with_context(
                allowed_company_ids=[self.company.id, other.id]
            ).search([]),
        )
        self.assertNotIn(
            archive, auditor.with_context(allowed_company_ids=[other.id]).search([])
        )
        self.users["auditor"].write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(auditor.search([("id", "=", archive.id)]))
