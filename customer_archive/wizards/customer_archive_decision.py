from odoo import fields, models


class CustomerArchiveDecision(models.TransientModel):
    """The dialog in which an approver writes the comment; the mixin decides."""

    _name = "customer.archive.decision"
    _description = "Decision"

    res_model = fields.Char(required=True, export_string_translation=False)
    res_ids = fields.Json(required=True, export_string_translation=False)
    # Which round was looked at; none if the dialog wasn't opened from a form.
    shown_round = fields.Integer(export_string_translation=False)
    is_return = fields.Boolean(export_string_translation=False)
    comment = fields.Text(help="A refusal needs a reason: the requester reads it.")

    def _records(self):
        self.ensure_one()
        mixin = self.env["customer.archive.approval.mixin"]
        if self.res_model not in mixin._approval_models():
            return mixin
        records = self.env[self.res_model].browse(self.res_ids)
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
