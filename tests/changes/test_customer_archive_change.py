from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from ..support.common import credit_code
from .change_case import ChangeCase


@tagged("post_install", "-at_install")
class TestChange(ChangeCase, TransactionCase):
    """Requirement D1."""

    def test_name_is_verified_approved_and_written(self):
        change = self.ask(("party", "name", {"new_text": "New Name Ltd"}))
        old = self.party.name
        change.action_submit()
        self.assertTrue(change.is_serious)
        self.decide(change, "head")
        self.assertEqual(self.party.name, old)
        self.decide(change, "compliance")
        self.assertEqual((change.state, self.party.name), ("done", "New Name Ltd"))
        line = change.line_ids
        self.assertEqual((line.old_text, line.shown_new), (old, "New Name Ltd"))

    def test_direct_edits_of_protected_fields_lead_to_a_request(self):
        with self.assertRaisesRegex(UserError, "can't be changed directly"):
            self.party.with_user(self.users["sales"]).write({"name": "Other"})
        with self.assertRaisesRegex(UserError, "can't be changed directly"):
            self.party.write({"vat": credit_code(77)})
        self.party.with_user(self.users["sales"]).write({"phone": "021-55550009"})
        self.party.write({"name": self.party.name})

    def test_bank_account_is_sealed_until_it_is_written(self):
        number = "6222021001116245702"
        change = self.ask(("bank", "acc_number", {"value": number}))
        self.assertNotIn(number, str(change.line_ids.read()))
        change.action_submit()
        self.decide(change, "head", "compliance")
        self.assertEqual(self.party.bank_ids.acc_number, number)
        with self.assertRaisesRegex(UserError, "can't be changed directly"):
            self.party.bank_ids.with_user(self.users["sales"]).write(
                {"acc_number": "6222021001116245710"}
            )
        with self.assertRaisesRegex(UserError, "can't be changed directly"):
            self.env["res.partner.bank"].create(
                {"acc_number": "6222021001116245710", "partner_id": self.party.id}
            )

    def test_what_has_changed_meanwhile_is_asked_again(self):
        change = self.ask(
            ("party", "phone", {"new_text": "021-55550111"}), evidence=False
        )
        change.action_submit()
        self.party.write({"phone": "021-55550222"})
        self.decide(change, "head")
        self.assertEqual(change.state, "draft")
        self.assertEqual(self.party.phone, "021-55550222")
        self.assertIn("021-55550222", change.message_ids[0].body)
        change.action_submit()
        self.decide(change, "head")
        self.assertEqual((change.state, self.party.phone), ("done", "021-55550111"))

    def test_only_who_looks_after_the_file_asks(self):
        for role in ("sales_other", "head", "archivist", "auditor"):
            with self.assertRaises(AccessError):
                self.ask(("party", "phone", {"new_text": "021-55550111"}), role=role)

    def test_items_category_and_sensitive_values(self):
        item = self.file.document_ids.filtered("is_received")[0]
        change = self.ask(
            ("item", "valid_until", {"document_id": item.id, "new_date": "2098-12-31"}),
            ("file", "security_level", {"new_choice": "confidential"}),
            ("file", "category_id", {"new_res_id": self.prospect.id}),
            role="clerk",
        )
        change.action_submit()
        self.decide(change, "head", "compliance")
        self.assertEqual(str(item.valid_until), "2098-12-31")
        self.assertEqual(self.file.security_level, "confidential")
        self.assertEqual(self.file.category_id, self.prospect)

    def test_who_of_the_party_asked_is_said(self):
        """D1: a change is asked for by the customer or supplier."""
        phone = ("party", "phone", {"new_text": "021-55550111"})
        change = self.ask(phone, evidence=False, asked_by=" ")
        with self.assertRaisesRegex(UserError, "Enter who proposed the change"):
            change.action_submit()
        change.asked_by = "采购部李女士，来函"
        change.action_submit()
        self.assertEqual(change.state, "review")
