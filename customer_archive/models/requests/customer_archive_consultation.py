from odoo import fields, models


class CustomerArchiveConsultation(models.Model):
    """An application to read a file, or papers of it, for a while 查阅.

    Approved, it makes a grant: reading, and nothing else.
    """

    _name = "customer.archive.consultation"
    _description = "Consultation"
    _inherit = ["customer.archive.request.period"]

    type_ids = fields.Many2many(relation="customer_archive_consultation_type_rel")

    def _begin(self, begin):
        self.env["customer.archive.grant"]._give(
            self, self.user_id, begin, self.date_to
        )

    def _approved_words(self):
        return self.env._("Approved: you can now read the requested items.")
