from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.sentinel import is_system
from ..common.values import differs, label
from ..files.customer_archive_lock import ALWAYS_WRITABLE
from .customer_archive_assessment_grade import RELATIONS
from .customer_archive_assessment_scheme import KINDS

ASSESSMENT = "customer.archive.assessment"
LINE, GRADE = f"{ASSESSMENT}.line", f"{ASSESSMENT}.grade"
OPEN = ("draft", "review")
# What whoever prepares an assessment says about it.
PREPARED = {
    *("grade_id", "line_ids", "measures", "measures_by", "reason", "relation"),
}
GUARD = """
DECLARE
    -- What a merged contact, a handed-over department or a report changes.
    later text[] := ARRAY['create_uid', 'write_uid', 'write_date', 'partner_id',
                          'department_id', 'report_item_id', 'report_digest'];
BEGIN
    -- What was decided goes with a file that is destroyed, and never otherwise.
    IF OLD.state <> 'done' OR TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM customer_archive a
         WHERE a.id = OLD.archive_id AND a.state = 'destroyed')
    THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - later = to_jsonb(NEW) - later
        AND COALESCE(OLD.report_digest, NEW.report_digest)
            IS NOT DISTINCT FROM NEW.report_digest
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An assessment that was decided is never changed or deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END """


class CustomerArchiveAssessment(models.Model):
    """How good a party is to do business with: a proposal, and what was decided 评级.

    Requirements E1, E2, E3. Reckoned from figures, see
    ``customer_archive_assessment_reckoning.py``; a person decides by approval. It keeps
    the figures and the scheme as they were, and is never altered once decided.
    """

    _name = "customer.archive.assessment"
    _description = "Assessment"
    _inherit = [
        "customer.archive.approval.mixin",
        "customer.archive.due",
        "customer.archive.opened",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id.name", "archive_id.name", "grade_id.name"]

    kind = fields.Selection(
        KINDS, string="Type of Assessment", required=True, readonly=True, index=True
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        related="archive_id.department_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    scheme_id = fields.Many2one(
        "customer.archive.assessment.scheme",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date(string="Assessed on", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("draft", "To Prepare"),
            ("review", "Awaiting Approval"),
            ("done", "Decided"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assessed by",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    preparer_ids = fields.Many2many(
        "res.users",
        "customer_archive_assessment_preparer_rel",
        "assessment_id",
        "user_id",
        string="Preparers",
        readonly=True,
        copy=False,
        help="Whoever had a hand in it: none of them approves it.",
    )
    score = fields.Float(readonly=True, aggregator="avg")
    known = fields.Float(
        string="Known (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the weights that something is known of.",
    )
    proposed_grade_id = fields.Many2one(
        GRADE, string="Grade Proposed", readonly=True, ondelete="restrict"
    )
    grade_id = fields.Many2one(
        GRADE,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('scheme_id', '=', scheme_id)]",
        tracking=True,
        help="What is decided on; another one than proposed needs a reason.",
    )
    risk = fields.Selection(related="grade_id.risk")
    former_grade_id = fields.Many2one(
        GRADE,
        string="Grade Before",
        readonly=True,
        ondelete="restrict",
        context={"active_test": False},
    )
    reason = fields.Text(
        string="Reason for the Grade",
        help="Needed if another grade than the proposed one is decided on.",
    )
    relation = fields.Selection(
        RELATIONS,
        help=(
            "What becomes of the relation with the supplier. Stop: the cooperation is "
            "terminated once this is approved."
        ),
    )
    measures = fields.Text(
        string="Measures Agreed", help="What the supplier has to improve."
    )
    measures_by = fields.Date(string="Improve by")
    line_ids = fields.One2many(LINE, "assessment_id", string="Factors")
    snapshot = fields.Json(
        groups=fields.NO_ACCESS, copy=False, export_string_translation=False
    )
    decided_on = fields.Date(string="Decided on", readonly=True, index=True)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    next_date = fields.Date(string="Next Assessment", readonly=True)
    is_current = fields.Boolean(
        string="In Force",
        compute="_compute_is_current",
        search="_search_is_current",
        help="The last one that was decided on the file.",
    )
    can_prepare = fields.Boolean(
        compute="_compute_can_prepare", export_string_translation=False
    )

    _one_open = models.UniqueIndex(
        "(archive_id, kind) WHERE state IN ('draft', 'review')",
        "An assessment of this type is open on the file already: complete that first.",
    )
    _history = models.Index("(archive_id, kind, date DESC)")

    def init(self):
        """Let the database itself refuse to change what was decided."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_assessment_guard()
                RETURNS trigger LANGUAGE plpgsql AS %s;
            CREATE OR REPLACE TRIGGER customer_archive_assessment_kept
                BEFORE UPDATE OR DELETE ON customer_archive_assessment
                FOR EACH ROW EXECUTE FUNCTION customer_archive_assessment_guard();
            """,
            [GUARD],
        )

    @api.depends("partner_id", "kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for each in self:
            parts = (each.partner_id.name, label(each, "kind"), each.date)
            each.display_name = " ".join(str(part) for part in parts if part)

    @api.depends(
        "kind", *(f"archive_id.{code}_assessment_id" for code, _label in KINDS)
    )
    def _compute_is_current(self):
        for each in self:
            # Which one counts is no secret of whoever reads it.
            each.is_current = (
                each == each.sudo().archive_id[f"{each.kind}_assessment_id"]
            )

    @api.model
    def _search_is_current(self, operator, _value):
        if operator != "in":
            return NotImplemented
        files = self.env["customer.archive"].sudo()
        return fields.Domain.OR(
            fields.Domain(
                "id", "in", files._search([(name, "!=", False)]).subselect(name)
            )
            for name in (f"{kind}_assessment_id" for kind, _label in KINDS)
        )

    @api.depends("state", "kind", "archive_id")
    @api.depends_context("uid")
    def _compute_can_prepare(self):
        for each in self:
            each.can_prepare = each.state == "draft" and each._may_prepare()

    # Constraints

    @api.constrains("grade_id", "scheme_id", "snapshot")
    def _check_grade(self):
        for each in self:
            # As the scheme was when it was reckoned: what wasn't in force, or came
            # later, is nobody's grade.
            grades = (each.sudo().snapshot or {}).get("scheme", {}).get("grades", ())
            if each.grade_id and each.grade_id.id not in {own["id"] for own in grades}:
                raise ValidationError(
                    self.env._("Choose a grade of the scheme that was gone by.")
                )

    # Create, write

    @api.model
    def _protected(self):
        recorded = (
            *("archive_id", "date", "decided_by_id", "decided_on", "former_grade_id"),
            *("kind", "next_date", "proposed_grade_id", "scheme_id", "snapshot"),
            *("user_id",),
        )
        derived = ("company_id", "department_id", "partner_id")
        numbers = {"known": 0.0, "score": 0.0}
        return {
            **super()._protected(),
            **dict.fromkeys(recorded, False),
            **dict.fromkeys(derived),
            **numbers,
            "preparer_ids": [],
        }

    @api.model_create_multi
    def create(self, vals_list):
        if not is_system(self.env):
            raise self._refusal(
                self.env._(
                    "Assessments are begun by the buttons on the file, or by the "
                    "system once they are due."
                ),
                "create",
            )
        return super().create(vals_list)

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        changed = self._check_editable(vals)
        result = super().write(vals)
        changed._note_preparer()
        return result

    def _check_editable(self, vals):
        """Return those that are changed.

        :raise UserError: if one isn't a draft
        :raise AccessError: unless the user prepares them
        """
        changed = self.browse()
        for each in self:
            names = vals.keys() - ALWAYS_WRITABLE - each._protected().keys()
            names = {name for name in names if differs(each, name, vals[name])}
            if names and each.state != "draft":
                raise UserError(
                    self.env._(
                        "%(assessment)s can't be changed now (%(state)s): withdraw it "
                        "first, or make a new one.",
                        assessment=each.display_name,
                        state=label(each, "state"),
                    )
                )
            if names:
                each._check_prepares()
                changed |= each
        return changed

    def copy_data(self, default=None):
        raise UserError(
            self.env._("Assessments can't be duplicated: assess the party again.")
        )

    def unlink(self):
        self._check_kept()
        return super().unlink()

    def _check_kept(self):
        """Refuse to delete assessments; only this addon's own methods may.

        :raise AccessError: with what to do instead
        """
        if not is_system(self.env):
            raise self._refusal(
                self.env._("Assessments stay: decide on this one, whatever it says."),
                "unlink",
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsubmitted(self):
        # Those that are open go with a file that ends, all with one that is destroyed.
        return is_system(self.env) or super()._unlink_only_unsubmitted()

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about the party isn't meant for the party.
        return []

    @api.model
    def _names_only(self):
        """That a party is assessed, and how far that has come; not what it says."""
        own = {"approval_deadline", "approver_ids", "date", "kind", "state"}
        return super()._names_only() | own | {"decided_on", "next_date", "scheme_id"}

    def action_open_file(self):
        """Return the action that shows the file."""
        self.ensure_one()
        return self.archive_id._open_own_form()
