from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..common.windows import open_dialog
from ..files.customer_archive import ENDED
from .customer_archive import NOTES, QUICK_FORM

# As much of a message as a note begins with.
LONGEST = 2000
PARTY, FILE = "res.partner", "customer.archive"


class MailMessage(models.Model):
    """A note is written from a message, such as a mail in which somebody complains."""

    _inherit = "mail.message"

    def action_new_archive_event(self):
        """Return the short form for a note of what a message says.

        It is for the file that the message is about, else for that of the party in the
        company of the order or the like.

        :raise UserError: if the message is about no party, or in a company whose files
            the user isn't at
        """
        self.ensure_one()
        self.check_access("read")
        about = self._archive_about()
        party = self._archive_party(about)
        if not party:
            raise UserError(
                self.env._(
                    "This message is about no customer or supplier: write the note "
                    "from the contact."
                )
            )
        own = "company_id" in about._fields and about.company_id
        company = own or self.env.company
        file = about if about._name == FILE else self.env[FILE]
        if not file or file.state in ENDED:
            file = party._archive_open_file(company).sudo(self.env.su)
            # Who may not read it is asked for the right to write there afterwards.
            file = file._filtered_access("read")
        self._check_archive_company(file, company)
        context = {
            **({"default_archive_id": file.id} if file else {}),
            "default_partner_id": party.id,
            "default_date": company._archive_day(self.date),
            "default_description": html2plaintext(self.body or "").strip()[:LONGEST],
            "form_view_ref": QUICK_FORM,
        }
        if self.author_id != party and self.author_id.commercial_partner_id == party:
            context["default_contact_id"] = self.author_id.id
        return open_dialog(NOTES, self.env._("New Note"), context)

    def _check_archive_company(self, file, company):
        """Refuse what would be noted in the file of another company.

        :param file: the one that the note is for; none if the user may not read it
        :param company: whose affair the message is
        """
        if company != self.env.company and not file:
            raise UserError(
                self.env._(
                    "This message is about an affair of %s: switch to that company, "
                    "and write the note from the contact.",
                    company.name,
                )
            )

    def _archive_about(self):
        """Return what a message is about, which the user may read; may be nothing."""
        # Of an addon that is gone, messages stay.
        if not self.res_id or self.model not in self.env:
            return self.env[PARTY]
        about = self.env[self.model].browse(self.res_id).exists()
        if about:
            about.check_access("read")
        return about

    def _archive_party(self, about):
        """Return the party that a message is about, or from."""
        if about._name != PARTY:
            known = "partner_id" in about._fields
            about = about.partner_id if known else self.env[PARTY]
        # Colleagues are no parties.
        from_outside = self.author_id.filtered("partner_share")
        return (about or from_outside).commercial_partner_id
