"""Payment terms of a party: proposed by who collects its file, then set by finance."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.customer_archive.models.gates.res_partner_terms import TERMS

from .gates_case import GatesCase


@tagged("post_install", "-at_install")
class TestPaymentTerms(GatesCase, TransactionCase):
    """Requirement E6: who sells doesn't give credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.days = {
            days: cls.env["account.payment.term"].create(
                {
                    "name": f"{days} days",
                    "line_ids": [
                        Command.create({"value_amount": 100, "nb_days": days})
                    ],
                }
            )
            for days in (30, 90)
        }
        cls.accountant = new_test_user(
            cls.env,
            "t_accountant",
            groups="account.group_account_invoice,base.group_partner_manager",
        )
        # Who is of finance writes contacts only if the company lets them.
        manages = cls.env.ref("base.group_partner_manager")
        cls.users["finance"].group_ids = [Command.link(manages.id)]

    def own(self, file, role="sales"):
        user = self.accountant if role == "accountant" else self.users[role]
        return file.sudo().partner_id.with_user(user)

    def refused(self, party, **values):
        before = {name: party.sudo()[name] for name in TERMS}
        with self.assertRaisesRegex(AccessError, "set by finance or accounting"):
            party.write(values)
        self.assertEqual({name: party.sudo()[name] for name in TERMS}, before)

    def test_before_it_is_submitted(self):
        """Whoever collects proposes and clears them; afterwards they stay."""
        file = self.archive()
        party = self.own(file)
        for name in TERMS:
            party.write({name: self.days[30].id})
            party.write({name: False})
            party.write({name: self.days[30].id})
        self.collect(file).action_submit()
        for name in TERMS:
            self.refused(party, **{name: self.days[90].id})
        # Who sends the whole row again changes nothing.
        party.write({"comment": "x", **dict.fromkeys(TERMS, self.days[30].id)})

    def test_on_record(self):
        file = self.registered()
        sellers = ("sales", "sales_other", "purchase")
        for name in TERMS:
            for role in sellers:
                with self.subTest(name, role=role):
                    self.refused(self.own(file, role), **{name: self.days[90].id})
            for role in ("finance", "accountant"):
                with self.subTest(name, role=role):
                    party = self.own(file, role)
                    party.write({name: self.days[30].id})
                    self.refused(self.own(file), **{name: False})
                    party.write({name: False})

    def test_by_detours(self):
        """Nor by a contact of the party, by code that works for them, or at once."""
        file = self.registered()
        party = self.own(file)
        values = {"property_payment_term_id": self.days[90].id}
        self.refused(party.child_ids[0], **values)
        self.refused(party.sudo(), **values)
        other = self.env["res.partner"].with_user(self.users["sales"])
        other = other.create({"name": "Other Ltd", "is_company": True, **values})
        self.assertEqual(other.property_payment_term_id, self.days[90])
        self.refused(other | party, property_payment_term_id=self.days[30].id)
        self.assertEqual(other.property_payment_term_id, self.days[90])
        # Odoo writes through a list as whoever the request is from.
        origin = patch.object(self.env.transaction, "default_env", party.env)
        with origin, self.assertRaisesRegex(AccessError, "set by finance"):
            party.write({"child_ids": [Command.update(party.child_ids[0].id, values)]})

    def test_contacts_share_them(self):
        """A new contact gets the party's terms, whoever enters it."""
        file = self.registered()
        self.own(file, "accountant").property_payment_term_id = self.days[30]
        party = self.own(file)
        contact = party.create({"name": "New contact", "parent_id": party.id})
        self.assertEqual(contact.property_payment_term_id, self.days[30])

    def test_of_the_company_of_the_file(self):
        """In a company without a file of it, they are Odoo's own."""
        file = self.registered()
        company = self.env["res.company"].create({"name": "Other company"})
        self.users["sales"].company_ids = [Command.link(company.id)]
        party = self.own(file).with_company(company)
        party.property_payment_term_id = self.days[90]
        self.assertEqual(party.property_payment_term_id, self.days[90])
        self.assertFalse(self.own(file).property_payment_term_id)

    def test_without_a_file(self):
        """Of whom there is no file, they are Odoo's own."""
        other = self.partner("No file Ltd").with_user(self.users["sales"])
        other.property_payment_term_id = self.days[90]
        self.assertEqual(other.property_payment_term_id, self.days[90])
