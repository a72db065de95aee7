from odoo import api, models
from odoo.exceptions import UserError

from ..common.roles import PRINTS_ACCOUNTS
from ..common.values import is_text
from ..common.windows import open_dialog

REGISTER = "customer_archive.register_basic_data"
SUMMARY = "customer_archive.register_summary"
# Rows of a summary on a sheet that is printed across.
ROWS = 12
# Field that a print with the whole account shows otherwise.
ACCOUNT = "bank_account"


class CustomerArchive(models.Model):
    """The two prescribed forms on paper: the same registers as in XLSX."""

    _inherit = "customer.archive"

    @api.model
    def _form_register(self):
        """Return the register that says what the form shows.

        :raise UserError: if an administrator deleted it, or made it one of others
        """
        register = self._printed_register(REGISTER)
        if not register:
            raise UserError(
                self.env._(
                    "The register of the basic data form is missing: ask your "
                    "administrator."
                )
            )
        return register

    @api.model
    def _printed_register(self, name):
        """Return a register of files; empty if it was deleted, or is one of others."""
        register = self.env.ref(name, raise_if_not_found=False)
        if not register or register.model != self._name:
            return self.env["customer.archive.register"]
        return register

    def _form_pages(self):
        """Return what is printed of each of these files, the account masked."""
        return self._form_register()._pages(self)

    def _summary_sheets(self):
        """Return what is printed of these files as summaries: one of each department.

        :raise UserError: if the register that says what is in them is missing
        """
        register = self._printed_register(SUMMARY)
        if not register:
            raise UserError(
                self.env._(
                    "The register of the summary is missing: ask your administrator."
                )
            )
        files = self.sorted(lambda file: (*_department(file), file.id))
        groups = files.grouped(_department).values()
        return [register._list_sheets(own, ROWS) for own in groups]

    # With the whole account

    def action_open_account_print(self):
        """Return the dialog that asks what the whole account is printed for."""
        self.ensure_one()
        self._check_account_print()
        return open_dialog(
            "customer.archive.account.print",
            self.env._("Basic Data Form with Bank Account"),
            {"default_archive_id": self.id},
        )

    def _check_account_print(self, purpose=None):
        """Check that the user may print the whole account of this file.

        :param str purpose: what for, once it was asked
        :raise AccessError: unless the user's role needs it; the attempt is recorded
        :raise RedirectWarning: if the user hasn't signed the undertaking
        :raise UserError: without an account
        """
        self.ensure_one()
        # Whoever asks counts, and not with whose rights the code runs.
        self.sudo(False).check_access("read")
        if not self.env.user.has_groups(PRINTS_ACCOUNTS):
            raise self._refusal(
                self.env._("Only Finance can print the form with the bank account."),
                "account_print",
            )
        self.env.user._archive_check_sensitive(self)
        if purpose is not None and not is_text(purpose):
            raise UserError(
                self.env._("Enter the purpose of the print: it is recorded.")
            )
        if not any(self._form_bank()):
            raise UserError(
                self.env._("%s has no bank account.", self.partner_id.display_name)
            )

    def _form_page_with_account(self, purpose):
        """Return what is printed of this file with its whole account; recorded.

        :param str purpose: what it is needed for
        """
        self._check_account_print(purpose or "")
        self.env["customer.archive.log"]._record(
            "reveal", self, f"{ACCOUNT} form", purpose.strip()
        )
        # The user may see it: the role was checked, and it is recorded.
        bank, sealed = self._form_bank()
        parts = (
            (sealed.label, sealed._opened())
            if sealed
            else (bank.bank_id.name, bank.acc_number)
        )
        whole = " ".join(filter(None, parts))
        return self._form_register()._pages(self, {ACCOUNT: whole})


def _department(file):
    return file.company_id.id, file.department_id.id
