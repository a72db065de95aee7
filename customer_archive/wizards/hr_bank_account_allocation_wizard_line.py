from odoo import models

from ..models.confidentiality.res_partner_bank import AccountNumber


class HrBankAccountAllocationWizardLine(models.TransientModel):
    """Any account may be named in the dialog that shares out an employee's wages."""

    _inherit = "hr.bank.account.allocation.wizard.line"

    acc_number = AccountNumber()
