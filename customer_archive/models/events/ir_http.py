from odoo import models

from ..common.roles import CLERK, USER, any_of


class IrHttp(models.AbstractModel):
    """Tells the web client who may write a note from a message."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        user = self.env.user
        info["archive_writes_notes"] = bool(
            user._is_internal() and user.has_groups(any_of(USER, CLERK))
        )
        return info
