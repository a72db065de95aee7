from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import ARCHIVIST, COUNTS_STOCK, MANAGEMENT
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, is_system
from ..common.windows import open_list

LINE = "customer.archive.stocktake.line"
# Results that somebody has to settle before it is signed.
DIFFERENCES = ("misplaced", "missing", "surplus")
COUNTED = ("expected", "open", "found", "loan", *DIFFERENCES)
# What it is about stays, once its list was made.
SCOPE = ("scope", "location_id", "category_id", "department_id", "company_id")
SAMPLE = ("sample_unit", "sample_size")
ASKED, WITNESS = "mail_activity_stocktake", "mail_activity_stocktake_witness"
LOST = "mail_activity_stocktake_lost"


class CustomerArchiveStocktake(models.Model):
    """One count of files against what should be there 盘点.

    Requirement B4: opened with a list of what is expected, counted by scanning or by
    hand, each difference settled with a note, signed by an archivist and a witness.
    """

    _name = "customer.archive.stocktake"
    _description = "Stocktake"
    _inherit = [
        "customer.archive.signed",
        "customer.archive.guard",
        "customer.archive.due",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("counting", "Counting"),
            ("settling", "Settling Differences"),
            ("witness", "Awaiting Witness"),
            ("signed", "Signed"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    scope = fields.Selection(
        [
            ("all", "Full Check"),
            ("location", "Storage Location"),
            ("category", "Category"),
            ("department", "Department"),
            ("sample", "Random Sample"),
        ],
        required=True,
        default="location",
    )
    location_id = fields.Many2one(
        "customer.archive.location",
        string="Storage Location",
        check_company=True,
        ondelete="restrict",
        help="With all that it holds.",
    )
    category_id = fields.Many2one("customer.archive.category", ondelete="restrict")
    department_id = fields.Many2one(
        "hr.department", check_company=True, ondelete="restrict"
    )
    sample_unit = fields.Selection(
        [("percent", "Percent"), ("number", "Number")],
        string="Sample in",
        default="percent",
    )
    sample_size = fields.Integer(string="Sample", default=10, aggregator=None)
    note = fields.Text(string="Remarks")
    started_on = fields.Datetime(string="Started", readonly=True, copy=False)
    started_by_id = fields.Many2one(
        "res.users",
        string="Started by",
        readonly=True,
        copy=False,
        help="Empty: started by the schedule of the yearly full check.",
    )
    ended_on = fields.Datetime(string="Counted until", readonly=True, copy=False)
    witness_id = fields.Many2one(
        "res.users",
        string="Stocktake Witness",
        copy=False,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Confirms the result with a signature of their own.",
    )
    witnessed_on = fields.Datetime(string="Witnessed on", readonly=True, copy=False)
    line_ids = fields.One2many(
        LINE, "stocktake_id", string="Lines", readonly=True, copy=False
    )
    difference_ids = fields.One2many(
        LINE,
        "stocktake_id",
        string="Differences",
        domain=[("result", "in", DIFFERENCES)],
        readonly=True,
        copy=False,
    )
    expected_count = fields.Integer(string="Expected", compute="_compute_counts")
    open_count = fields.Integer(string="To Count", compute="_compute_counts")
    found_count = fields.Integer(string="Found", compute="_compute_counts")
    loan_count = fields.Integer(string="On Loan", compute="_compute_counts")
    misplaced_count = fields.Integer(string="Misplaced", compute="_compute_counts")
    missing_count = fields.Integer(string="Missing", compute="_compute_counts")
    surplus_count = fields.Integer(string="Surplus", compute="_compute_counts")
    unsettled_count = fields.Integer(string="Unsettled", compute="_compute_counts")
    can_manage = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_count = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_witness = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _one_full = models.UniqueIndex(
        "(company_id) WHERE scope = 'all' AND state IN ('counting', 'settling')",
        "A full check of this company is under way already: sign or cancel it first.",
    )
    _sample_positive = models.Constraint(
        "CHECK (sample_size > 0 OR scope != 'sample')",
        "A sample has at least one file, or one percent.",
    )
    _sample_percent = models.Constraint(
        "CHECK (sample_size <= 100 OR sample_unit != 'percent')",
        "A sample has at most 100 percent.",
    )

    @api.depends("line_ids.result", "line_ids.settled_on")
    def _compute_counts(self):
        # How many there are is no secret of those who may not read each of them.
        lines = self.env[LINE].sudo()
        rows = lines._read_group(
            [("stocktake_id", "in", self._origin.ids)],
            ["stocktake_id", "result", "is_expected", "settlement"],
            ["__count"],
        )
        counts = {each.id: dict.fromkeys((*COUNTED, "unsettled"), 0) for each in self}
        for stocktake, result, is_expected, settlement, count in rows:
            own = counts[stocktake.id]
            own[result] += count
            own["expected"] += count if is_expected else 0
            own["unsettled"] += 0 if settlement or result not in DIFFERENCES else count
        for stocktake in self:
            own = counts.get(stocktake._origin.id) or counts[stocktake.id]
            for name, count in own.items():
                stocktake[f"{name}_count"] = count

    @api.depends("state", "witness_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        manages, counts = user.has_group(ARCHIVIST), user.has_groups(COUNTS_STOCK)
        for stocktake in self:
            stocktake.can_manage = manages
            stocktake.can_count = counts and stocktake.state == "counting"
            waits = stocktake.state == "witness"
            stocktake.can_witness = waits and stocktake.witness_id == user

    # Create, write, delete

    @api.model
    def _protected(self):
        given = (
            *("name", "started_on", "started_by_id", "ended_on"),
            *("signed_by_id", "signed_on", "witnessed_on"),
        )
        return {
            **super()._protected(),
            **dict.fromkeys(given, False),
            "line_ids": [],
            "difference_ids": [],
            "state": "draft",
        }

    @api.model_create_multi
    def create(self, vals_list):
        stocktakes = super().create(vals_list)
        for company, numbered in stocktakes.grouped("company_id").items():
            # Numbers are given here: nobody else draws them (ir_sequence.py).
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for stocktake in numbered:
                number = as_system(sequence).next_by_code(self._name)
                as_system(stocktake).name = number
        return stocktakes

    def write(self, vals):
        if not is_system(self.env):
            self._check_editable(set(vals))
        result = super().write(vals)
        if "witness_id" in vals:
            waiting = self.filtered(lambda each: each.state == "witness")
            for stocktake in waiting:
                stocktake._check_witness()
                stocktake._ask_witness()
        return result

    def _check_editable(self, names):
        for stocktake in self:
            if stocktake.state != "draft" and names & {*SCOPE, *SAMPLE}:
                raise UserError(
                    self.env._(
                        "%s was started already: cancel it and make another one to "
                        "count something else.",
                        stocktake.display_name,
                    )
                )
            over = stocktake.state in ("signed", "cancelled")
            # Who signs first has signed the remarks.
            signed = stocktake.state == "witness" and "note" in names
            if signed or (over and names & {"note", "witness_id"}):
                raise UserError(
                    self.env._(
                        "%s is signed or over: it stays as it is. Make another "
                        "stocktake.",
                        stocktake.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        for stocktake in self:
            if stocktake.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was started: it can be cancelled, and stays on record.",
                        stocktake.display_name,
                    )
                )

    # Actions

    def action_end(self):
        """End the count: what nobody found is missing.

        :raise AccessError: unless the user is an archivist
        :raise UserError: unless it is being counted
        """
        for stocktake in self:
            stocktake._begin("counting")
            lines = self.env[LINE].sudo()
            domain = [("stocktake_id", "=", stocktake.id), ("result", "=", "open")]
            as_system(lines.search(domain)).write({"result": "missing"})
            # The role was checked.
            as_system(stocktake.sudo()).write(
                {"state": "settling", "ended_on": fields.Datetime.now()}
            )
            stocktake._activities(ASKED).unlink()
            stocktake._log_step("ended")
        return True

    def action_cancel(self):
        """Give up a stocktake; what was counted stays on record.

        :raise AccessError: unless the user is an archivist
        :raise UserError: once it is signed
        """
        for stocktake in self:
            stocktake._begin("draft", "counting", "settling", "witness")
            as_system(stocktake.sudo()).state = "cancelled"
            stocktake._activities(ASKED, WITNESS).unlink()
            stocktake._log_step("cancelled")
        return True

    def action_open_lines(self):
        """Return the list of all that was expected or found."""
        self.ensure_one()
        self.check_access("read")
        return open_list(LINE, self.display_name, [("stocktake_id", "=", self.id)])

    # Checks

    def _begin(self, *states):
        """Check that an archivist takes the next step, once others are done with it."""
        self.ensure_one()
        wait_for_others(self)
        self._check_archivist("stocktake")
        self._check_state(*states)

    def _check_archivist(self, operation):
        if not self.env.user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._(
                    "Stocktakes are started, settled and signed by archivists: ask one."
                ),
                operation,
            )

    def _check_state(self, *states):
        if self.state not in states:
            words = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(stocktake)s is in the status “%(state)s”: that isn't possible "
                    "now. Reload the page.",
                    stocktake=self.display_name,
                    state=words[self.state],
                )
            )

    def _tell_of_loss(self, line):
        """Have management decide what follows from what is gone without a loan."""
        # By its number, which stays when the file is destroyed, and names nobody.
        number = line.archive_id.name or f"#{line.archive_id.id}"
        what = " ".join(filter(None, (number, line.document_id.type_id.name)))
        deadline = self.company_id._archive_working_day(1)
        self._schedule_activities(
            LOST,
            [(self, user, deadline) for user in self._people(MANAGEMENT)],
            lambda each: each.env._(
                "%s is lost without being on loan: decide what is done about it.", what
            ),
        )

    def _log_step(self, step):
        self.env["customer.archive.log"]._record("stocktake", self, step)
