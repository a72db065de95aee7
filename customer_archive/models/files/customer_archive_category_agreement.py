from odoo import fields, models


class CustomerArchiveCategory(models.Model):
    _inherit = "customer.archive.category"

    needs_sample_appraisal = fields.Boolean(
        string="Sample Appraisal",
        help="No agreement is signed before samples were appraised.",
    )
