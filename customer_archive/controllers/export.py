from odoo import http
from odoo.http import request

from .streaming import spooled

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"


class CustomerArchiveExportController(http.Controller):
    """Hands out registers."""

    @http.route(
        "/customer_archive/export/<int:export_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def export(self, export_id):
        """Download the registers that the user's own export dialog describes."""
        wizard = request.env["customer.archive.export"].search(
            [("id", "=", export_id), ("create_uid", "=", request.env.uid)]
        )
        if not wizard:
            raise request.not_found()
        chosen = wizard._chosen()
        name = wizard._file_name(chosen)

        def write(stream):
            wizard._write_export(stream, chosen)
            wizard._record_export(chosen)

        return spooled(write, name, ZIP if wizard.per_department else XLSX)
