from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.company_day import today_at
from ..common.escalation import heads
from ..common.readers import may_read
from ..common.roles import ARCHIVIST, MANAGEMENT, users_of
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system
from ..common.windows import open_dialog, open_new


class CustomerArchiveLoan(models.Model):
    """An application to borrow papers of a file, or its whole bag 借用.

    Approved by management, each paper goes out and comes back with two people
    confirming it: see the other parts of this model.
    """

    _name = "customer.archive.loan"
    _description = "Loan"
    _inherit = ["customer.archive.request.items"]

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("approved", "To Hand Out"),
            ("out", "On Loan"),
            ("returned", "Returned"),
            ("cancelled", "Not Collected"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    type_ids = fields.Many2many(relation="customer_archive_loan_type_rel")
    days = fields.Integer(
        string="Working Days",
        required=True,
        default=5,
        tracking=True,
        help="Duration from the date of handing out.",
    )
    due_date = fields.Date(
        string="Due Back", readonly=True, copy=False, index="btree_not_null"
    )
    borrower_department_id = fields.Many2one(
        "hr.department",
        string="Borrower's Department",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="As at the time of the loan request.",
    )
    line_ids = fields.One2many(
        "customer.archive.loan.line",
        "loan_id",
        string="Loan Items",
        readonly=True,
        copy=False,
    )
    extension_ids = fields.One2many(
        "customer.archive.loan.extension",
        "loan_id",
        string="Extensions",
        readonly=True,
        copy=False,
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    has_lost = fields.Boolean(compute="_compute_has_lost", string="Has Lost Items")

    _days_positive = models.Constraint(
        "CHECK (days > 0)", "The loan period must be at least one working day."
    )

    @api.depends("due_date", "state")
    def _compute_is_overdue(self):
        for loan in self:
            due, out = loan.due_date, loan.state == "out"
            loan.is_overdue = bool(out and due and due < today_at(loan))

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        over = self.env["res.company"]._archive_by_day(
            lambda today: fields.Domain("due_date", "<", today)
        )
        return fields.Domain("state", "=", "out") & over

    @api.depends("line_ids.state")
    def _compute_has_lost(self):
        for loan in self:
            # Who may read the loan may know that papers of it are missing.
            loan.has_lost = "lost" in loan.sudo().line_ids.mapped("state")

    @api.model
    def _protected(self):
        recorded = ("due_date", "borrower_department_id", "reminder_date")
        return {
            **super()._protected(),
            **dict.fromkeys(recorded, False),
            "reminder_level": 0,
            "line_ids": [],
            "extension_ids": [],
        }

    def _wait_for_others(self):
        result = super()._wait_for_others()
        # Whoever sees the loan needn't see all of its papers.
        lines = self.env["customer.archive.loan.line"].sudo()
        lock_rows(lines.search([("loan_id", "in", self.ids)]))
        return result

    # Approval

    @api.model
    def _unfinished_states(self):
        return [*super()._unfinished_states(), "approved", "out"]

    def _wanted_items(self):
        """Only paper is lent."""
        return super()._wanted_items().filtered("is_paper")

    def _approval_check(self):
        result = super()._approval_check()
        for loan in self:
            loan._check_days(loan.days)
            loan._check_on_paper()
            # Whoever decides, and the register later, asks where the papers went.
            employee = loan.user_id.sudo().with_company(loan.company_id).employee_id
            as_system(loan).borrower_department_id = employee.department_id
        return result

    def _check_days(self, days):
        longest = self.company_id.archive_loan_days
        if not 0 < days <= longest:
            raise UserError(
                self.env._(
                    "The loan period is between 1 and %s working days; an "
                    "extension can be requested later.",
                    longest,
                )
            )

    def _check_on_paper(self):
        """Check that all that was named is kept on paper.

        :raise UserError: naming what isn't
        """
        self.ensure_one()
        # The requester learns whether the named items are there to be lent.
        own = self.sudo()
        paper = own._wanted_items()
        if self.scope == "items":
            named = own.document_ids.type_id | own.type_ids
            missing = (named - paper.type_id) | (own.document_ids - paper).type_id
            if missing:
                raise UserError(
                    self.env._(
                        "Not kept on paper: %s. Remove it, or request a consultation.",
                        ", ".join(f"“{name}”" for name in missing.mapped("name")),
                    )
                )
        if not paper:
            raise UserError(
                self.env._(
                    "None of the requested items is kept on paper: request a "
                    "consultation instead."
                )
            )

    def _approval_completed(self):
        for loan in self:
            items = loan._wanted_items()
            if not items:
                raise UserError(
                    self.env._(
                        "%s: none of the requested items is kept on paper any "
                        "more. Refuse it.",
                        loan.display_name,
                    )
                )
            self.env["customer.archive.loan.line"]._make(loan, items)
        as_system(self).write({"state": "approved"})
        for loan in self:
            loan._tell(
                loan.user_id | loan._archivists(),
                lambda own: own.env._("Approved: the items can be handed out."),
            )

    # Who is concerned

    def _archivists(self):
        """Return who hands out and takes back: every archivist but the borrower."""
        self.ensure_one()
        return self._users_of(ARCHIVIST) - self.user_id

    def _users_of(self, group):
        # Messages are read by whom they are sent to, whatever they are about.
        return users_of(self.env, group).filtered(lambda user: may_read(user, self))

    def _heads(self):
        """Return the head of the borrower's department, else of the file's.

        Only who may read the loan, which names the party and its papers.
        """
        self.ensure_one()
        loan = self.sudo()
        for department in (loan.borrower_department_id, loan.department_id):
            head = heads(department) - loan.user_id
            if may_read(head, self):
                return head
        return self.env["res.users"]

    def _borrower_side(self):
        """Return who confirms as the borrower: others do once the borrower has left."""
        self.ensure_one()
        borrower = self.sudo().user_id
        if borrower.active:
            return borrower
        return self._heads() | self._users_of(MANAGEMENT)

    def _is_archivist(self, user):
        return user != self.user_id and user.has_group(ARCHIVIST)

    # Actions of the screen

    def action_open_return(self, line_ids=None):
        """Return the dialog to take papers back with their condition."""
        return self._open_dialog("return", self.env._("Receive Return"), line_ids)

    def action_open_loss(self):
        """Return the dialog to report papers as lost."""
        return self._open_dialog("loss", self.env._("Report Loss"))

    def action_open_extension(self):
        """Return the form to apply for more time."""
        self.ensure_one()
        self.check_access("read")
        return open_new(
            "customer.archive.loan.extension",
            self.env._("Extension"),
            {"default_loan_id": self.id},
        )

    def _open_dialog(self, mode, title, line_ids=None):
        self.ensure_one()
        self.check_access("read")
        return open_dialog(
            "customer.archive.loan.return",
            title,
            {
                "default_loan_id": self.id,
                "default_mode": mode,
                "loan_line_ids": line_ids or [],
            },
        )

    @api.depends("state", "line_ids.returned_on")
    def _compute_duration(self):
        return super()._compute_duration()

    def _duration_end(self):
        moments = self.line_ids.mapped("returned_on")
        last = max(filter(None, moments), default=False)
        return self.state == "returned" and self._day_of(last)
