from odoo import SUPERUSER_ID, api, fields, models

from ..common.roles import SETS_TERMS
from ..common.sentinel import as_system, is_system
from ..common.values import differs
from .res_partner import BELONGS

# By how many days a party pays, and is paid, unless its order says otherwise.
TERMS = {"property_payment_term_id", "property_supplier_payment_term_id"}


class ResPartner(models.Model):
    """Who gives a party time to pay isn't who sells to it.

    Odoo shows these fields to accounting alone, and takes them from anybody who writes
    contacts. Until the file is submitted, whoever collects it proposes them, and the
    review sees them; from then on finance and accounting set and clear them, in the
    company of the file. Who becomes a contact of the party has the party's: orders and
    invoices read those of the contact that they are for.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("parent_id")._archive_align_terms()
        return partners

    def write(self, vals):
        if TERMS & vals.keys() and not is_system(self.env):
            self._archive_check_terms(vals)
        # Odoo takes keys out of what is written.
        moves = BELONGS & vals.keys()
        before = {each: each.sudo().commercial_partner_id for each in self if moves}
        result = super().write(vals)
        moved = [
            each.id
            for each, party in before.items()
            if each.sudo().commercial_partner_id != party
        ]
        self.browse(moved)._archive_align_terms()
        return result

    @api.model
    def _archive_sets_terms(self):
        # What sets a company up, or runs for nobody, is the system's own.
        return self.env.uid == SUPERUSER_ID or self.env.user.has_groups(SETS_TERMS)

    def _archive_check_terms(self, vals):
        """Refuse terms that a reviewed party, or one of its contacts, doesn't have yet.

        :raise AccessError: unless the user is of finance or accounting
        """
        if self._archive_sets_terms():
            return
        # Whether a file exists decides, also where it can't be seen. What Odoo's own
        # code writes, such as a new contact's share of the party's terms, is no other.
        parties = self.sudo().commercial_partner_id
        domain = fields.Domain("company_id", "=", self.env.company.id)
        domain &= fields.Domain("partner_id", "in", parties.ids)
        # Who sends their own again, as a merge does, changes nothing.
        names = {
            name
            for name in TERMS & vals.keys()
            if any(differs(each, name, vals[name]) for each in self.sudo())
        }
        for file in self._archive_files(domain) if names else ():
            for name in names:
                if differs(file.partner_id, name, vals[name]):
                    raise self._archive_terms_refused(file.sudo(False))

    def _archive_terms_refused(self, file):
        return file._refusal(
            self.env._(
                "The payment terms of a party on file are set by finance or "
                "accounting: ask them, or choose the terms on the order, which then "
                "takes the sign-off that the party's credit grade asks for."
            ),
            "payment_terms",
        )

    # Whom somebody comes to

    def _archive_align_terms(self):
        """Give those who came to a reviewed party, and those below, the party's terms.

        Odoo gives them only what is set there, and leaves them what they bring along.
        Finance and accounting may give a contact others.
        """
        if not self or self._archive_sets_terms():
            return
        contacts = self._archive_and_below()
        parties = contacts.commercial_partner_id
        for party, company in parties._archive_terms_kept():
            theirs = contacts.filtered(
                lambda each, party=party: each.commercial_partner_id == party
            )
            (theirs - party)._archive_take_terms(party, company)

    def _archive_and_below(self):
        """Return ``self`` and the contacts below, as superuser: also who isn't seen."""
        every = self.sudo().with_context(active_test=False)
        return every.search([("id", "child_of", self.ids)])

    def _archive_terms_kept(self):
        """Return which of these parties were reviewed, and in which company."""
        files = self._archive_files(fields.Domain("partner_id", "in", self.ids))
        return [(file.partner_id, file.company_id) for file in files]

    def _archive_take_terms(self, partner, company):
        """Set the terms that somebody has in a company; called as superuser."""
        partner = partner.with_company(company)
        for name in TERMS:
            terms = partner[name]
            others = self.with_company(company).filtered(
                lambda each, name=name, terms=terms: each[name] != terms
            )
            if others:
                as_system(others).write({name: terms.id})
