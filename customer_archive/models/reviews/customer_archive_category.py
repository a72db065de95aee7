from odoo import fields, models

CYCLE = "customer.archive.review.cycle"


class CustomerArchiveCategory(models.Model):
    _inherit = "customer.archive.category"

    def write(self, vals):
        result = super().write(vals)
        watched = self.env[CYCLE]._watched()
        decisive = {
            path.split(".")[1] for path in watched if path.startswith("category_id.")
        }
        if decisive & set(vals) or ("category_id" in watched and vals):
            of_these = fields.Domain("category_id", "in", self.ids)
            self.env["customer.archive"]._plan_reviews_of(of_these)
        return result
