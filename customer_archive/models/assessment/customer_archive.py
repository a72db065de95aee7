from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.at_once import write_at_once
from ..common.escalation import head_of
from ..common.roles import PREPARES
from ..common.windows import open_form, open_list
from ..files.customer_archive import ENDED
from .customer_archive_assessment import ASSESSMENT, GRADE, OPEN
from .customer_archive_assessment_scheme import KINDS

CODES = tuple(code for code, _label in KINDS)
# Which kinds are for which sides; risk is everybody's.
SIDES = {"credit": ("customer", "both"), "supplier": ("supplier", "both")}


def _current(kind, label):
    return fields.Many2one(
        ASSESSMENT,
        string=label,
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The last one that was decided.",
    )


def _grade(label):
    return fields.Many2one(
        GRADE,
        string=label,
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )


def _next(label):
    return fields.Date(
        string=label,
        readonly=True,
        copy=False,
        help="Empty while an assessment is open, or if none is planned.",
    )


class CustomerArchive(models.Model):
    """The grades of a party on its file, since when, why, and until when 评级.

    Requirements E1, E2, E3.
    """

    _inherit = "customer.archive"

    assessment_ids = fields.One2many(
        ASSESSMENT, "archive_id", string="Assessments", readonly=True, copy=False
    )
    credit_assessment_id = _current("credit", "Credit Rating in Force")
    risk_assessment_id = _current("risk", "Risk Assessment in Force")
    supplier_assessment_id = _current("supplier", "Supplier Evaluation in Force")
    credit_grade_id = _grade("Credit Grade")
    risk_grade_id = _grade("Risk Grade")
    supplier_grade_id = _grade("Supplier Grade")
    grade_id = fields.Many2one(
        GRADE,
        compute="_compute_grade_id",
        store=True,
        index="btree_not_null",
        help="Of credit for customers, of the evaluation for suppliers.",
    )
    credit_next_date = _next("Next Credit Rating")
    risk_next_date = _next("Next Risk Assessment")
    supplier_next_date = _next("Next Supplier Evaluation")
    # For whoever reads the assessment itself: who sees a file needn't.
    credit_since = fields.Date("Credit Grade since", compute="_compute_told")
    risk_since = fields.Date("Risk Grade since", compute="_compute_told")
    supplier_since = fields.Date("Supplier Grade since", compute="_compute_told")
    credit_why = fields.Text("Why This Credit Grade", compute="_compute_told")
    risk_why = fields.Text("Why This Risk Grade", compute="_compute_told")
    supplier_why = fields.Text("Why This Supplier Grade", compute="_compute_told")
    is_risky = fields.Boolean(
        string="High Risk Party",
        compute="_compute_is_risky",
        search="_search_is_risky",
        help="By its risk grade, or by its category.",
    )
    can_assess_credit = fields.Boolean(
        compute="_compute_can_assess", export_string_translation=False
    )
    can_assess_risk = fields.Boolean(
        compute="_compute_can_assess", export_string_translation=False
    )
    can_assess_supplier = fields.Boolean(
        compute="_compute_can_assess", export_string_translation=False
    )

    _credit_due = models.Index("(credit_next_date) WHERE credit_next_date IS NOT NULL")
    _risk_due = models.Index("(risk_next_date) WHERE risk_next_date IS NOT NULL")
    _supplier_due = models.Index(
        "(supplier_next_date) WHERE supplier_next_date IS NOT NULL"
    )

    @api.depends("credit_grade_id", "supplier_grade_id", "category_id.side")
    def _compute_grade_id(self):
        for file in self:
            credit, supplier = file.credit_grade_id, file.supplier_grade_id
            if file.side == "supplier":
                file.grade_id = supplier
            else:
                file.grade_id = credit or (supplier if file.side == "both" else credit)

    @api.depends(*(f"{kind}_assessment_id" for kind in CODES))
    @api.depends_context("lang", "uid")
    def _compute_told(self):
        # Whether it may be read is asked for all of them at once.
        own = self.sudo()
        ids = {file[f"{kind}_assessment_id"].id for file in own for kind in CODES}
        every = self.env[ASSESSMENT].browse(each for each in ids if each)
        readable = every._filtered_access("read").sudo()
        for file in self:
            for kind in CODES:
                last = file.sudo()[f"{kind}_assessment_id"] & readable
                file[f"{kind}_since"] = last.decided_on
                file[f"{kind}_why"] = last.explanation

    @api.depends("risk_grade_id.risk", "category_id.is_high_risk")
    def _compute_is_risky(self):
        for file in self:
            graded = file.risk_grade_id.risk == "high"
            file.is_risky = graded or file.category_id.is_high_risk

    @api.model
    def _search_is_risky(self, operator, _value):
        if operator != "in":
            return NotImplemented
        graded = fields.Domain("risk_grade_id.risk", "=", "high")
        return graded | fields.Domain("category_id.is_high_risk", "=", True)

    @api.depends("state", "side", "user_id")
    @api.depends_context("uid")
    def _compute_can_assess(self):
        for file in self:
            saved = file._origin
            for kind in CODES:
                can = saved and saved.state not in ENDED and saved._may_assess(kind)
                file[f"can_assess_{kind}"] = bool(can)

    @api.model
    def _protected(self):
        names = ("assessment_id", "grade_id", "next_date")
        kept = {f"{kind}_{name}": False for kind in CODES for name in names}
        return {**super()._protected(), **kept, "assessment_ids": [], "grade_id": None}

    @api.model
    def _names_only(self):
        pages = {f"{kind}_{name}" for kind in CODES for name in ("why", "since")}
        return super()._names_only() - pages - {"assessment_ids"}

    def write(self, vals):
        sides = {file: file.side for file in self.sudo() if "category_id" in vals}
        result = super().write(vals)
        moved = [file.id for file, side in sides.items() if file.side != side]
        self.browse(moved)._follow_side()
        state = vals.get("state")
        if state == "active":
            self._plan_first_assessments()
        elif state in ENDED:
            self._end_assessments()
        return result

    # Who assesses

    def _asks_assessment(self, kind):
        """Whether parties such as this one are assessed in a way."""
        self.ensure_one()
        return self.side in SIDES.get(kind, (self.side,))

    def _may_assess(self, kind):
        """Whether the user prepares assessments of a kind on this file."""
        # Who answers for a file, and of which side it is, is no secret of its readers.
        return self.sudo()._is_assessed_by(kind, self.env.user)

    def _is_assessed_by(self, kind, user):
        """Whether a user prepares assessments of a kind here; called as superuser."""
        self.ensure_one()
        if not self._asks_assessment(kind) or not user.has_group(PREPARES[kind]):
            return False
        return kind != "supplier" or user in (self.user_id | head_of(self))

    @api.model
    def _who_assesses(self, kind):
        """Return in words who prepares assessments of a kind."""
        words = {
            "credit": self.env._("Credit ratings are prepared by finance."),
            "risk": self.env._("Risk assessments are prepared by compliance."),
            "supplier": self.env._(
                "Suppliers are evaluated by their account manager in purchasing, or "
                "the head of the department."
            ),
        }
        return words[kind]

    # Actions

    def action_assess_credit(self):
        """Begin credit ratings of these customers, and show them.

        :raise AccessError: unless the user is of finance
        :raise UserError: naming a file that isn't rated, or if no scheme is for it
        """
        return self._assess("credit")

    def action_assess_risk(self):
        """Begin risk assessments of these parties, and show them.

        :raise AccessError: unless the user is of compliance
        :raise UserError: naming a file that isn't assessed, or without a scheme
        """
        return self._assess("risk")

    def action_assess_supplier(self):
        """Begin evaluations of these suppliers, and show them.

        :raise AccessError: unless the user buys from them
        :raise UserError: naming a file that isn't evaluated, or without a scheme
        """
        return self._assess("supplier")

    def _assess(self, kind):
        self.check_access("read")
        for file in self:
            file._check_may_assess(kind)
        # Who assesses was checked; what parties are graded by is the system's to ask.
        model = self.env[ASSESSMENT].sudo()
        new, without = model._reckon(kind, self.sudo(), self.env.user)
        if without:
            raise UserError(
                self.env._(
                    "No assessment scheme is for %s: an administrator can make one "
                    "under Configuration › Assessment Schemes.",
                    self.browse(without)[:1].display_name,
                )
            )
        if new:
            write_at_once(new.archive_id, {f"{kind}_next_date": None})
            self.env["customer.archive.log"]._record(
                "assessment", new.sudo(False), f"begun {kind}"
            )
        domain = [
            ("archive_id", "in", self.ids),
            ("kind", "=", kind),
            ("state", "in", OPEN),
        ]
        found = self.env[ASSESSMENT].search(domain)
        if len(found) == 1:
            return open_form(found)
        return open_list(ASSESSMENT, self.env._("Assessments"), domain)

    def _check_may_assess(self, kind):
        self.ensure_one()
        if self.state in ENDED:
            raise UserError(
                self.env._("%s has ended: nothing is assessed.", self.display_name)
            )
        if not self._may_assess(kind):
            raise self._refusal(self._who_assesses(kind), "assess")
        if self.is_blocked:
            raise UserError(
                self.env._("%s is blocked: nothing is assessed.", self.display_name)
            )

    def action_open_assessments(self):
        """Return the assessments of this file, the history with its graph."""
        self.ensure_one()
        self.check_access("read")
        domain = [("archive_id", "=", self.id)]
        action = open_list(ASSESSMENT, self.env._("Assessments"), domain)
        return {**action, "view_mode": "list,graph,pivot,form"}

    def _open_own_form(self):
        self.check_access("read")
        return open_form(self)
