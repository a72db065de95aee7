from odoo import models

from .res_partner_bank import NUMBERS


class MailTrackingValue(models.Model):
    """What an account was before is told to those only who are shown what it is now."""

    _inherit = "mail.tracking.value"

    def _filter_has_field_access(self, env):
        shown = super()._filter_has_field_access(env)
        if env.user._archive_needs_accounts():
            return shown
        parties = shown._archive_parties_of_numbers()
        own = env["res.partner"].browse(parties.ids)
        return shown - shown._archive_of(own._archive_with_hidden_accounts())

    def _filter_free_field_access(self):
        """Notifications go to anybody."""
        shown = super()._filter_free_field_access()
        parties = shown._archive_parties_of_numbers()
        filed = parties.commercial_partner_id._with_archive()
        return shown - shown._archive_of(
            parties.filtered(lambda each: each.commercial_partner_id in filed)
        )

    def _archive_party(self):
        """Return whose account a value is about; nobody if it is of another field."""
        self.ensure_one()
        field, message = self.field_id, self.mail_message_id
        if field.model != "res.partner.bank" or field.name not in NUMBERS:
            return self.env["res.partner"]
        if message.model not in ("res.partner", "res.partner.bank"):
            return self.env["res.partner"]
        # Who may see the party or not, its values are the question here.
        record = self.env[message.model].sudo().browse(message.res_id).exists()
        return record.partner_id if message.model == "res.partner.bank" else record

    def _archive_parties_of_numbers(self):
        # As superuser: its callers ask what somebody else may see.
        return self.env["res.partner"].union(
            *(value._archive_party() for value in self.sudo())
        )

    def _archive_of(self, parties):
        return self.filtered(
            lambda value: value.sudo()._archive_party().id in parties.ids
        )
