from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import is_system


class ResPartner(models.Model):
    """Parties that are blocked stay out of use."""

    _inherit = "res.partner"

    def write(self, vals):
        if vals.get("active") and not is_system(self.env):
            self._archive_check_not_blocked()
        return super().write(vals)

    def _archive_check_not_blocked(self, companies=None):
        """Refuse new business with parties that are blocked.

        :param companies: where; anywhere without it
        :raise UserError: naming them
        """
        domain = fields.Domain(
            "partner_id", "in", self.sudo().commercial_partner_id.ids
        ) & fields.Domain("is_blocked", "=", True)
        if companies:
            domain &= fields.Domain("company_id", "in", companies.ids)
        # Whether it is blocked decides, also where the file can't be seen.
        blocked = self.env["customer.archive"].sudo().search(domain)
        if blocked:
            blocked._refuse_business()

    @api.ondelete(at_uninstall=True)
    def _unlink_except_of_held_files(self):
        """Contacts of a party stay as long as its file is held or blocked."""
        kept = fields.Domain("state", "!=", "destroyed")
        if held := self._archive_held(kept):
            raise UserError(
                self.env._(
                    "%s has a customer file that is on hold or blocked: its "
                    "contacts can't be deleted either.",
                    held.partner_id.name,
                )
            )

    def _archive_held(self, domain=fields.Domain.TRUE):
        """Return a file of these parties that is held or blocked, if there is one."""
        parties = self.sudo().commercial_partner_id
        domain &= fields.Domain("partner_id", "in", parties.ids)
        domain &= fields.Domain("is_held", "=", True) | fields.Domain(
            "is_blocked", "=", True
        )
        # Whether it is held decides, also where the file can't be seen.
        return self.env["customer.archive"].sudo().search(domain, limit=1)
