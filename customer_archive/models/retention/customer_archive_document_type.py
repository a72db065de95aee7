from odoo import api, fields, models


def _kept_shorter(type_, name, value):
    """Whether files with such a paper may be kept shorter."""
    before = type_[name]
    after = before.browse(value or ())
    if before:
        return not before._is_kept_by(after)
    # A file without any policy is kept permanently.
    domain = [
        ("type_id", "=", type_.id),
        ("is_received", "=", True),
        ("archive_id.retention_policy_id", "=", False),
    ]
    # Also of files that whoever configures can't see.
    items = type_.env["customer.archive.document"].sudo()
    return bool(after) and bool(items.search_count(domain, limit=1))


class CustomerArchiveDocumentType(models.Model):
    """An item that has to be kept longer keeps its file longer."""

    _inherit = "customer.archive.document.type"

    retention_policy_id = fields.Many2one(
        "customer.archive.retention.policy",
        index="btree_not_null",
        ondelete="restrict",
        help=(
            "Extends the retention of the whole file, if longer than that of the "
            "category."
        ),
    )

    @api.model
    def _power(self):
        return {**super()._power(), "retention_policy_id": _kept_shorter}

    def write(self, vals):
        result = super().write(vals)
        if "retention_policy_id" in vals:
            items = fields.Domain("type_id", "in", self.ids)
            items &= fields.Domain("is_received", "=", True)
            with_these = fields.Domain("document_ids", "any", items)
            self.env["customer.archive"]._update_retention_of(with_these)
        return result
