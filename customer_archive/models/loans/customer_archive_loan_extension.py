from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system


class CustomerArchiveLoanExtension(models.Model):
    """An application for more time with papers that are out 续借."""

    _name = "customer.archive.loan.extension"
    _description = "Loan Extension"
    _inherit = ["customer.archive.request"]

    loan_id = fields.Many2one(
        "customer.archive.loan", required=True, index=True, ondelete="cascade"
    )
    purpose = fields.Text(string="Reason")
    days = fields.Integer(
        string="Additional Working Days",
        required=True,
        default=5,
        help="Counted from the due date, or from today if that has passed.",
    )
    old_due_date = fields.Date(string="Previous Due Date", readonly=True, copy=False)
    due_date = fields.Date(string="Current Due Date", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("review", "Awaiting Approval"), ("approved", "Approved")],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _days_positive = models.Constraint(
        "CHECK (days > 0)", "The extension must be at least one working day."
    )
    _one_running = models.UniqueIndex(
        "(loan_id) WHERE state != 'approved'",
        "An extension of this loan has already been requested: complete that request.",
    )

    @api.model
    def _protected(self):
        dates = ("old_due_date", "due_date")
        return {**super()._protected(), **dict.fromkeys(dates, False)}

    @api.model_create_multi
    def create(self, vals_list):
        extensions = super().create(vals_list)
        for extension in extensions:
            extension._check_borrower()
            count = len(extension.sudo().loan_id.extension_ids)
            as_system(extension).name = f"{extension.loan_id.name}+{count}"
        return extensions

    @api.model
    def _with_file(self, vals):
        """Return ``vals`` with the party and the file of the loan."""
        vals = {**self.default_get(["loan_id"]), **vals}
        loan = self.env["customer.archive.loan"].browse(vals.get("loan_id")).exists()
        if not loan:
            raise UserError(self.env._("Select the loan to be extended."))
        loan.check_access("read")
        # One open application at a time: said before the database does.
        if loan.sudo().extension_ids.filtered(lambda each: each.state != "approved"):
            raise UserError(
                self.env._(
                    "An extension of %s has already been requested: complete that "
                    "request.",
                    loan.display_name,
                )
            )
        return {
            **vals,
            "partner_id": loan.partner_id.id,
            "archive_id": loan.sudo().archive_id.id,
        }

    def _check_editable(self, names):
        if "loan_id" in names:
            raise UserError(self.env._("An extension can't be moved to another loan."))
        return super()._check_editable(names)

    def _check_borrower(self):
        for extension in self:
            if extension.loan_id.user_id != extension.user_id:
                raise extension._refusal(
                    self.env._("Only the borrower can request an extension."), "extend"
                )
            extension._check_out()

    def _check_out(self):
        if self.sudo().loan_id.state != "out":
            raise UserError(
                self.env._(
                    "%s isn't on loan: there is nothing to extend.",
                    self.loan_id.display_name,
                )
            )

    def _approval_check(self):
        result = super()._approval_check()
        self._check_borrower()
        for extension in self:
            extension.loan_id._check_days(extension.days)
        return result

    def _approval_completed(self):
        for extension in self:
            loan = extension.loan_id
            loan._wait_for_others()
            extension._check_out()
            today = loan.company_id._archive_today()
            due = loan.company_id._archive_working_day(
                extension.days, max(loan.due_date, today)
            )
            as_system(extension).write(
                {"state": "approved", "old_due_date": loan.due_date, "due_date": due}
            )
            as_system(loan).write({"due_date": due})
            loan._restart_reminders()
            detail = f"{loan.name} extended {extension.old_due_date} > {due}"
            self.env["customer.archive.log"]._record("loan", loan, detail)
            extension._tell(
                extension.user_id | loan._archivists(),
                lambda own: own.env._(
                    "Extended: %(loan)s is due back on %(day)s.",
                    loan=own.loan_id.display_name,
                    day=own.due_date,
                ),
            )

    def _end_with_loan(self):
        """End what is under review: the papers are back; as superuser."""
        for extension in self:
            if extension.state == "review":
                extension._end_round()
