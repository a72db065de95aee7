from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.company_day import past_field, today_at, today_here
from ..common.values import is_text, label

ANSWERS = [("no", "Not listed"), ("yes", "Listed"), ("unknown", "Not looked up")]
# What a check says, field by field, with the good answer of each.
QUESTIONS = {
    "licence_status": "active",
    "abnormal_listing": "no",
    "dishonest_listing": "no",
}


class CustomerArchiveRegistryCheck(models.Model):
    """What a public registry said of a party on a day 工商信息核查.

    It is entered with its proof and never altered: who sees that it is wrong, or old,
    makes another. The newest one that answers all counts, as long as it holds.
    """

    _name = "customer.archive.registry.check"
    _description = "Registry Check"
    _inherit = ["customer.archive.guard", "customer.archive.opened"]
    _order = "date desc, id desc"
    _rec_names_search = ["archive_id", "partner_id"]

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    archive_number = fields.Char(related="archive_id.name", string="File Number")
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True, precompute=True
    )
    credit_code = fields.Char(
        related="archive_id.partner_id.vat",
        string="Credit Code",
        help="By it registries know a company.",
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        related="archive_id.department_id", store=True, index=True, precompute=True
    )
    source = fields.Selection(
        [
            ("gsxt", "National Enterprise Credit Information Publicity System"),
            ("credit_china", "Credit China"),
            ("court", "China Enforcement Information Online"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
        default="gsxt",
    )
    source_other = fields.Char(string="Which Source", readonly=True)
    date = fields.Date(
        string="Looked up on",
        required=True,
        readonly=True,
        index=True,
        default=today_here,
    )
    user_id = fields.Many2one(
        "res.users", string="Looked up by", required=True, readonly=True
    )
    licence_status = fields.Selection(
        [
            ("active", "In operation"),
            ("suspended", "Business suspended"),
            ("moved", "Moved out"),
            ("revoked", "Licence revoked"),
            ("withdrawn", "Registration withdrawn"),
            ("deregistered", "Deregistered"),
            ("missing", "Not found"),
            ("unknown", "Not looked up"),
        ],
        required=True,
        readonly=True,
    )
    abnormal_listing = fields.Selection(
        ANSWERS, string="Abnormal Operations List", required=True, readonly=True
    )
    dishonest_listing = fields.Selection(
        ANSWERS, string="Seriously Dishonest List", required=True, readonly=True
    )
    result = fields.Selection(
        [("good", "Nothing found"), ("bad", "Objections"), ("partial", "In part")],
        compute="_compute_result",
        store=True,
        help="In part: nothing was found, and not everything was looked up.",
    )
    registered_name = fields.Char(string="Name There", readonly=True)
    representative = fields.Char(string="Legal Representative There", readonly=True)
    registered_capital = fields.Float(
        string="Capital There (10,000 CNY)", digits=(16, 2), readonly=True
    )
    note = fields.Text(string="Remarks", readonly=True)
    document_id = fields.Many2one(
        "customer.archive.document",
        string="Proof",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    attachment_ids = fields.Many2many(
        related="document_id.attachment_ids", string="Copies of the Proof"
    )
    valid_until = fields.Date(
        string="Holds until",
        required=True,
        readonly=True,
        index=True,
        help="The last day on which the check counts.",
    )
    is_lapsed = past_field("is_lapsed", "valid_until", string="Lapsed")
    is_fetched = fields.Boolean(
        string="From a Service",
        readonly=True,
        help="A connected service gave the answers; who checked confirmed them.",
    )

    _by_file = models.Index("(archive_id, date DESC, id DESC)")

    @api.depends(*QUESTIONS)
    def _compute_result(self):
        for check in self:
            given = {name: check[name] for name in QUESTIONS}
            if given == QUESTIONS:
                check.result = "good"
            elif all(given[name] in (QUESTIONS[name], "unknown") for name in given):
                check.result = "partial"
            else:
                check.result = "bad"

    @api.depends("source", "source_other", "date")
    @api.depends_context("lang", "archive_within_file")
    def _compute_display_name(self):
        within = self.env.context.get("archive_within_file")
        for check in self:
            name = f"{check._source_name()} {check.date or ''}".rstrip()
            file = check.archive_id.sudo().display_name
            check.display_name = name if within else f"{file} – {name}"

    def _source_name(self):
        """Return where the party was looked up, in words."""
        other = self.source == "other" and self.source_other
        return other or label(self, "source")

    # Constraints

    @api.constrains("date")
    def _check_date(self):
        for check in self:
            if check.date > today_at(check):
                raise ValidationError(
                    self.env._(
                        "A registry is checked today or was on a day that is over: "
                        "%s is in the future.",
                        check.date,
                    )
                )

    @api.constrains("source", "source_other")
    def _check_source(self):
        for check in self:
            if check.source == "other" and not is_text(check.source_other):
                raise ValidationError(
                    self.env._("Say where else the party was looked up.")
                )

    @api.constrains(*QUESTIONS)
    def _check_answers(self):
        for check in self:
            if all(check[name] == "unknown" for name in QUESTIONS):
                raise ValidationError(
                    self.env._("Enter at least one answer of the registry.")
                )

    # Made by the file alone, and never changed

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._(
                "Registry checks are entered by “Check Registry” on the file, and "
                "never changed afterwards: enter a new one."
            ),
            "write",
        )

    @api.model
    def _names_only(self):
        """That a party was looked up, where, when and by whom."""
        own = {"date", "document_id", "is_lapsed", "result", "source", "valid_until"}
        return super()._names_only() | own

    def _objections(self):
        """Return, as one text, what was found against the party."""
        self.ensure_one()
        found = [
            f"{self._fields[name]._description_string(self.env)}: {label(self, name)}"
            for name, good in QUESTIONS.items()
            if self[name] not in (good, "unknown")
        ]
        return ", ".join(found)

    # Where a service is connected

    @api.model
    def _fetch_registry(self, uscc):
        """Return what a service says of the company with a credit code.

        An addon that connects one overrides this; ``docs/connectors.md`` has an
        example. What is returned is shown in the dialog, where somebody confirms it.

        :param str uscc: unified social credit code
        :return: None if no service is connected, or a dict of values: those fields of
            this model that it knows (``licence_status``, ``abnormal_listing``,
            ``dishonest_listing``, ``registered_name``, ``representative``,
            ``registered_capital`` in 10,000 CNY, ``note``, ``source``,
            ``source_other``), and perhaps ``proof``: a pair of a name and bytes
        :raise UserError: why nothing could be fetched; the dialog shows it
        """
