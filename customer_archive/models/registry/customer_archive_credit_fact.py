from odoo import api, models


class CustomerArchiveCreditFact(models.Model):
    """What is told of a party while its file is reviewed is doubted at once."""

    _inherit = "customer.archive.credit.fact"

    @api.model_create_multi
    def create(self, vals_list):
        facts = super().create(vals_list)
        # Who enters a fact of one file needn't read the party's others.
        own = facts.sudo()
        under_review = own.env["customer.archive"].search(
            [
                ("state", "=", "review"),
                ("partner_id", "in", own.partner_id.ids),
                ("company_id", "in", own.company_id.ids),
            ]
        )
        under_review._find_doubts()
        return facts
