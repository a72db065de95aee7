from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What is settled moves the files of the parties."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        lines = partials.debit_move_id | partials.credit_move_id
        pairs = {(line.partner_id.id, line.company_id.id) for line in lines}
        self.env["customer.archive.clock"]._note(pairs)
        return partials
