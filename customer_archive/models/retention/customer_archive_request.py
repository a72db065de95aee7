from odoo import api, models
from odoo.exceptions import UserError


class CustomerArchiveRequest(models.AbstractModel):
    """Nobody applies for what is blocked."""

    _inherit = "customer.archive.request"

    @api.model
    def _file_of(self, partner):
        return super()._file_of(partner).filtered(lambda file: not file.is_blocked)

    def _approval_check(self):
        result = super()._approval_check()
        for request in self:
            # Whether it is blocked decides, also where the file can't be seen.
            if request.sudo().archive_id.is_blocked:
                raise UserError(
                    self.env._("%s is blocked.", request.sudo().partner_id.name)
                )
        return result
