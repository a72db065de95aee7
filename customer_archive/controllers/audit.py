from odoo import http
from odoo.http import request

from .streaming import spooled

JSON_LINES = "application/jsonl; charset=utf-8"


class CustomerArchiveRecordController(http.Controller):
    """Hands out the access record, to be verified elsewhere."""

    @http.route(
        "/customer_archive/record/<int:company_id>.jsonl",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def record(self, company_id):
        """Download a company's record, which an auditor checks without this server."""
        company = request.env["res.company"].browse(company_id)
        log = request.env["customer.archive.log"]
        log._check_verifies(company, "export")

        def write(stream):
            # The role was checked; the record is read past its rules, in SQL.
            stream.writelines(map(str.encode, log.sudo()._exported(company)))
            log.with_company(company)._record("export", log, "record")

        return spooled(write, f"record-{company_id}.jsonl", JSON_LINES)
