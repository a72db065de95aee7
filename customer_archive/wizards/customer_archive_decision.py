from odoo import fields, models


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
