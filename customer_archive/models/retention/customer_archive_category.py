from odoo import api, fields, models


def _kept_shorter(category, name, value):
    """Whether files may be kept shorter; without a policy they are kept permanently."""
    before = category[name]
    after = before.browse(value or ())
    if not before:
        return bool(after) and category._has_files()
    return bool(after) and not before._is_kept_by(after)


class CustomerArchiveCategory(models.Model):
    """How long the files of a category are kept."""

    _inherit = "customer.archive.category"

    retention_policy_id = fields.Many2one(
        "customer.archive.retention.policy",
        index="btree_not_null",
        ondelete="restrict",
        help="Retention period of files in this category.",
    )

    @api.model
    def _power(self):
        return {**super()._power(), "retention_policy_id": _kept_shorter}

    def write(self, vals):
        result = super().write(vals)
        if "retention_policy_id" in vals:
            of_these = fields.Domain("category_id", "in", self.ids)
            self.env["customer.archive"]._update_retention_of(of_these)
        return result
