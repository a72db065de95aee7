from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import past_field
from ..common.customer_archive_locked import same_but
from ..common.escalation import CORRECTION_DAYS
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from .customer_archive_audit import AUDIT, LINE, POINT

# What whoever checks says of it, as long as the check isn't signed.
FOUND = {"description", "severity", "responsible_id", "measure", "deadline"}
# What is written after that, until the correction is confirmed.
CORRECTED = (
    *("finding_state", "correction", "corrected_by_id", "corrected_on"),
    *("confirm_note", "confirmed_by_id", "confirmed_on", "act_on", "level"),
)
TEXTS = ("description", "measure", "correction", "confirm_note")


class CustomerArchiveAuditFinding(models.Model):
    """What a supervisor found, who corrects it until when, and that it is 整改.

    Requirement G1. Corrected by whom it names, who isn't who checks; confirmed by who
    checks. See the next file for the steps.
    """

    _name = "customer.archive.audit.finding"
    _description = "Finding of a Supervisor's Check"
    _inherit = [
        "customer.archive.locked",
        "customer.archive.listed",
        "customer.archive.due",
        "customer.archive.silent",
    ]
    _order = "audit_id desc, id"
    _rec_names_search = ["audit_id.name", "description"]
    _locked_with = "audit_id"
    _filled_in = (*FOUND, "correction", "confirm_note")

    line_id = fields.Many2one(
        LINE,
        string="Checked Point",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    audit_id = fields.Many2one(
        AUDIT,
        string="Supervisor's Check",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # For whoever corrects it, and doesn't see the check.
    audit_name = fields.Char(related="audit_id.name", string="Number of the Check")
    company_id = fields.Many2one(
        related="audit_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="audit_id.state", string="Status of the Check")
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    point_id = fields.Many2one(
        POINT, string="Point of Checks", readonly=True, index=True, ondelete="restrict"
    )
    question = fields.Char(related="line_id.name", string="What Was Checked")
    basis = fields.Char(related="line_id.basis")
    found_on = fields.Date(string="Found on", readonly=True)
    description = fields.Text(string="What Is Wrong")
    severity = fields.Selection(
        [("minor", "Minor"), ("major", "Serious"), ("grave", "Very Serious")],
        index=True,
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Corrected by (Responsible)",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Not who checks.",
    )
    department_id = fields.Many2one(
        "hr.department",
        string="Department Responsible",
        compute="_compute_department_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    measure = fields.Char(string="What Is to Be Done")
    deadline = fields.Date(string="Correct by")
    is_late = past_field("is_late", "deadline", string="Deadline Over")
    finding_state = fields.Selection(
        [
            ("open", "To Correct"),
            ("corrected", "Corrected, to Confirm"),
            ("confirmed", "Confirmed"),
        ],
        string="Correction Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    act_on = fields.Date(
        readonly=True,
        help="When somebody is reminded next.",
        export_string_translation=False,
    )
    level = fields.Integer(
        string="Reminders",
        readonly=True,
        aggregator=None,
        help="1: reminded on the day. 2: the head knows. 3: management knows.",
    )
    correction = fields.Text(string="What Was Corrected")
    corrected_by_id = fields.Many2one(
        "res.users",
        string="Correction Reported by",
        readonly=True,
        ondelete="restrict",
    )
    corrected_on = fields.Datetime(string="Corrected on", readonly=True)
    confirm_note = fields.Char(string="Remarks on the Correction")
    confirmed_by_id = fields.Many2one(
        "res.users",
        string="Correction Confirmed by",
        readonly=True,
        ondelete="restrict",
    )
    confirmed_on = fields.Datetime(string="Confirmed on", readonly=True)
    can_check = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_correct = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_confirm = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _once = models.UniqueIndex("(line_id)", "There is one finding for a point.")
    _act_due = models.Index("(act_on) WHERE act_on IS NOT NULL")

    @api.depends("responsible_id", "company_id")
    def _compute_department_id(self):
        for finding in self:
            # Where somebody works is no secret of who checks.
            user = finding.responsible_id.sudo().with_company(finding.company_id)
            finding.department_id = user.employee_id.department_id

    @api.depends("line_id")
    def _compute_display_name(self):
        for finding in self:
            # Who may read the finding may know of what it is.
            finding.display_name = finding.sudo().line_id.display_name

    @api.depends("state", "finding_state", "responsible_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for finding in self:
            # Whoever corrects it doesn't read the check.
            audit = finding.sudo().audit_id
            step = finding.finding_state
            finding.can_check = audit.can_check and step == "open"
            alive = audit.state in ("open", "signed")
            own = finding._corrects(user)
            finding.can_correct = alive and own and step == "open"
            confirms = alive and finding._confirms(user)
            finding.can_confirm = confirms and step == "corrected"

    @api.constrains("responsible_id", "audit_id")
    def _check_responsible(self):
        for finding in self.sudo():
            audit, user = finding.audit_id, finding.responsible_id
            if user in audit.checker_id | audit.helper_ids:
                raise ValidationError(
                    self.env._(
                        "Whoever checks doesn't correct what was found: choose "
                        "somebody else than %s.",
                        user.name,
                    )
                )
            if user and not is_system(self.env) and not audit._takes_part(user):
                raise ValidationError(
                    self.env._(
                        "%s can't see findings: choose somebody of this company with a "
                        "role in the customer files.",
                        user.name,
                    )
                )

    # Create, write, delete

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        names = set(vals)
        if FOUND & names:
            self._check_may_describe()
        own = self
        if "correction" in names:
            self._check_may_correct()
            # Who heads the department of somebody who left was checked.
            own = self.sudo() if names == {"correction"} else self
        if "confirm_note" in names:
            self._check_may_confirm()
        undescribed = self.sudo().filtered(lambda each: not each._is_described())
        result = super(CustomerArchiveAuditFinding, own).write(vals)
        if FOUND & names:
            self._ask_anew(names, undescribed)
        return result

    def _ask_anew(self, names, undescribed):
        """Ask for the correction after a write, if it is asked for differently now.

        :param names: what was written
        :param undescribed: those that weren't described before, as superuser
        """
        # The right to check was checked.
        own = self.sudo()
        if {"responsible_id", "deadline"} & names:
            self._check_deadline()
            own._ask_for_correction()
            return
        changed = own.filtered(
            lambda each: (each in undescribed) == each._is_described()
        )
        changed._ask_for_correction()

    def _listed_words(self):
        return self.env._("Findings are made at the points of a check: answer them.")

    @api.model
    def _still_written(self):
        # Of what is signed only corrections are written, until they are confirmed;
        # words go with a file that is destroyed.
        corrected = f"OLD.finding_state != 'confirmed' AND {same_but(*CORRECTED)}"
        erased = f"""NEW.description IS NULL AND {same_but(*TEXTS)}
            AND EXISTS (SELECT 1 FROM customer_archive a
                         WHERE a.id = OLD.archive_id AND a.state = 'destroyed')"""
        return f"{corrected} OR {erased}"

    # Making; called as superuser after the right to check was checked

    @api.model
    def _begin(self, lines):
        """Make a finding at each of some lines, with what nobody needs to enter."""
        findings = as_system(self.sudo()).create(
            [
                {
                    "line_id": line.id,
                    "audit_id": line.audit_id.id,
                    "archive_id": line.archive_id.id,
                    "point_id": line.point_id.id,
                    "severity": "minor",
                    "found_on": line.company_id._archive_today(),
                    "deadline": line.company_id._archive_working_day(CORRECTION_DAYS),
                    "responsible_id": self._proposed(line).id,
                }
                for line in lines
            ]
        )
        self.sudo().browse(findings.ids)._ask_for_correction()

    @api.model
    def _proposed(self, line):
        """Return whose file it is, if they don't check it themselves."""
        user = line.archive_id.user_id
        audit = line.audit_id
        fits = audit._takes_part(user) and user not in (
            audit.checker_id | audit.helper_ids
        )
        return user if fits else user.browse()

    def _drop(self):
        """Take these back: there is nothing to correct. That they were is recorded."""
        self._end_correction_activities()
        for finding in self:
            finding._log_correction("dropped", finding.line_id)
        as_system(self).unlink()

    def _give_up(self):
        """Keep these as they are: nobody corrects them any more."""
        self._end_correction_activities()
        as_system(self).write({"act_on": False})

    # Checks

    def _is_described(self):
        """Whether it says what is wrong and who corrects it: then it is asked for."""
        return bool(is_text(self.description) and self.responsible_id)

    def _check_finding_complete(self):
        """Check that it says what it is, who corrects it, and until when."""
        if not (self._is_described() and self.severity and self.deadline):
            raise UserError(
                self.env._(
                    "“%s”: say what was found, how serious it is, who corrects it, and "
                    "until when.",
                    self.display_name,
                )
            )

    def _check_deadline(self):
        for finding in self:
            if finding.deadline and finding.deadline < (
                finding.company_id._archive_today()
            ):
                raise UserError(
                    self.env._(
                        "“%s”: the day by which it is corrected is over already.",
                        finding.display_name,
                    )
                )
