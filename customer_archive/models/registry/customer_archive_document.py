from odoo import api, fields, models


class CustomerArchiveDocument(models.Model):
    """The proof of a registry check stays what it is, also while a file is collected."""

    _inherit = "customer.archive.document"

    registry_check_ids = fields.One2many(
        "customer.archive.registry.check",
        "document_id",
        string="Registry Checks",
        readonly=True,
        copy=False,
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "registry_check_ids": []}

    def _is_locked(self):
        # Whether it is one decides for everybody.
        return bool(self.sudo().registry_check_ids) or super()._is_locked()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proofs(self):
        self.filtered(lambda item: item.sudo().registry_check_ids)._check_unlocked()
