from odoo import http
from odoo.exceptions import RedirectWarning, UserError
from odoo.http import request

from .streaming import spooled


class CustomerArchiveTransferController(http.Controller):
    """Hands out packages of files that another custodian takes over."""

    @http.route(
        "/customer_archive/transfer/<int:transfer_id>.zip",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def package(self, transfer_id):
        """Download the package of a transfer; it is written anew each time."""
        transfer = request.env["customer.archive.transfer"].browse(transfer_id)
        if not transfer.exists():
            raise request.not_found()
        # What is refused is refused before anything is read.
        transfer.check_access("read")
        name = f"{transfer.name}.zip"
        try:
            return spooled(transfer.write_package, name, "application/zip")
        except RedirectWarning as error:
            # A page has no dialog that leads elsewhere; it shows what to do.
            raise UserError(error.args[0]) from None
