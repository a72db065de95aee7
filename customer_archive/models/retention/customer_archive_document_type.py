from odoo import fields, models


class CustomerArchiveDocumentType(models.Model):
    """An item that has to be kept longer keeps its file longer."""

    _inherit = "customer.archive.document.type"

    retention_policy_id = fields.Many2one(
        "customer.archive.retention.policy",
        index="btree_not_null",
        ondelete="restrict",
        help="Keeps the whole file longer, if it is longer than that of the category.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "retention_policy_id" in vals:
            items = fields.Domain("type_id", "in", self.ids)
            items &= fields.Domain("is_received", "=", True)
            domain = fields.Domain("document_ids", "any", items)
            # Whoever configures item types needn't see the files.
            self.env["customer.archive"].sudo().search(domain)._update_retention()
        return result
