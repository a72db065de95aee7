from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.assessment import MOST, UNITS
from ..common.sentinel import is_system
from ..common.values import differs
from .customer_archive_assessment import ASSESSMENT
from .customer_archive_assessment_factor import SOURCES

# What whoever prepares an assessment enters.
ENTERED = {"is_known", "note", "value"}
GUARD = """
BEGIN
    IF NOT EXISTS (SELECT 1 FROM customer_archive_assessment a
                     JOIN customer_archive f ON f.id = a.archive_id
                    WHERE a.id IN (OLD.assessment_id, NEW.assessment_id)
                      AND a.state = 'done' AND f.state <> 'destroyed')
    THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    -- A factor that is deleted leaves what was assessed by it.
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'factor_id' - 'create_uid' - 'write_uid'
       = to_jsonb(NEW) - 'factor_id' - 'create_uid' - 'write_uid'
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An assessment that was decided is never changed or deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END """


class CustomerArchiveAssessmentLine(models.Model):
    """One factor of an assessment: the figure, its points, and how much it counts."""

    _name = "customer.archive.assessment.line"
    _description = "Assessment Line"
    _inherit = ["customer.archive.guard", "customer.archive.opened"]
    _order = "assessment_id desc, sequence, id"
    _rec_names_search = ["assessment_id"]

    assessment_id = fields.Many2one(
        ASSESSMENT, required=True, readonly=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(
        related="assessment_id.archive_id",
        string="File",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="assessment_id.company_id", store=True, index=True, precompute=True
    )
    factor_id = fields.Many2one(
        "customer.archive.assessment.factor",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    # As it was: the factor may be called, and weighed, otherwise by now.
    number = fields.Integer(
        readonly=True, aggregator=None, export_string_translation=False
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    name = fields.Char(string="Factor Name", compute="_compute_name")
    source = fields.Selection(SOURCES, readonly=True)
    weight = fields.Float(readonly=True, aggregator=None)
    is_known = fields.Boolean(
        string="Known", help="Untick it if nothing is known: the rest then counts more."
    )
    value = fields.Float(string="Figure", aggregator=None)
    points = fields.Float(
        readonly=True, aggregator="avg", help="0 to 100; what the table gives."
    )
    share = fields.Float(
        string="Counts (%)", readonly=True, aggregator=None, help="Of the score."
    )
    note = fields.Char(
        string="Known from", help="E.g. which report, of which day; who visited them."
    )
    words = fields.Char(string="Result", compute="_compute_words")
    can_enter = fields.Boolean(
        compute="_compute_can_enter", export_string_translation=False
    )

    def init(self):
        """Let the database itself refuse to change what was decided."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_assessment_line_guard()
                RETURNS trigger LANGUAGE plpgsql AS %s;
            CREATE OR REPLACE TRIGGER customer_archive_assessment_line_kept
                BEFORE INSERT OR UPDATE OR DELETE ON customer_archive_assessment_line
                FOR EACH ROW EXECUTE FUNCTION customer_archive_assessment_line_guard();
            """,
            [GUARD],
        )

    @api.depends("assessment_id", "number")
    @api.depends_context("lang")
    def _compute_name(self):
        lang = self.env.lang or "en_US"
        for line in self:
            # Who may read the line may know of what it is.
            known = line.sudo().assessment_id._factors_kept()
            names = known.get(line.number, {}).get("name", {})
            line.name = names.get(lang) or names.get("en_US") or line.source

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name

    @api.depends("source", "assessment_id.can_prepare")
    @api.depends_context("uid")
    def _compute_can_enter(self):
        for line in self:
            entered = line.source == "entered"
            line.can_enter = entered and line.assessment_id.can_prepare

    @api.depends("source", "is_known", "value", "points", "share")
    @api.depends_context("lang")
    def _compute_words(self):
        for line in self:
            line.words = line._result_words()

    @api.constrains("value", "source")
    def _check_value(self):
        for line in self:
            if line.source == "entered" and not 0 <= line.value <= MOST:
                raise ValidationError(
                    self.env._(
                        "“%s”: enter 0 to 100 points, 100 for the best.", line.name
                    )
                )

    # Create, write

    @api.model
    def _protected(self):
        names = {
            *("assessment_id", "factor_id", "number", "points", "sequence", "share"),
            *("source", "weight"),
        }
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            **dict.fromkeys(("archive_id", "company_id")),
        }

    def _refuse_outsiders(self):
        """Lines come with their assessment; what is entered is written below."""

    @api.model_create_multi
    def create(self, vals_list):
        self._check_made_by_system("create")
        return super().create(vals_list)

    def unlink(self):
        self._check_made_by_system("unlink")
        return super().unlink()

    def copy_data(self, default=None):
        raise UserError(self.env._("Lines come with their assessment."))

    def _check_made_by_system(self, operation):
        if not is_system(self.env):
            raise self._refusal(
                self.env._("Lines come with their assessment, and go with it."),
                operation,
            )

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        names = vals.keys() - self._protected().keys()
        changed = self.filtered(
            lambda line: any(differs(line, name, vals[name]) for name in names)
        )
        changed._check_may_enter()
        if vals.get("value") and "is_known" not in vals:
            vals = {**vals, "is_known": True}
        result = super().write(vals)
        changed.assessment_id._note_preparer()
        changed.assessment_id._score_again()
        return result

    def _check_may_enter(self):
        for line in self:
            assessment = line.assessment_id
            if assessment.state != "draft":
                raise UserError(
                    self.env._(
                        "%s isn't being prepared any more.", assessment.display_name
                    )
                )
            assessment._check_prepares()
            if line.source != "entered":
                raise line._refusal(
                    self.env._(
                        "“%s” comes from the ERP and the file: put it right there, and "
                        "reckon anew.",
                        line.name,
                    ),
                    "write",
                )

    def _unit(self):
        return UNITS.get(self.source, "points")

    @api.model
    def _names_only(self):
        return super()._names_only() | {"assessment_id", "name", "number", "sequence"}
