from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from .export import XLSX
from .streaming import spooled


class CustomerArchiveLedgerController(http.Controller):
    """Hands out what people fill in and correct for an import."""

    @http.route(
        "/customer_archive/import/template",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def template(self):
        """Download an empty ledger with headings in the user's language."""
        imports = request.env["customer.archive.import"]
        imports._check_importer("template")
        name = f"{request.env._('Ledger')}.xlsx"
        return spooled(imports._write_template, name, XLSX)

    @http.route(
        "/customer_archive/import/<int:import_id>/errors",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def errors(self, import_id):
        """Download the rows that are wrong, with what is wrong beside the cells."""
        one = request.env["customer.archive.import"].browse(import_id)
        try:
            one._check_errors()
        except (AccessError, MissingError, UserError):
            raise request.not_found() from None
        name = f"{request.env._('Errors')}_{one.id}.xlsx"
        return spooled(one._write_errors, name, XLSX)
