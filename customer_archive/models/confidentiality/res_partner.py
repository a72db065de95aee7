from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Whose bank accounts a user isn't shown."""

    _inherit = "res.partner"

    def _archive_with_hidden_accounts(self):
        """Return those of these partners whose accounts aren't shown to the user."""
        if not self.ids:
            return self.browse()
        hidden = self.env["res.partner.bank"]._archive_hidden_parties()
        query = SQL("SELECT id FROM (%s) h WHERE id = ANY(%s)", hidden, self.ids)
        return self.browse(row[0] for row in set(self.env.execute_query(query)))

    def write(self, vals):
        if {"parent_id", "is_company"} & vals.keys() and not self.env.su:
            self._archive_check_accounts_stay(vals)
        return super().write(vals)

    def _archive_check_accounts_stay(self, vals):
        """A contact that leaves a party with a file would take shown accounts along."""
        moved = self.filtered(
            lambda each: (
                "is_company" in vals
                and each.is_company != bool(vals["is_company"])
                or "parent_id" in vals
                and each.parent_id.id != (vals["parent_id"] or False)
            )
        )
        if moved:
            domain = [("partner_id", "child_of", moved.ids)]
            # Also accounts that aren't in use any more.
            banks = self.env["res.partner.bank"].with_context(active_test=False)
            banks.search(domain)._archive_check_shown("move")
