from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import identifiers


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.constrains("acc_number", "partner_id")
    def _check_archive_bank_card(self):
        """Check card numbers of private persons with a file.

        Companies' accounts have no check digit.
        """
        for bank in self:
            partner = bank.partner_id.commercial_partner_id
            if (
                partner.is_company
                or not partner._archive_is_chinese()
                or not partner._with_archive()
            ):
                continue
            try:
                identifiers.bank_card(bank.acc_number or "")
            except ValueError as error:
                # Never with the number itself: messages end up in logs.
                problem = partner._archive_number_message("bank_card", error.args[0])
                raise ValidationError(
                    self.env._(
                        "Bank account of %(party)s: %(problem)s",
                        party=partner.name,
                        problem=problem,
                    )
                ) from None

    def _archive_masked(self):
        """Return the account with all but its last four characters hidden."""
        return identifiers.masked(self.acc_number)
