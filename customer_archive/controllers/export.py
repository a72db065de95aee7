import contextlib
import tempfile

from odoo import fields, http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Larger workbooks go to a file instead of memory.
SPOOL = 4 * 1024 * 1024
CHUNK = 256 * 1024


class CustomerArchiveExportController(http.Controller):
    """Hands out registers."""

    @http.route(
        "/customer_archive/export/<int:export_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, export_id):
        """Download the register that the user's own export dialog describes."""
        wizard = request.env["customer.archive.export"].search(
            [("id", "=", export_id), ("create_uid", "=", request.env.uid)]
        )
        if not wizard:
            raise request.not_found()
        name = f"{wizard.register_id.name}_{fields.Date.context_today(wizard)}.xlsx"
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=SPOOL))
            wizard.register_id.write_xlsx(stream, wizard._records())
            headers = [
                ("Content-Type", XLSX),
                ("Content-Length", str(stream.tell())),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ]
            stream.seek(0)
            response = request.make_response(
                iter(lambda: stream.read(CHUNK), b""), headers
            )
            # The file is read while the response goes out, and closed after it.
            response.call_on_close(stack.pop_all().close)
            return response
