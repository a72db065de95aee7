from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.company_day import today_at, today_here
from ..common.values import choices
from .customer_archive_agreement import SEES_PURCHASES, SEES_SALES, SIGNED


class CustomerArchiveAgreementPerformance(models.Model):
    """How an agreement was kept, entry by entry 合作履约记录.

    Nothing is altered afterwards: an entry that is wrong is corrected by another.
    """

    _name = "customer.archive.agreement.performance"
    _description = "Performance Record"
    _inherit = ["customer.archive.entry", "customer.archive.opened"]
    _order = "date desc, id desc"
    _rec_names_search = ["agreement_id"]

    agreement_id = fields.Many2one(
        "customer.archive.agreement",
        required=True,
        index=True,
        ondelete="restrict",
    )
    archive_id = fields.Many2one(
        related="agreement_id.archive_id",
        string="File",
        store=True,
        index=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        related="archive_id.partner_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(
        required=True, index=True, default=today_here, help="When it happened."
    )
    kind = fields.Selection(
        [
            ("delivered", "Delivered on time"),
            ("delivered_late", "Delivered late"),
            ("paid", "Paid on time"),
            ("paid_late", "Paid late"),
            ("dispute", "Dispute"),
            ("breach", "Breach"),
            ("other", "Other"),
        ],
        string="What Happened",
        required=True,
    )
    description = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    # Shown to those who see them in the ERP, as on the agreement.
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=SEES_SALES,
    )
    purchase_order_id = fields.Many2one(
        "purchase.order",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=SEES_PURCHASES,
    )
    corrects_id = fields.Many2one(
        "customer.archive.agreement.performance",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('agreement_id', '=', agreement_id)]",
        help="The entry that is wrong; it stays, and no longer counts.",
    )
    correction_ids = fields.One2many(
        "customer.archive.agreement.performance", "corrects_id", readonly=True
    )

    @api.depends("date", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(choices(self, "kind"))
        for entry in self:
            entry.display_name = f"{entry.date or ''} {words.get(entry.kind, '')}"

    # Constraints

    @api.constrains("date")
    def _check_date(self):
        for entry in self:
            if entry.date > today_at(entry):
                raise ValidationError(
                    self.env._(
                        "What happened is recorded afterwards: %s is in the future.",
                        entry.date,
                    )
                )

    @api.constrains("agreement_id")
    def _check_agreement(self):
        for entry in self:
            agreement = entry.agreement_id
            agreement._check_file_open()
            if agreement.state not in SIGNED:
                raise ValidationError(
                    self.env._(
                        "%s isn't signed yet: there is nothing to perform.",
                        agreement.display_name,
                    )
                )

    @api.constrains("sale_order_id", "purchase_order_id", "agreement_id")
    def _check_order(self):
        # Of whom an order is isn't asked as the user, who named it.
        for entry in self.sudo():
            for order in (entry.sale_order_id, entry.purchase_order_id):
                entry.agreement_id._check_own_order(order)

    @api.constrains("corrects_id", "agreement_id")
    def _check_correction(self):
        for entry in self.sudo():
            wrong = entry.corrects_id
            if wrong and (wrong.agreement_id != entry.agreement_id or wrong == entry):
                raise ValidationError(
                    self.env._("An entry corrects another one of the same agreement.")
                )

    # Made once, and never changed

    @api.model
    def _protected(self):
        related = ("archive_id", "partner_id", "company_id")
        return {**super()._protected(), **dict.fromkeys(related)}

    def _unaltered_words(self):
        return self.env._(
            "Entries of the performance record stay as they are: add "
            "another one that corrects it."
        )

    def _summary(self):
        """Return, as one text, how often what was recorded."""
        counts = {kind: len(entries) for kind, entries in self.grouped("kind").items()}
        words = choices(self, "kind")
        return ", ".join(f"{word} {counts[x]}" for x, word in words if x in counts)
