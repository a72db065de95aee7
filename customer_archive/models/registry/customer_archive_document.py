from odoo import api, fields, models


class CustomerArchiveDocument(models.Model):
    """What a licence says of its party, and proofs of registry checks.

    A proof stays what it is, also while a file is collected.
    """

    _inherit = "customer.archive.document"

    is_licence = fields.Boolean(
        compute="_compute_is_licence", export_string_translation=False
    )
    stated_name = fields.Char(
        string="Name on the Paper",
        help="Exactly as it stands there: it is compared with the party's.",
    )
    stated_representative = fields.Char(string="Legal Representative on the Paper")
    registry_check_ids = fields.One2many(
        "customer.archive.registry.check",
        "document_id",
        string="Registry Checks",
        readonly=True,
        copy=False,
    )

    @api.depends("type_id.number_format")
    def _compute_is_licence(self):
        for item in self:
            item.is_licence = item.type_id.number_format == "credit_code"

    @api.model
    def _protected(self):
        return {**super()._protected(), "registry_check_ids": []}

    def _is_locked(self):
        # Whether it is one decides for everybody.
        return bool(self.sudo().registry_check_ids) or super()._is_locked()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proofs(self):
        self.filtered(lambda item: item.sudo().registry_check_ids)._check_unlocked()
