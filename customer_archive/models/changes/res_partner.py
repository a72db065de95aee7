from odoo import api, fields, models

from ..common.sentinel import is_system

# From the review on, what was reviewed stays as it is.
REVIEWED = ("review", "registering", "active")
LEGAL = "legal_representative_id"
# Whose accounts and contacts are whose hangs on these: nobody changes them while
# there is a file, and they aren't asked for either.
KEPT = {"commercial_partner_id", "is_company", "parent_id"}
# What makes somebody else of a legal representative, or nobody.
OF_LEGAL = {"active", "name", "parent_id"}


class ResPartner(models.Model):
    """What of a party that has a file is changed by request only."""

    _inherit = "res.partner"

    def write(self, vals):
        # Whoever writes, and in whose name: it is the data that was reviewed.
        if is_system(self.env):
            return super().write(vals)
        self._archive_check_protected(vals)
        owners = self._archive_owners() if KEPT & vals.keys() else {}
        result = super().write(vals)
        self._archive_check_owners(owners)
        return result

    def _archive_check_protected(self, vals):
        """Refuse what is changed by request only.

        :raise RedirectWarning: that leads to a request with what was typed
        :raise UserError: if a request isn't possible, or not the user's to make
        """
        protected = self.env["customer.archive.change.field"]._protected_names
        of_party, of_contact = protected("party") | KEPT, protected("contact")
        of_legal = OF_LEGAL if LEGAL in of_party else frozenset()
        if not (of_party | of_contact | of_legal) & vals.keys():
            return
        for archive in self._archive_concerned():
            party = archive.partner_id
            legal = party[LEGAL]
            if party in self:
                archive._check_edit(party, "party", of_party, vals)
            # With those out of use, who aren't among the party's contacts.
            for contact in (self - party).sudo():
                if contact == legal:
                    archive._check_edit(contact, "contact", of_contact | of_legal, vals)
                elif contact.parent_id == party:
                    archive._check_edit(contact, "contact", of_contact, vals)

    def _archive_concerned(self):
        """Return the reviewed files of ``self``, and of whose contacts they are."""
        # Whether a file exists decides, also where it or the party can't be seen.
        parties = self | self.sudo().parent_id
        return self._archive_files(
            fields.Domain("partner_id", "in", parties.ids)
            | fields.Domain(f"partner_id.{LEGAL}", "in", self.ids)
        )

    def _archive_reviewed(self):
        """Return the files of ``self`` whose data was reviewed, or is just now."""
        return self._archive_files(fields.Domain("partner_id", "in", self.ids))

    def _archive_files(self, domain):
        """Return the reviewed files of a domain, the current company's first."""
        domain &= fields.Domain("state", "in", REVIEWED)
        # Whether a file exists decides, also where it can't be seen.
        files = self.env["customer.archive"].sudo().search(domain)
        return files.sorted(lambda file: file.company_id != self.env.company)

    # Accounts of contacts are those of the company that they belong to

    def _archive_owners(self):
        """Return the company behind each account of ``self`` and below, by account."""
        banks = self.env["res.partner.bank"].sudo().with_context(active_test=False)
        if not banks._archive_is_protected():
            return {}
        found = banks.search([("partner_id", "child_of", self.ids)])
        return {bank: bank.partner_id.commercial_partner_id for bank in found}

    def _archive_check_owners(self, owners):
        """Refuse to give accounts to a reviewed party, or to take them away.

        :param owners: as :meth:`_archive_owners` returned before
        """
        for bank, owner in owners.items():
            now = bank.partner_id.commercial_partner_id
            if now != owner:
                for archive in (owner | now)._archive_reviewed():
                    raise archive._edit_refused(bank, "bank", ["partner_id"], {})

    # Always: what an uninstallation skips, a client's context could skip, too.
    @api.ondelete(at_uninstall=True)
    def _unlink_except_legal_representatives(self):
        if is_system(self.env):
            return
        protected = self.env["customer.archive.change.field"]._protected_names("party")
        if LEGAL in protected:
            for archive in self._archive_concerned():
                party = archive.partner_id
                if party[LEGAL] & self:
                    raise archive._edit_refused(party, "party", [LEGAL], {})
