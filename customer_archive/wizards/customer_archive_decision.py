from odoo import api, fields, models
from odoo.tools.i18n import format_list

from ..models.common.values import are_ids

FILES = "customer.archive"


class CustomerArchiveDecision(models.TransientModel):
    """The dialog in which an approver writes the comment; the mixin decides."""

    _name = "customer.archive.decision"
    _description = "Decision"
    _inherit = ["customer.archive.dialog"]

    # Which round was looked at; none if the dialog wasn't opened from a form.
    shown_round = fields.Integer(export_string_translation=False)
    is_return = fields.Boolean(export_string_translation=False)
    comment = fields.Text(
        help="A refusal needs a reason, which the requester can read."
    )
    opened_items = fields.Char(
        string="Papers Opened",
        compute="_compute_opened_items",
        help="Required papers whose copies you have opened, by the access record.",
    )
    unopened_items = fields.Text(
        string="Not Opened by You", compute="_compute_opened_items"
    )

    @api.depends("res_model", "res_ids", "is_return")
    @api.depends_context("lang", "uid")
    def _compute_opened_items(self):
        """A hint to whoever decides: it refuses nothing."""
        for dialog in self:
            file = dialog._file_decided_on()
            dialog.opened_items = dialog.unopened_items = False
            items, unopened = file._papers_opened() if file else (file, file)
            if items:
                dialog.opened_items = self.env._(
                    "%(opened)s of %(all)s",
                    opened=len(items) - len(unopened),
                    all=len(items),
                )
            if unopened:
                names = unopened.type_id.mapped("name")
                dialog.unopened_items = format_list(self.env, names)

    def _file_decided_on(self):
        """Return the file that is decided on, if it is one that the user reads."""
        self.ensure_one()
        files = self.env[FILES]
        decided = self.res_model == FILES and not self.is_return
        if not decided or not are_ids(self.res_ids) or len(self.res_ids) != 1:
            return files
        return files.browse(self.res_ids).exists()._filtered_access("read")

    def _records(self):
        mixin = self.env["customer.archive.approval.mixin"]
        records = self._records_of(mixin._approval_models())
        if self.shown_round:
            records._wait_for_others()
            records._check_round(self.shown_round)
        return records

    def action_approve(self):
        """Approve the records with the comment."""
        self._records().action_approve(self.comment)
        return {"type": "ir.actions.act_window_close"}

    def action_reject(self):
        """Refuse the records; the comment is the reason."""
        self._records().action_reject(self.comment)
        return {"type": "ir.actions.act_window_close"}
