from odoo import models
from odoo.exceptions import AccessError

from ..common.customer_archive_guard import is_ours


class IrActionsServer(models.Model):
    """Running an action of the customer files that isn't one's own is recorded."""

    _inherit = "ir.actions.server"

    def _can_execute_action_on_records(self, records):
        try:
            return super()._can_execute_action_on_records(records)
        except AccessError as error:
            model = self.model_id.model
            if is_ours(model):
                log = self.env["customer.archive.log"]
                log._record_refusal(self.env[model], "scheduled", str(error))
            raise
