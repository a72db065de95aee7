from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import is_system
from .customer_archive_loan_line import OUT_OF_CABINET


class CustomerArchiveDocument(models.Model):
    """Where the paper is: what is lent can't be lent again, removed or destroyed."""

    _inherit = "customer.archive.document"

    loan_line_ids = fields.One2many(
        "customer.archive.loan.line",
        "document_id",
        string="Loans",
        readonly=True,
        copy=False,
    )
    current_loan_id = fields.Many2one(
        "customer.archive.loan",
        compute="_compute_current_loan_id",
        compute_sudo=True,
    )
    loan_state = fields.Char(
        string="Loan Status",
        compute="_compute_current_loan_id",
        compute_sudo=True,
        help="The loan the item is on, and its due date.",
    )

    @api.depends("loan_line_ids.state", "loan_line_ids.due_date")
    def _compute_current_loan_id(self):
        lines = self._lines_out()
        line_of = {line.document_id.id: line for line in lines}
        for item in self:
            line = line_of.get(item._origin.id, lines.browse())
            item.current_loan_id = line.loan_id
            item.loan_state = line._whereabouts() if line else False

    def _lines_out(self):
        """Return the lines on which these items are out of the cabinet."""
        # Whoever may see an item may know whether it is there.
        return (
            self.env["customer.archive.loan.line"]
            .sudo()
            .search(
                [
                    ("document_id", "in", self._origin.ids),
                    ("state", "in", OUT_OF_CABINET),
                ]
            )
        )

    def _check_not_out(self):
        """Check that the papers are in the cabinet.

        :raise UserError: naming the loan that has one
        """
        for line in self._lines_out():
            raise UserError(
                self.env._(
                    "“%(item)s” isn't in the cabinet. %(where)s",
                    item=line.type_id.name,
                    where=line._whereabouts(),
                )
            )

    @api.model
    def _protected(self):
        return {**super()._protected(), "loan_line_ids": []}

    def write(self, vals):
        if "is_paper" in vals and not vals["is_paper"] and not is_system(self.env):
            self._check_not_out()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_while_out(self):
        self._check_not_out()
