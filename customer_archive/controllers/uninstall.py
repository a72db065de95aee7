from odoo import http
from odoo.http import request

from .export import ZIP
from .streaming import spooled


class CustomerArchiveUninstallController(http.Controller):
    """Hands out what is kept before the addon goes."""

    @http.route(
        "/customer_archive/uninstall/<int:dialog_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def uninstall(self, dialog_id):
        """Download everything that can be exported, from the user's own dialog."""
        wizard = request.env["customer.archive.uninstall"].search(
            [("id", "=", dialog_id), ("create_uid", "=", request.env.uid)]
        )
        if not wizard:
            raise request.not_found()
        return spooled(wizard._write_export, "customer_files.zip", ZIP)
