from odoo import api, fields, models

from ..common.company_day import today_at
from ..common.roles import ARCHIVIST
from ..common.sentinel import as_system
from ..common.windows import open_form

# While it is in one of these, a paper isn't in the cabinet.
EXPECTED_BACK = ("handing", "out", "returning")
OUT_OF_CABINET = (*EXPECTED_BACK, "lost")
CONDITIONS = [
    ("good", "Good"),
    ("damaged", "Damaged"),
    ("incomplete", "Pages Missing"),
]


class CustomerArchiveLoanLine(models.Model):
    """One paper of a loan: where it is, and who gave it to whom and when 借出资料.

    Made when the loan is approved; the loan's methods alone move it on.
    """

    _name = "customer.archive.loan.line"
    _description = "Loan Item"
    _inherit = ["customer.archive.guard"]
    _order = "loan_id desc, id"
    _rec_names_search = ["type_id", "loan_id"]

    loan_id = fields.Many2one(
        "customer.archive.loan",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    document_id = fields.Many2one(
        "customer.archive.document",
        string="Item",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    # Told here, because the borrower need not see the file.
    type_id = fields.Many2one(
        related="document_id.type_id", string="Item Type", store=True
    )
    archive_number = fields.Char(related="archive_id.name", string="File Number")
    form = fields.Selection(
        [("original", "Original"), ("copy", "Copy"), ("stamped", "Stamped copy")],
        string="Document Form",
        readonly=True,
    )
    archive_id = fields.Many2one(
        related="loan_id.archive_id",
        string="File",
        store=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="loan_id.company_id", store=True, precompute=True
    )
    user_id = fields.Many2one(
        related="loan_id.user_id",
        string="Borrower",
        store=True,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="loan_id.partner_id", store=True, precompute=True
    )
    due_date = fields.Date(related="loan_id.due_date", string="Due Back", store=True)
    state = fields.Selection(
        [
            ("waiting", "To Hand Out"),
            ("handing", "Awaiting Receipt"),
            ("out", "On Loan"),
            ("returning", "Awaiting Return"),
            ("returned", "Returned"),
            ("lost", "Lost"),
            ("cancelled", "Not Collected"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    handed_by_id = fields.Many2one(
        "res.users", string="Handed out by", readonly=True, ondelete="restrict"
    )
    received_by_id = fields.Many2one(
        "res.users", string="Received by", readonly=True, ondelete="restrict"
    )
    out_on = fields.Datetime(
        string="Handed out on", readonly=True, help="When both sides had confirmed it."
    )
    brought_by_id = fields.Many2one(
        "res.users", string="Returned by", readonly=True, ondelete="restrict"
    )
    taken_by_id = fields.Many2one(
        "res.users", string="Return received by", readonly=True, ondelete="restrict"
    )
    returned_on = fields.Datetime(
        string="Returned on", readonly=True, help="When both sides had confirmed it."
    )
    condition = fields.Selection(CONDITIONS, readonly=True)
    remarks = fields.Text(readonly=True, help="Remarks on its condition or loss.")
    lost_by_id = fields.Many2one(
        "res.users", string="Loss Reported by", readonly=True, ondelete="restrict"
    )
    lost_on = fields.Datetime(string="Loss Reported on", readonly=True)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    can_hand_out = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_confirm_receipt = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_bring_back = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_take_back = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _out_once = models.UniqueIndex(
        "(document_id) WHERE state IN ('handing', 'out', 'returning', 'lost')",
        "This item is already on loan: it can't be lent twice.",
    )

    @api.depends("due_date", "state")
    def _compute_is_overdue(self):
        for line in self:
            away = line.state in ("out", "returning")
            due = away and line.due_date
            line.is_overdue = bool(due and due < today_at(line))

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        over = self.env["res.company"]._archive_by_day(
            lambda today: fields.Domain("due_date", "<", today)
        )
        return fields.Domain("state", "in", ("out", "returning")) & over

    @api.depends("state", "handed_by_id", "received_by_id")
    @api.depends("brought_by_id", "taken_by_id", "user_id.active")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        archivist = user.has_group(ARCHIVIST)
        for line in self:
            keeps = archivist and user != line.user_id
            borrows = user in line.loan_id._borrower_side()
            here = line.state in ("waiting", "handing")
            away = line.state in ("out", "returning", "lost")
            line.can_hand_out = keeps and here and not line.handed_by_id
            line.can_confirm_receipt = borrows and here and not line.received_by_id
            line.can_bring_back = borrows and away and not line.brought_by_id
            line.can_take_back = keeps and away and not line.taken_by_id

    @api.depends("loan_id", "type_id")
    def _compute_display_name(self):
        for line in self:
            # Who may read the line may know of which loan it is.
            number = line.sudo().loan_id.name
            line.display_name = f"{number} {line.type_id.name}"

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._(
                "Loan records are created automatically when items are handed out and "
                "returned."
            ),
            "write",
        )

    @api.model
    def _make(self, loan, items):
        """Make one row per paper of an approved loan; called as superuser."""
        return as_system(self.sudo()).create(
            [
                {"loan_id": loan.id, "document_id": item.id, "form": item.form}
                for item in items
            ]
        )

    def _whereabouts(self):
        """Return, as a sentence, on which loan the paper is out."""
        self.ensure_one()
        loan = self.sudo().loan_id
        if self.state == "lost":
            return self.env._("Lost: %s", loan.name)
        if not loan.due_date:
            return self.env._("On loan: %s", loan.name)
        return self.env._(
            "On loan: %(loan)s, due %(day)s", loan=loan.name, day=loan.due_date
        )

    # Actions of the screen, on one paper or some of them

    def action_hand_out(self):
        """Confirm as an archivist that these papers were handed out."""
        for loan, lines in self.grouped("loan_id").items():
            loan.action_hand_out(lines.ids)
        return True

    def action_confirm_receipt(self):
        """Confirm as the borrower that these papers were received."""
        for loan, lines in self.grouped("loan_id").items():
            loan.action_confirm_receipt(lines.ids)
        return True

    def action_bring_back(self):
        """Confirm as the borrower that these papers were brought back."""
        for loan, lines in self.grouped("loan_id").items():
            loan.action_bring_back(lines.ids)
        return True

    def action_open_return(self):
        """Return the dialog in which an archivist takes this paper back."""
        self.ensure_one()
        return self.loan_id.action_open_return(self.ids)

    def action_open_loan(self):
        """Return the action that shows the loan."""
        self.ensure_one()
        return open_form(self.loan_id)
