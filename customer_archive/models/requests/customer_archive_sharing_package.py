from odoo import api, fields, models


class CustomerArchiveSharingPackage(models.Model):
    """One making of a package for an outsider: when, by whom, and its digest.

    So that what the recipient has can be compared later. Nobody writes these rows by
    hand.
    """

    _name = "customer.archive.sharing.package"
    _description = "Package of a Sharing"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"
    _rec_name = "digest"

    sharing_id = fields.Many2one(
        "customer.archive.sharing",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        related="sharing_id.archive_id", string="File", store=True
    )
    company_id = fields.Many2one(related="sharing_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Made by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(string="Made on", required=True, readonly=True)
    digest = fields.Char(string="SHA-256 of the Package", required=True, readonly=True)

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Packages are recorded by making them, and never changed."),
            "write",
        )

    @api.model
    def _protected(self):
        return {**super()._protected(), "archive_id": None, "company_id": None}
