from odoo import models

from ..common.customer_archive_guard import is_ours


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        # Every form of a report passes here: PDF, HTML and text.
        if is_ours(report.model):
            records = self.env[report.model].browse(docids)
            # Before it is recorded, which reads them for everybody: what has been
            # read once is shown unchecked.
            records.check_access("read")
            self.env["customer.archive.log"]._record(
                "print", records, report.report_name
            )
        return super()._get_rendering_context(report, docids, data)
