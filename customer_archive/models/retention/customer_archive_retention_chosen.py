from odoo import api, fields, models


class CustomerArchiveCategory(models.Model):
    """How long the files of a category are kept."""

    # pylint: disable=consider-merging-classes-inherited
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


class CustomerArchiveDocumentType(models.Model):
    """An item that has to be kept longer keeps its file longer."""

    # pylint: disable=consider-merging-classes-inherited
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


class CustomerArchiveDocument(models.Model):
    """Papers that keep their file longer."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.document"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.filtered("is_received")._prolong()
        return items

    def write(self, vals):
        moves = {"type_id", "attachment_ids", "is_paper"} & vals.keys()
        before = self.type_id if moves else self.type_id.browse()
        result = super().write(vals)
        if moves:
            self._prolong(before)
        return result

    def unlink(self):
        archives = self.filtered("type_id.retention_policy_id").archive_id
        result = super().unlink()
        archives.exists()._update_retention()
        return result

    def _prolong(self, types=()):
        """Reckon anew where an item type has a policy of its own.

        :param types: what the items were before
        """
        if any(type_.retention_policy_id for type_ in types):
            self.archive_id._update_retention()
            return
        items = self.filtered("type_id.retention_policy_id")
        items.archive_id._update_retention()
