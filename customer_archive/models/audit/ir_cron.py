from odoo import models

from ..common.customer_archive_guard import is_ours


class IrCron(models.Model):
    """Who puts off or alters a scheduled action of the customer files is recorded."""

    _name = "ir.cron"
    _inherit = ["ir.cron", "customer.archive.configured"]

    def _record_configuration(self, operation, names=(), before=False):
        # As its model says; whoever may alter it needn't read that.
        ours = self.sudo().filtered(lambda each: is_ours(each.model_id.model))
        own = ours.sudo(self.env.su)
        return super(IrCron, own)._record_configuration(operation, names, before)
