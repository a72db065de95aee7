from odoo import models

from ..common.row_lock import lock_rows


class CustomerArchiveRequest(models.AbstractModel):
    """Requests end with their file: what is approved late opens nothing."""

    _inherit = "customer.archive.request"

    def _next_step(self):
        """Go on, unless the file has been closed meanwhile: then tell who asked."""
        self.ensure_one()
        file = self.sudo().archive_id
        file.flush_recordset(["state"])
        # A closing that is under way comes first.
        lock_rows(file, "SHARE")
        file.invalidate_recordset(["state"])
        if file.state == "active":
            super()._next_step()
            return
        self._clear_current()
        self._end_round()
        self._tell(
            self.requester_id,
            lambda own: own.env._(
                "Not executed: the file has been closed and is no longer on record."
            ),
        )
