from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import COMPLIANCE
from ..common.sentinel import as_system
from ..common.windows import open_form
from ..copies.ir_attachment import ITEM
from ..copies.stored_paper import digest_of

REPORT = "customer_archive.report_customer_archive_assessment"
TYPE = "customer_archive.document_type_due_diligence"


class CustomerArchiveAssessment(models.Model):
    """The risk assessment report 客户风险评估报告, kept as an item of the file (A18).

    Its digest stands in the access record, so that the item can be told from another.
    """

    _inherit = "customer.archive.assessment"

    report_item_id = fields.Many2one(
        ITEM,
        string="Report in the File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    report_digest = fields.Char(
        string="Digest of the Report", readonly=True, copy=False
    )

    @api.model
    def _protected(self):
        own = dict.fromkeys(("report_digest", "report_item_id"), False)
        return {**super()._protected(), **own}

    def action_file_report(self):
        """Print the report of a risk assessment that was decided, and file it.

        :return: the action that shows the item
        :raise AccessError: unless the user is of compliance
        :raise UserError: unless it is decided, or if it is filed already
        """
        self.ensure_one()
        self._wait_for_others()
        if not self.env.user.has_group(COMPLIANCE):
            raise self._refusal(
                self.env._("The report is filed by compliance."), "file_report"
            )
        if self.kind != "risk" or self.state != "done":
            raise UserError(
                self.env._("The report is filed once a risk assessment is decided.")
            )
        # Also if the item is gone: the report stands in the access record.
        if self.report_digest:
            raise UserError(self.env._("The report is in the file already."))
        self._check_file_open()
        item = self._keep_report(self._print_report())
        return open_form(item)

    def _print_report(self):
        """Return the report as a PDF, in the language of the company."""
        own = self._archive_in_house()
        # As superuser: a template reads more of the company than its printer may.
        pdf, kind = (
            own.env["ir.actions.report"].sudo()._render_qweb_pdf(REPORT, self.ids)
        )
        if kind != "pdf":
            raise UserError(
                self.env._("The report can't be printed: this server makes no PDF.")
            )
        return pdf

    def _keep_report(self, pdf):
        """File a report; the role was checked."""
        items = self.env[ITEM]
        copy = self.env["ir.attachment"].create(
            {"name": "risk.pdf", "raw": pdf, "res_model": ITEM}
        )
        values = {"attachment_ids": [fields.Command.set(copy.ids)]}
        type_ = self.env.ref(TYPE)
        # Compliance doesn't otherwise write to files.
        free = items.sudo().search(
            [
                ("archive_id", "=", self.archive_id.id),
                ("type_id", "=", type_.id),
                ("is_received", "=", False),
            ],
            limit=1,
        )
        if free:
            as_system(free).write(values)
        else:
            values |= {"archive_id": self.archive_id.id, "type_id": type_.id}
            free = as_system(items.sudo()).create(values)
        digest = digest_of(pdf)
        as_system(self.sudo()).write(
            {"report_item_id": free.id, "report_digest": digest}
        )
        log = self.env["customer.archive.log"]
        log._record("assessment", self, f"reported {digest}")
        return items.browse(free.id)
