from odoo import models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _find_or_create_bank_account(self):
        """As everywhere, but that a statement adds no account to a reviewed party.

        It is matched without one: a new account is a change request's to add.
        """
        banks = self.env["res.partner.bank"]
        party = self.partner_id.commercial_partner_id
        if not (banks._archive_is_protected() and party._archive_reviewed()):
            return super()._find_or_create_bank_account()
        # Which accounts a party has is looked up; who sees them is another matter.
        found = banks.sudo()._archive_find(party, self.account_number)
        usable = found.filtered("active").sudo(False)
        return usable.filtered(
            lambda bank: bank.company_id.id in (False, self.company_id.id)
        )
