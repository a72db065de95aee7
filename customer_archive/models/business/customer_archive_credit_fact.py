from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import today_at, today_here
from ..common.values import choices
from ..files.customer_archive import ENDED


class CustomerArchiveCreditFact(models.Model):
    """What others say of the party's credit: a rating, a check 信用信息.

    Requirement A7. With its source and its day, as it was found. Nothing is altered
    afterwards: a fact that is wrong is corrected by another.
    """

    _name = "customer.archive.credit.fact"
    _description = "Credit Fact"
    _inherit = ["customer.archive.entry", "customer.archive.opened"]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id.name", "result", "source"]

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("rating", "Industry rating"),
            ("check", "Third-party check"),
            ("other", "Other"),
        ],
        string="Type",
        required=True,
        default="check",
    )
    result = fields.Char(
        required=True, help="The grade, or what was found, in the words of the source."
    )
    is_adverse = fields.Boolean(
        string="Against the Party",
        help="Speaks against its credit: a doubt to be verified before approval.",
    )
    source = fields.Char(
        string="Source of the Fact",
        required=True,
        help="Who says so: the association, the agency, the register.",
    )
    date = fields.Date(string="As of", required=True, index=True, default=today_here)
    document_id = fields.Many2one(
        "customer.archive.document",
        string="Proof",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
        help="The item of the file with the report.",
    )
    note = fields.Text(string="Remarks")
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    corrects_id = fields.Many2one(
        "customer.archive.credit.fact",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
        help="The fact that is wrong; it stays, and no longer counts.",
    )
    correction_ids = fields.One2many(
        "customer.archive.credit.fact", "corrects_id", readonly=True
    )

    @api.depends("date", "kind", "result")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(choices(self, "kind"))
        for fact in self:
            parts = (fact.date, words.get(fact.kind), fact.result)
            fact.display_name = " ".join(str(part) for part in parts if part)

    @api.constrains("date")
    def _check_date(self):
        for fact in self:
            if fact.date > today_at(fact):
                raise ValidationError(
                    self.env._("A fact can't be of a day to come: %s.", fact.date)
                )

    @api.constrains("archive_id")
    def _check_file_open(self):
        for file in self.sudo().archive_id:
            if file.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(file)s has ended (%(state)s): no credit facts are entered "
                        "there any more.",
                        file=file.display_name,
                        state=file._state_label(),
                    )
                )

    @api.constrains("archive_id", "corrects_id", "document_id")
    def _check_own(self):
        # Whose they are isn't asked as the user, who named them.
        for fact in self.sudo():
            others = fact.corrects_id.archive_id | fact.document_id.archive_id
            if others - fact.archive_id or fact.corrects_id == fact:
                raise ValidationError(
                    self.env._(
                        "A fact is proved by items of its own file, and corrects "
                        "another one of the same file."
                    )
                )

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            **dict.fromkeys(("partner_id", "company_id")),
        }
