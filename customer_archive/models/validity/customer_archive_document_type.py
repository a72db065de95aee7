from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.lead_times import parse_leads


class CustomerArchiveDocumentType(models.Model):
    """How long before its end a paper is to be renewed."""

    _inherit = "customer.archive.document.type"

    lead_days = fields.Char(
        string="Reminders (Days before)",
        default="90,30,7",
        help=(
            "Days before the end date at which renewal reminders are sent, such as "
            "90,30,7. Leave empty for the company default."
        ),
    )

    @api.model
    def _powerless(self):
        return super()._powerless() | {"lead_days"}

    @api.constrains("lead_days")
    def _check_lead_days(self):
        for kind in self.filtered("lead_days"):
            try:
                parse_leads(kind.lead_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a valid list of days: enter days separated by "
                        "commas, such as 90,30,7.",
                        kind.lead_days,
                    )
                ) from error
