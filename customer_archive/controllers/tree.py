from odoo import http
from odoo.exceptions import RedirectWarning, UserError
from odoo.http import request

from .streaming import spooled


class CustomerArchiveTreeController(http.Controller):
    """Hands out exports of the electronic tree, decrypted, until their term is over."""

    @http.route(
        "/customer_archive/tree/<int:tree_id>.zip",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def package(self, tree_id):
        """Download an export; it is written anew each time."""
        tree = request.env["customer.archive.tree"].browse(tree_id)
        if not tree.exists():
            raise request.not_found()
        # What is refused is refused before anything is read.
        tree.check_access("read")
        name = f"{tree.name}.zip"
        try:
            return spooled(tree.write_package, name, "application/zip")
        except RedirectWarning as error:
            # A page has no dialog that leads elsewhere; it shows what to do.
            raise UserError(error.args[0]) from None
