from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..validity.customer_archive_validity import parse_leads


class ResCompany(models.Model):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    archive_lead_days = fields.Char(
        string="Reminders (Days before)",
        default="90,30,7",
        required=True,
        help="How many days before their end somebody is reminded to renew agreements, "
        "undertakings, and items whose type says nothing else.",
    )

    @api.constrains("archive_lead_days")
    def _check_archive_lead_days(self):
        for company in self:
            try:
                parse_leads(company.archive_lead_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” aren't lead times: "
                        "give days parted by commas, such as 90,30,7.",
                        company.archive_lead_days,
                    )
                ) from error
