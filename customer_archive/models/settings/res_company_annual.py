from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# For so many days after its date a run is still started, if the server stood still.
GRACE = timedelta(days=60)
# A year without 29 February: the day of a run is in every year.
COMMON_YEAR = 2001


class ResCompany(models.Model):
    # A file of its own: this is another matter than the rest of the model.
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    archive_annual_month = fields.Selection(
        [
            ("1", "January"),
            ("2", "February"),
            ("3", "March"),
            ("4", "April"),
            ("5", "May"),
            ("6", "June"),
            ("7", "July"),
            ("8", "August"),
            ("9", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        string="Month of the Annual Run",
        default="7",
        required=True,
    )
    archive_annual_day = fields.Integer(
        string="Day of the Annual Run", default=1, required=True
    )
    archive_annual_days = fields.Integer(
        string="Time to Ask for Papers (Working Days)",
        default=20,
        required=True,
        help="From the annual run to the day by which handlers answer.",
    )

    _archive_annual_days_positive = models.Constraint(
        "CHECK (archive_annual_days > 0)", "Handlers have at least one day."
    )

    @api.constrains("archive_annual_month", "archive_annual_day")
    def _check_archive_annual_day(self):
        for company in self:
            try:
                company._archive_annual_date(COMMON_YEAR)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The annual run needs a day that is in every year: "
                        "%(month)s has no day %(day)s in all of them.",
                        month=dict(
                            self._fields["archive_annual_month"]._description_selection(
                                self.env
                            )
                        )[company.archive_annual_month],
                        day=company.archive_annual_day,
                    )
                ) from error

    def _archive_annual_date(self, year):
        """Return the date of a year's annual run."""
        self.ensure_one()
        return date(year, int(self.archive_annual_month), self.archive_annual_day)

    def _archive_annual_year(self):
        """Return the year whose annual run is due by today; None if none is."""
        self.ensure_one()
        today = self._archive_today()
        for year in (today.year, today.year - 1):
            begin = self._archive_annual_date(year)
            if begin <= today <= begin + GRACE:
                return year
        return None
