from odoo import fields, models
from odoo.exceptions import UserError

REPORT = "customer_archive.report_customer_archive_account_print"


class CustomerArchiveAccountPrint(models.TransientModel):
    """The dialog that asks why a whole account is printed; the file records it."""

    _name = "customer.archive.account.print"
    _description = "Basic Data Form with Bank Account"
    _inherit = ["customer.archive.guard"]

    archive_id = fields.Many2one("customer.archive", string="File", required=True)
    purpose = fields.Char(required=True)

    def action_print(self):
        """Return the action that prints the form, once, for the purpose given.

        :raise AccessError: unless the user's role needs the account
        """
        self.ensure_one()
        self.check_access("read")
        self.archive_id._check_account_print(self.purpose or "")
        report = self.env["ir.actions.report"]._for_xml_id(REPORT)
        return {
            **report,
            "context": {"active_ids": self.ids},
            "close_on_report_download": True,
        }

    def _printed_pages(self):
        """Return the pages of the print: each is recorded with its purpose."""
        if len(self) != 1:
            raise UserError(
                self.env._("The form with the bank account is printed one at a time.")
            )
        # Of one's own dialogs; what is in memory is read unchecked.
        self.check_access("read")
        return self.archive_id._form_page_with_account(self.purpose)
