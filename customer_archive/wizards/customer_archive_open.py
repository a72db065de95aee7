from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.values import choices


class CustomerArchiveOpen(models.TransientModel):
    """Opens files on one or many partners."""

    _name = "customer.archive.open"
    _description = "Open Customer Files"

    partner_ids = fields.Many2many(
        "res.partner", string="Customers/Suppliers", required=True
    )
    category_id = fields.Many2one(
        "customer.archive.category",
        required=True,
        domain="[('side', 'in', allowed_sides)]",
        default=lambda self: self._default_category(),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Account Manager",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    relation_stage = fields.Selection(
        string="Relationship Stage",
        selection=lambda self: choices(self.env["customer.archive"], "relation_stage"),
        required=True,
        default="prospect",
    )
    is_core = fields.Boolean(string="Core Party")
    allowed_sides = fields.Json(compute="_compute_allowed_sides")
    filed_partner_ids = fields.Many2many(
        "res.partner",
        compute="_compute_filed_partner_ids",
        string="Parties with Existing Files",
    )

    @api.model
    def _default_category(self):
        sides = self.env["customer.archive.category"]._sides_of(self.env.user) - {
            "both"
        }
        return self.env["customer.archive.category"].search(
            [("side", "in", list(sides))], limit=1
        )

    @api.depends("user_id")
    def _compute_allowed_sides(self):
        for wizard in self:
            wizard.allowed_sides = sorted(
                self.env["customer.archive.category"]._sides_of(wizard.user_id)
            )

    @api.depends("partner_ids")
    def _compute_filed_partner_ids(self):
        for wizard in self:
            wizard.filed_partner_ids = wizard.partner_ids._with_archive(
                self.env.company
            )

    def action_open(self):
        """Open a file on each partner that has none, and show the files."""
        self.ensure_one()
        partners = self.partner_ids.commercial_partner_id
        missing = partners - partners._with_archive(self.env.company)
        if not missing:
            raise UserError(
                self.env._(
                    "All of these already have a file; a records clerk can tell "
                    "you about those that you can't see."
                )
            )
        archives = self.env["customer.archive"].create(
            [
                {
                    "partner_id": partner.id,
                    "category_id": self.category_id.id,
                    "user_id": self.user_id.id,
                    "relation_stage": self.relation_stage,
                    "is_core": self.is_core,
                }
                for partner in missing
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.action_customer_archive"
        )
        if len(archives) == 1:
            return {
                **action,
                "view_mode": "form",
                "views": [(False, "form")],
                "res_id": archives.id,
            }
        return {**action, "domain": [("id", "in", archives.ids)], "context": {}}
