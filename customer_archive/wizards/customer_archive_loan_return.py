from odoo import api, fields, models

from ..models.loans.customer_archive_loan_line import CONDITIONS


class CustomerArchiveLoanReturn(models.TransientModel):
    """The dialog to take papers back with their condition, or to report them lost.

    The loan decides who may.
    """

    _name = "customer.archive.loan.return"
    _description = "Item Return"
    _inherit = ["customer.archive.guard"]

    loan_id = fields.Many2one("customer.archive.loan", required=True, readonly=True)
    mode = fields.Selection(
        [("return", "Returning"), ("loss", "Loss")],
        required=True,
        default="return",
        export_string_translation=False,
    )
    line_ids = fields.One2many(
        "customer.archive.loan.return.line",
        "return_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    note = fields.Text(string="Circumstances of Loss")

    @api.depends("loan_id", "mode")
    def _compute_line_ids(self):
        """Offer what is out; papers that are lost only once they are meant."""
        meant = self.env.context.get("loan_line_ids") or []
        for dialog in self:
            lines = dialog.loan_id.line_ids.filtered(
                lambda line: line.state in ("out", "returning")
            )
            if dialog.mode == "return":
                lines = dialog.loan_id.line_ids.filtered("can_take_back")
            chosen = lines.filtered(lambda line: line.id in meant) or lines
            dialog.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {
                            "line_id": line.id,
                            "is_chosen": line in chosen
                            and dialog.mode == "return"
                            and (line.id in meant or line.state != "lost"),
                        }
                    )
                    for line in lines
                ),
            ]

    @api.constrains("loan_id")
    def _check_loan(self):
        # A dialog shows the name of what it is about without asking for rights.
        self.loan_id.sudo(False).check_access("read")

    def action_take_back(self):
        """Take the chosen papers back."""
        self.ensure_one()
        self.loan_id.action_take_back(
            [
                {
                    "line_id": row.line_id.id,
                    "condition": row.condition,
                    "note": row.note or "",
                }
                for row in self.line_ids
                if row.is_chosen
            ]
        )
        return {"type": "ir.actions.act_window_close"}

    def action_report_lost(self):
        """Report the chosen papers as lost."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        self.loan_id.action_report_lost(chosen.line_id.ids, self.note)
        return {"type": "ir.actions.act_window_close"}


class CustomerArchiveLoanReturnLine(models.TransientModel):
    """One paper in the dialog."""

    _name = "customer.archive.loan.return.line"
    _description = "Return Line"
    _inherit = ["customer.archive.guard"]

    return_id = fields.Many2one(
        "customer.archive.loan.return",
        string="Send Back",
        required=True,
        ondelete="cascade",
        export_string_translation=False,
    )
    line_id = fields.Many2one(
        "customer.archive.loan.line", string="Paper", required=True, ondelete="cascade"
    )
    type_id = fields.Many2one(related="line_id.type_id")
    form = fields.Selection(related="line_id.form")
    state = fields.Selection(related="line_id.state")
    is_chosen = fields.Boolean(string="Select")
    condition = fields.Selection(CONDITIONS, default="good")
    note = fields.Char(string="Remarks")

    @api.constrains("line_id")
    def _check_line(self):
        # It shows what the paper is without asking for rights.
        self.line_id.sudo(False).check_access("read")
