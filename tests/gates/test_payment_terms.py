"""Payment terms of a party: proposed by who collects its file, then set by finance."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

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

    def requested(self, records):
        """Odoo writes through a list as whoever the request is from."""
        return patch.object(self.env.transaction, "default_env", records.env)

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
        refused = self.assertRaisesRegex(AccessError, "set by finance")
        with self.requested(party), refused:
            party.write({"child_ids": [Command.update(party.child_ids[0].id, values)]})

    def test_contacts_share_them(self):
        """A new contact gets the party's terms, whoever enters whatever."""
        file = self.registered()
        party = self.own(file)
        for terms in (self.env["account.payment.term"], self.days[30]):
            self.own(file, "accountant").write(dict.fromkeys(TERMS, terms.id))
            with self.subTest(terms.name):
                contact = party.create(
                    {
                        "name": "New contact",
                        "parent_id": party.id,
                        **dict.fromkeys(TERMS, self.days[90].id),
                    }
                )
                self.has(contact, terms)
                # By the list of the party, too.
                row = {"name": f"Listed {terms.name}"}
                row |= dict.fromkeys(TERMS, self.days[90].id)
                with self.requested(party):
                    party.write({"child_ids": [Command.create(row)]})
                listed = party.child_ids.filtered(
                    lambda each, name=row["name"]: each.name == name
                )
                self.assertEqual(len(listed), 1)
                self.has(listed, terms)

    def has(self, contacts, terms, company=None):
        """Check both terms of contacts in a company."""
        for contact in contacts.sudo().with_company(company or self.company):
            for name in TERMS:
                self.assertEqual(contact[name], terms, contact.name)

    def outsider(self, name="Outsider", **values):
        """Return a salesperson's contact of no party on file that has 90 days."""
        partners = self.env["res.partner"].with_user(self.users["sales"])
        terms = dict.fromkeys(TERMS, self.days[90].id)
        return partners.create({"name": name, **terms, **values})

    def test_who_comes_to_the_party(self):
        """Leaves their terms behind, by whichever way, as do those below."""
        file = self.registered()
        party, none = self.own(file), self.env["account.payment.term"]
        moved = self.outsider()
        below = self.outsider("Below", parent_id=moved.id)
        moved.parent_id = party
        self.has(moved | below, none)
        at_once = self.outsider("At once")
        terms = dict.fromkeys(TERMS, self.days[90].id)
        at_once.write({"parent_id": party.id, **terms})
        self.has(at_once, none)
        linked = self.outsider("Linked")
        with self.requested(party):
            party.write({"child_ids": [Command.link(linked.id)]})
        self.has(linked, none)
        # A company of its own below the party, until it isn't any more.
        branch = self.outsider("Branch", parent_id=party.id, is_company=True)
        self.has(branch, self.days[90])
        branch.is_company = False
        self.has(branch, none)
        # Who stays keeps what finance gave to them.
        self.own(file, "accountant").browse(moved.id).write(terms)
        moved.write({"parent_id": party.id, "is_company": False})
        self.has(moved, self.days[90])

    def test_who_comes_is_given_terms_by_finance(self):
        file = self.registered()
        moved = self.outsider()
        moved.with_user(self.accountant).parent_id = file.sudo().partner_id
        self.has(moved, self.days[90])

    def test_in_each_company_of_a_file(self):
        """Also in one where whoever moves a contact isn't at work just then."""
        file = self.registered()
        other = self.env["res.company"].create({"name": "Other company"})
        self.users["sales"].company_ids = [Command.link(other.id)]
        moved = self.outsider()
        below = self.outsider("Below", parent_id=moved.id)
        moved.with_company(other).parent_id = self.own(file)
        self.has(moved | below, self.env["account.payment.term"])

    def test_contacts_when_it_is_submitted(self):
        """The review sees the party's terms: no contact has others from then on."""
        file = self.archive()
        contact = self.own(file).child_ids[:1] or self.own(file).create(
            {"name": "Contact", "parent_id": self.own(file).id}
        )
        contact.write(dict.fromkeys(TERMS, self.days[90].id))
        self.has(contact, self.days[90])
        self.collect(file).action_submit()
        self.has(contact, self.env["account.payment.term"])

    def merge(self, *partners):
        """Merge as a salesperson; the last one is the destination."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        both = self.env["res.partner"].union(*(each.sudo() for each in partners))
        both.email = "shen@example.com"
        wizard = wizard.with_user(self.users["sales"])
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge(both.ids, partners[-1].with_user(self.users["sales"]))

    def test_merged_into_the_party(self):
        """Neither it nor who comes along has the terms of the others."""
        file = self.registered()
        party, none = self.own(file), self.env["account.payment.term"]
        twin = self.outsider("Twin", is_company=True)
        below = self.outsider("Below", parent_id=twin.id)
        other = self.env["res.company"].create({"name": "Other company"})
        twin.sudo().with_company(other).write(dict.fromkeys(TERMS, self.days[90].id))
        self.merge(twin, party)
        self.assertFalse(twin.exists())
        self.has(party | below, none)
        self.assertEqual(below.commercial_partner_id, party)
        # Where there is no file, a merge is Odoo's own.
        self.has(party, self.days[90], other)

    def test_merged_into_a_contact(self):
        file = self.registered()
        party, none = self.own(file), self.env["account.payment.term"]
        contact = party.create({"name": "Contact", "parent_id": party.id})
        twin = self.outsider("Twin")
        below = self.outsider("Below", parent_id=twin.id)
        self.merge(twin, contact)
        self.assertEqual(below.sudo().commercial_partner_id, party)
        self.has(contact | below, none)
        # What finance gave to a contact stays.
        given = dict.fromkeys(TERMS, self.days[30].id)
        contact.with_user(self.accountant).write(given)
        self.merge(self.outsider("Third"), contact)
        self.has(contact, self.days[30])

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
