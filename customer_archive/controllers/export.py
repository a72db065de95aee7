from odoo import fields, http
from odoo.http import request

from .spooled import spooled

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CustomerArchiveExportController(http.Controller):
    """Hands out registers."""

    @http.route(
        "/customer_archive/export/<int:export_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def export(self, export_id):
        """Download the register that the user's own export dialog describes."""
        wizard = request.env["customer.archive.export"].search(
            [("id", "=", export_id), ("create_uid", "=", request.env.uid)]
        )
        if not wizard:
            raise request.not_found()
        name = f"{wizard.register_id.name}_{fields.Date.context_today(wizard)}.xlsx"
        records = wizard._records()

        def write(stream):
            wizard.register_id.write_xlsx(stream, records)
            code = wizard.register_id.code or wizard.register_id.id
            records._record_archive_export(f"{len(records)}: register {code}")

        return spooled(write, name, XLSX)
