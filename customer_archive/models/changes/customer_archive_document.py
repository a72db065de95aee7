from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerArchiveDocument(models.Model):
    """Papers that show why something was changed: they are filed like all others."""

    _inherit = "customer.archive.document"

    change_id = fields.Many2one(
        "customer.archive.change",
        string="Evidence for Change",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The change request for which this item is evidence.",
    )

    @api.depends("change_id.state")
    def _compute_is_locked(self):
        return super()._compute_is_locked()

    def _is_locked(self):
        # It stays as it is shown to who decides, whoever of the writers sees that.
        return super()._is_locked() or self.sudo().change_id.state == "review"

    @api.constrains("change_id", "archive_id")
    def _check_change(self):
        for item in self.filtered("change_id"):
            change = item.change_id
            if change.archive_id != item.archive_id:
                raise ValidationError(
                    self.env._("The change request belongs to another file.")
                )
            # Constraints run as superuser: whose request it is says the user's rights.
            if change.state != "draft" or not change.sudo(False).has_access("write"):
                raise ValidationError(
                    self.env._(
                        "%s can't receive more evidence: it has been submitted, or "
                        "belongs to another user.",
                        change.display_name,
                    )
                )
