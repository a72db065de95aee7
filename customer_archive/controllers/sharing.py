from odoo import http
from odoo.exceptions import RedirectWarning, UserError
from odoo.http import request

from .streaming import spooled


class CustomerArchiveSharingController(http.Controller):
    """Hands out packages for outsiders."""

    @http.route(
        "/customer_archive/sharing/<int:sharing_id>.zip",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def package(self, sharing_id):
        """Download the encrypted package of a sharing; it is made again each time."""
        sharing = request.env["customer.archive.sharing"].browse(sharing_id).exists()
        if not sharing:
            raise request.not_found()
        # What is refused is refused before anything is read.
        sharing.check_access("read")
        name = f"{sharing.name}.zip"
        try:
            return spooled(sharing.write_package, name, "application/zip")
        except RedirectWarning as error:
            # A page has no dialog that leads elsewhere; it shows what to do.
            raise UserError(error.args[0]) from None
