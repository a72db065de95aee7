from odoo import fields, models


class CustomerArchiveCategory(models.Model):
    """How long the files of a category are kept."""

    _inherit = "customer.archive.category"

    retention_policy_id = fields.Many2one(
        "customer.archive.retention.policy",
        index="btree_not_null",
        ondelete="restrict",
        help="How long files of this category are kept.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "retention_policy_id" in vals:
            domain = [("category_id", "in", self.ids)]
            # Whoever configures categories needn't see the files.
            self.env["customer.archive"].sudo().search(domain)._update_retention()
        return result
