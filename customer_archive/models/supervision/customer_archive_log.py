from odoo import models


class CustomerArchiveLog(models.Model):
    """What was refused is found by its day, however long the record is."""

    _inherit = "customer.archive.log"

    _denied_by_day = models.Index("(company_id, date) WHERE event = 'denied'")
