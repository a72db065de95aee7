import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    archive_number_format = fields.Char(
        string="File Number Prefix",
        default="%(year)s-%(department)s-",
        required=True,
        help="%(year)s, %(y)s (two digits) and %(department)s are filled in. "
        "Numbering starts anew for each prefix.",
    )
    archive_number_padding = fields.Integer(
        string="File Number Digits", default=3, required=True
    )

    _archive_number_padding_range = models.Constraint(
        "CHECK (archive_number_padding BETWEEN 1 AND 9)",
        "File numbers have one to nine digits.",
    )

    @api.constrains("archive_number_format")
    def _check_archive_number_format(self):
        for company in self:
            try:
                company._archive_format_prefix(2026, "SALE")
            except (KeyError, ValueError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a prefix for file numbers; "
                        "use for example %%(year)s-%%(department)s-",
                        company.archive_number_format,
                    )
                ) from error

    def _archive_format_prefix(self, year, code):
        return self.archive_number_format % {
            "year": year,
            "y": f"{year % 100:02d}",
            "department": code,
        }

    def _archive_number_prefix(self, department):
        """Return the prefix of a number given now, by the company's own calendar.

        :param department: whose code is part of the number
        """
        self.ensure_one()
        if not department.archive_code:
            raise UserError(
                self.env._(
                    "Department “%s” has no code for file numbers; "
                    "an administrator sets it.",
                    department.name,
                )
            )
        year = self._archive_now().year
        return self._archive_format_prefix(year, department.archive_code)

    def _archive_now(self):
        """Return the time where the company is, whatever zone a client claims."""
        zone = pytz.timezone(self.resource_calendar_id.tz or "Asia/Shanghai")
        return fields.Datetime.now().replace(tzinfo=pytz.utc).astimezone(zone)
