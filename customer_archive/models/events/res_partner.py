from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.windows import open_dialog, window
from ..files.customer_archive import ENDED
from .customer_archive import NOTES, TO_DO


class ResPartner(models.Model):
    """Notes are written from the contact, with or without a file."""

    _inherit = "res.partner"

    archive_event_count = fields.Integer(
        compute="_compute_archive_event_count", export_string_translation=False
    )

    @api.depends_context("company", "uid")
    def _compute_archive_event_count(self):
        """One query for all, by the rights of the user."""
        notes, counts = self.env[NOTES], {}
        if notes.has_access("read"):
            domain = self.commercial_partner_id._archive_notes_domain()
            groups = notes._read_group(domain, ["partner_id"], ["__count"])
            counts = {party.id: count for party, count in groups}
        for partner in self:
            party = partner.commercial_partner_id
            partner.archive_event_count = counts.get(party.id, 0)

    def _archive_notes_domain(self):
        own = ("company_id", "=", self.env.company.id)
        return [("partner_id", "in", self.ids), own]

    def _archive_open_file(self, company):
        """Return the open file of this party in a company; called as superuser."""
        domain = [
            ("partner_id", "in", self.ids),
            ("company_id", "=", company.id),
            ("state", "not in", ENDED),
        ]
        return self.env["customer.archive"].sudo().search(domain, limit=1)

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        moved = self.filtered(lambda partner: partner.user_id.id != vals["user_id"])
        former = moved.filtered("user_id").grouped("user_id")
        result = super().write(vals)
        for user, parties in former.items():
            # Whoever hands a party over needn't see what was noted on it.
            parties.sudo()._archive_hand_over_notes(user)
        return result

    def _archive_hand_over_notes(self, former):
        """Make the new salesperson do what the former one had to; as superuser.

        Of parties without a file: else it is the affair of the account manager. What
        the new one may not read or answer, they aren't made responsible for.
        """
        domain = [
            ("partner_id", "in", self.filtered("user_id").ids),
            ("archive_id", "=", False),
            ("responsible_id", "=", former.id),
        ]
        notes = self.env[NOTES].search(fields.Domain(domain) & TO_DO)
        for user, those in notes.grouped(lambda note: note.partner_id.user_id).items():
            those._hand_over_to_reader(user)

    def action_new_archive_event(self):
        """Return the short form for a note on this party."""
        self.ensure_one()
        self.check_access("read")
        party = self.commercial_partner_id
        context = {
            "default_partner_id": party.id,
            "default_archive_id": party.archive_id.id,
            "form_view_ref": "customer_archive.view_customer_archive_event_quick_form",
        }
        if party.archive_id.state in ENDED:
            del context["default_archive_id"]
        if self != party:
            context["default_contact_id"] = self.id
        return open_dialog(NOTES, self.env._("New Note"), context)

    def action_open_archive_events(self):
        """Return the notes on this party."""
        self.ensure_one()
        self.check_access("read")
        party = self.commercial_partner_id
        return window(
            NOTES,
            "list,kanban,calendar,form",
            name=self.env._("Event Notes"),
            domain=party._archive_notes_domain(),
            context={"default_partner_id": party.id},
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_noted(self):
        # Also notes that the user can't see.
        notes = self.env[NOTES].sudo().search([("partner_id", "in", self.ids)], limit=1)
        if notes:
            raise UserError(
                self.env._(
                    "There are notes on %s, which are kept: the contact can't be "
                    "deleted. It can be archived.",
                    notes.partner_id.name,
                )
            )
