from odoo import api, models

from .deletion_guard import guard


class CustomerArchiveDocument(models.Model):
    """Papers that keep their file longer."""

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
        """Recompute where an item type has a policy of its own.

        :param types: what the items were before
        """
        if any(type_.retention_policy_id for type_ in types):
            self.archive_id._update_retention()
            return
        items = self.filtered("type_id.retention_policy_id")
        items.archive_id._update_retention()

    def init(self):
        """Let the database itself refuse deletions."""
        guard(self.env.cr, self._table)
        return super().init()

    @api.ondelete(at_uninstall=True)
    def _unlink_only_free(self):
        # What it holds decides, also where that can't be seen.
        items = self.sudo()
        blank = items.filtered(lambda item: item._is_blank())
        copies = self.env["ir.attachment"].sudo()
        # Also copies that were taken out of an item: they belong to it still.
        domain = [("res_model", "=", self._name), ("res_id", "in", blank.ids)]
        blank -= items.browse(copies.search(domain).mapped("res_id"))
        blank.archive_id._check_deletable(held_only=True)
        (items - blank).archive_id._check_deletable()
