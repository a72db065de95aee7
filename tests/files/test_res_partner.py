from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..support.common import ArchiveCase, credit_code


@tagged("post_install", "-at_install")
class TestResPartner(ArchiveCase, TransactionCase):
    """Requirement A14."""

    def test_file_of_the_current_company(self):
        archive = self.registered()
        partner = archive.partner_id.with_user(self.users["sales"])
        self.assertEqual(partner.archive_id, archive)
        self.assertEqual(
            (partner.archive_number, partner.archive_state), (archive.name, "active")
        )
        self.assertEqual(partner.archive_category_id, self.buyer)
        other = self.env["res.company"].create({"name": "Other Company"})
        self.users["sales"].company_ids += other
        self.assertFalse(partner.with_company(other).archive_id)

    def test_file_of_somebody_else_is_not_there(self):
        archive = self.registered()
        partner = archive.partner_id.with_user(self.users["sales_other"])
        self.assertFalse(
            partner.archive_id or partner.archive_number or partner.archive_state
        )

    def test_search(self):
        filed, collecting, none = (
            self.registered().partner_id,
            self.archive().partner_id,
            self.partner(),
        )
        partners = self.env["res.partner"].with_user(self.users["sales"])

        def found(*domain):
            return partners.search(
                [("id", "in", (filed + collecting + none).ids), *domain]
            )

        self.assertEqual(found(("archive_state", "=", "active")), filed)
        self.assertEqual(
            found(("archive_state", "in", ("draft", "active"))), filed + collecting
        )
        self.assertEqual(found(("archive_state", "!=", "active")), collecting + none)
        self.assertEqual(found(("archive_id", "=", False)), none)
        self.assertEqual(found(("archive_id.state", "=", "active")), filed)
        self.assertEqual(found(("archive_id", "ilike", "TSALE-001")), filed)
        self.assertEqual(found(("archive_id", "!=", False)), filed + collecting)
        self.assertEqual(found(("archive_number", "ilike", "TSALE-001")), filed)
        self.assertEqual(
            found(("archive_category_id", "=", self.buyer.id)), filed + collecting
        )

    def test_one_query_for_a_list_and_none_when_not_shown(self):
        partners = self.env["res.partner"].browse(
            [self.archive().partner_id.id for _count in range(10)]
        )
        partners = partners.with_user(self.users["sales"])
        partners.mapped("archive_number")
        self.env.invalidate_all()
        partners.fetch(["name"])
        with self.assertQueryCount(1):
            partners.mapped("archive_number")
            partners.mapped("archive_state")
        self.env.invalidate_all()
        fields_read = []
        self.patch(
            type(self.env["res.partner"]),
            "_compute_archive",
            lambda records: fields_read.append(records),
        )
        partners.read(["name", "phone"])
        self.assertFalse(fields_read)

    def test_open_from_one_contact_and_from_many(self):
        partners = self.env["res.partner"].browse(
            [self.partner().id for _count in range(3)]
        )
        archive = self.archive(partner=partners[0])
        sales = partners.with_user(self.users["sales"])
        action = sales[0].action_open_archive()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("customer.archive", archive.id)
        )
        action = sales.action_open_archive()
        wizard = (
            self.env["customer.archive.open"]
            .with_user(self.users["sales"])
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.filed_partner_ids, partners[0])
        self.assertEqual(wizard.category_id.side, "customer")
        action = wizard.action_open()
        opened = self.env["customer.archive"].search(action["domain"])
        self.assertEqual(opened.partner_id, partners[1:])
        with self.assertRaisesRegex(UserError, "already have a file"):
            wizard.action_open()

    def test_opening_on_a_contact_person_opens_on_its_company(self):
        partner = self.partner()
        context = (
            partner.child_ids[0]
            .with_user(self.users["sales"])
            .action_open_archive()["context"]
        )
        self.assertEqual(context["default_partner_ids"], partner.ids)
        with self.assertRaisesRegex(ValidationError, "is a contact of"):
            self.archive(partner=partner.child_ids[0])

    def test_formats_bind_parties_with_a_file_only(self):
        """A14"""
        free = self.partner()
        free.write({"vat": "123", "phone": "x", "email": "nobody"})
        partner = self.archive().partner_id
        for values, message in (
            ({"vat": "123"}, "has 18 characters"),
            ({"vat": "91310100MA1T00001I"}, "never I, O, S"),
            ({"phone": "12"}, "a mobile number with 11 digits"),
            ({"email": "nobody"}, "looks like name@company.cn"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, message):
                partner.write(values)
        with self.assertRaisesRegex(ValidationError, "(Buyer|Legal) .*a mobile number"):
            partner.child_ids[1].phone = "12"

    def test_credit_codes_are_kept_in_one_form(self):
        partner = self.archive().partner_id
        code = partner.vat
        for text in (code.lower(), f" {code}", f"{code[:8]}-{code[8:]}"):
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "capital"):
                partner.vat = text

    def test_foreign_parties_follow_their_own_rules(self):
        partner = self.partner(
            country_id=self.env.ref("base.de").id,
            vat="DE136695976",
            phone="+49 30 901820",
        )
        self.assertTrue(self.archive(partner=partner))

    def test_malformed_data_is_reported_at_submission_and_nothing_is_lost(self):
        partner = self.partner(vat="123")
        archive = self.archive(partner=partner, cooperation_content="typed by hand")
        archive.document_ids.filtered(lambda item: item.has_number)[
            0
        ].issuer = "typed too"
        with self.assertRaisesRegex(
            UserError,
            "Credit code “123”: a unified social credit code has 18 characters",
        ):
            archive.action_submit()
        self.assertEqual(
            (archive.cooperation_content, partner.vat), ("typed by hand", "123")
        )

    def test_founding_date(self):
        with self.assertRaises(ValidationError):
            self.partner(founding_date="2099-01-01")

    def test_bank_card_of_private_person(self):
        person = self.env["res.partner"].create(
            {"name": "Test Person", "phone": "13900000003"}
        )
        self.archive(
            partner=person, category=self.env.ref("customer_archive.category_person")
        )
        with self.assertRaises(ValidationError) as caught:
            person.bank_ids = [Command.create({"acc_number": "6222020000000000"})]
        self.assertIn("isn't a bank card number", str(caught.exception))
        self.assertNotIn("6222", str(caught.exception))
        person.bank_ids = [Command.create({"acc_number": "6222 0200 0000 0007"})]
        company = self.archive().partner_id
        company.bank_ids = [Command.create({"acc_number": "31001518800050012345"})]

    def test_duplicate_credit_code_names_the_file_only_to_those_who_see_it(self):
        first = self.registered()
        second = self.partner(vat=first.partner_id.vat)
        with self.assertRaisesRegex(ValidationError, first.name):
            self.archive(partner=second)
        with self.assertRaises(ValidationError) as caught:
            self.archive("sales_other", partner=second)
        self.assertIn("don't have access to", str(caught.exception))
        self.assertNotIn(first.name, str(caught.exception))
        third = self.archive("sales_other")
        with self.assertRaisesRegex(ValidationError, "already is a file"):
            third.partner_id.vat = first.partner_id.vat
        third.partner_id.vat = credit_code(99999)

    def test_same_code_twice_at_once(self):
        one = self.partner("One Ltd")
        other = self.partner("Other Ltd", vat=one.vat)
        wizard = self.env["customer.archive.open"].with_user(self.users["sales"])
        values = {"partner_ids": (one + other).ids, "category_id": self.buyer.id}
        with self.assertRaisesRegex(ValidationError, "have the same credit code"):
            wizard.create(values).action_open()

    def test_party_with_a_file_is_not_deleted(self):
        partner = self.archive().partner_id
        with self.assertRaisesRegex(UserError, "has a customer file"):
            partner.unlink()

    def test_merging(self):
        """Merging moves a file along; two open ones are refused, none is orphaned."""
        archive = self.archive()
        plain = self.partner(email="office@party.example")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((archive.partner_id + plain).ids, plain)
        locked = self.submitted().partner_id
        another = self.partner(email="office@party.example")
        with self.assertRaisesRegex(UserError, "choose this one as the destination"):
            wizard._merge((locked + another).ids, another)
        wizard._merge((locked + another).ids)
        self.assertTrue(locked.exists())
        self.assertFalse(another.exists())
        self.assertEqual(archive.partner_id, plain)
        other = self.archive()
        with self.assertRaisesRegex(UserError, "All of these have a customer file"):
            wizard._merge((other.partner_id + plain).ids, plain)
        self.assertTrue(other.exists() and archive.exists())
